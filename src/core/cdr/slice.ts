/** Reads pages by number, as the providers' own lists have them; same order as the pages by cursor. */
import type { DatabaseSync } from 'node:sqlite';
import type { CallRecord } from '../../nouns/record.ts';
import { COLUMNS, ORDER, toRecord } from './query.ts';

export interface SliceQuery {
  /** Records that were made under this profile. */
  readonly provider: string;
  readonly offset: number;
  readonly limit: number;
}

export interface RecordSlice {
  readonly records: CallRecord[];
  /** How many there are in all. */
  readonly total: number;
}

export function readSlice(db: DatabaseSync, { provider, offset, limit }: SliceQuery): RecordSlice {
  const where = 'WHERE endedAt IS NOT NULL AND provider = :provider';
  const total = db.prepare(`SELECT count(*) AS total FROM record ${where}`).get({ provider })?.['total'];
  const rows = db
    .prepare(`SELECT ${COLUMNS} FROM record ${where} ORDER BY ${ORDER} LIMIT :limit OFFSET :offset`)
    .all({ provider, limit, offset });
  return { records: rows.map(toRecord), total: Number(total) };
}
