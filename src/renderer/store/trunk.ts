/** The trunk as the contract reports it, and the link over which it does. */
import type { LinkState } from '../../contract/client.ts';
import type { ContractEvent } from '../../contract/events.ts';
import type { TrunkStatus } from '../../contract/model.ts';

export interface TrunkSlice {
  link: LinkState;
  /** Undefined until the first snapshot. */
  trunk: TrunkStatus | undefined;
}

export const createTrunkSlice = (): TrunkSlice => ({ link: 'connecting', trunk: undefined });

export function reduceTrunk(event: ContractEvent): Partial<TrunkSlice> | undefined {
  return event.type === 'trunkChanged' ? { trunk: event.trunk } : undefined;
}
