/** The trunk as the contract reports it, and the link over which it does. */
import type { LinkState } from '../../contract/client.ts';
import type { ContractEvent } from '../../contract/events.ts';
import type { SettingsStorage, TrunkStatus } from '../../contract/model.ts';
import type { Settings } from '../../contract/settings.ts';
import type { OutsideSlice, Slice } from './slice.ts';

export interface TrunkSlice {
  link: LinkState;
  /** Undefined until the first snapshot. */
  trunk: TrunkStatus | undefined;
  /** As they were last changed; undefined until then. */
  settings: Settings | undefined;
  /** Whether they will be there at the next start; undefined where there is no configuration file. */
  storage: SettingsStorage | undefined;
  /** @param overwrite also over what somebody else has written into the file meanwhile */
  saveSettings(overwrite: boolean): Promise<void>;
}

export const createTrunkSlice: Slice<TrunkSlice, OutsideSlice> = (set, get) => ({
  link: 'connecting',
  trunk: undefined,
  settings: undefined,
  storage: undefined,
  saveSettings: async (overwrite) => {
    set({ storage: await get().send('settings.save', { overwrite }) });
  },
});

export function reduceTrunk(event: ContractEvent): Partial<TrunkSlice> | undefined {
  if (event.type === 'storageChanged') return { storage: event.storage };
  if (event.type === 'settingsChanged') return { settings: event.settings };
  return event.type === 'trunkChanged' ? { trunk: event.trunk } : undefined;
}
