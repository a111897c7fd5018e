/** What the console says of records that cannot be read or written, and when they work again (W4). */
import type { TrunkStatus } from '../../../contract/model.ts';

export interface RecordsWords {
  readonly title: string;
  readonly says: string;
  /** It works again: the note may be put away. */
  readonly over: boolean;
}

/** @returns nothing to say while nothing has failed */
export function recordsWords(records: TrunkStatus['records']): RecordsWords | undefined {
  if (!records) return undefined;
  const { state, since, why } = records;
  const because = why === undefined ? '' : `The trunk was told: ${why}. `;
  switch (state) {
    case 'unreadable':
      return {
        title: 'The records cannot be read',
        says: `${because}Calls go on. The trunk tries again every few seconds; the list comes back by itself.`,
        over: false,
      };
    case 'unwritable':
      return {
        title: 'The records cannot be written',
        says: `${because}Calls go on, and their records wait in memory. Make room on the disk, or choose another file with records.file.`,
        over: false,
      };
    case 'works':
      return {
        title: 'The records work again',
        says: `Since ${new Date(since).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })}. Records of calls before that may be missing.`,
        over: true,
      };
    default:
      return state satisfies never;
  }
}
