/** Who can be called and who can call, and how it went the last time. */
import type { ContractEvent } from '../../contract/events.ts';
import type { Behaviour, DirectoryEntry, LegResult } from '../../contract/model.ts';
import { compactNumber } from '../ui/number.ts';
import type { OutsideSlice, Slice } from './slice.ts';
import type { UiSlice } from './ui.ts';

export interface LastResult {
  result: LegResult;
  /** SIP status, where there was one. */
  status?: number;
  at: number;
}

export interface DirectorySlice {
  directory: readonly DirectoryEntry[];
  /** By number. */
  lastResults: Readonly<Record<string, LastResult>>;
  setBehaviour(number: string, behaviour: Behaviour): Promise<void>;
  /** Lets a simulated caller ring this console. */
  practiceCall(caller: string): Promise<void>;
}

export const createDirectorySlice: Slice<DirectorySlice, OutsideSlice & Pick<UiSlice, 'attempt'>> = (_set, get) => ({
  directory: [],
  lastResults: {},
  setBehaviour: async (number, behaviour) => {
    await get().attempt(get().send('party.set', { number, behaviour }));
  },
  practiceCall: async (caller) => {
    await get().attempt(get().send('practice.call', { caller }));
  },
});

export function nameOf(directory: readonly DirectoryEntry[], number: string): string | undefined {
  return directory.find((entry) => entry.number === number)?.name || undefined;
}

export function reduceDirectory(state: DirectorySlice, event: ContractEvent): Partial<DirectorySlice> | undefined {
  switch (event.type) {
    case 'directoryChanged':
      return { directory: event.directory };
    case 'callChanged': {
      const results = Object.fromEntries(
        event.call.legs
          .filter((leg) => leg.role === 'target' && leg.result && leg.endedAt !== undefined)
          .map((leg): [string, LastResult] => [
            leg.number,
            {
              result: leg.result!,
              at: leg.endedAt!,
              ...(leg.sipStatus === undefined ? {} : { status: leg.sipStatus }),
            },
          ]),
      );
      return Object.keys(results).length > 0 ? { lastResults: { ...state.lastResults, ...results } } : undefined;
    }
    default:
      return undefined;
  }
}

/** Entries whose name, number or description contains every word typed. */
export function searchDirectory(directory: readonly DirectoryEntry[], input: string): readonly DirectoryEntry[] {
  const compact = compactNumber(input);
  const words = plain(input).split(/\s+/).filter(Boolean);
  return directory.filter((entry) => {
    if (/^\+?\d+$/.test(compact) && entry.number.includes(compact)) return true;
    const text = plain(`${entry.name} ${entry.number} ${entry.willDo}`);
    return words.every((word) => text.includes(word));
  });
}

/** Letters as people type them: without accents, in one case. */
function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{Mn}/gu, '')
    .toLowerCase();
}
