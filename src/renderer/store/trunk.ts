/** The trunk as the contract reports it, and the link over which it does. */
import type { LinkState } from '../../contract/client.ts';
import type { ContractEvent } from '../../contract/events.ts';
import type { TrunkStatus } from '../../contract/model.ts';
import type { Settings } from '../../contract/settings.ts';

export interface TrunkSlice {
  link: LinkState;
  /** Undefined until the first snapshot. */
  trunk: TrunkStatus | undefined;
  /** As they were last changed; undefined until then. */
  settings: Settings | undefined;
}

export const createTrunkSlice = (): TrunkSlice => ({ link: 'connecting', trunk: undefined, settings: undefined });

export function reduceTrunk(event: ContractEvent): Partial<TrunkSlice> | undefined {
  if (event.type === 'settingsChanged') return { settings: event.settings };
  return event.type === 'trunkChanged' ? { trunk: event.trunk } : undefined;
}
