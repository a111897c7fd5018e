/**
 * Reads pages of ended records, newest first.
 *
 * Order: by the latest start in the session, so that the records of a transferred call stand together; inside a
 * session by start; all descending, with ids as tie-breakers. A page starts right after the last record of the page
 * before (keyset), hence a page costs the same however deep it lies, and pages neither repeat nor skip a record
 * that stays where it is. A session that gets another record meanwhile moves to the front, like a new call.
 */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { LegQuality } from '../../nouns/quality.ts';
import type { CallRecord, RecordQuery, RecordPage } from '../../nouns/record.ts';
import { needles } from './search.ts';

/** A cursor that no page gave out. */
export class BadCursor extends Error {
  override readonly name = 'BadCursor';

  constructor() {
    super('This cursor does not come from a list of records.');
  }
}

const MAX_LIMIT = 1000;
const DEFAULT_LIMIT = 100;

const KEY = ['sessionStart', 'sessionId', 'startedAt', 'id'] as const;
export const ORDER = KEY.map((column) => `${column} DESC`).join(', ');
export const COLUMNS = [
  'id, callId, sessionId, kind, direction',
  'fromNumber AS "from", fromName, toNumber AS "to", toName',
  'startedAt, answeredAt, endedAt, durationMs, result, endedBy, sipStatus, provider, recordingMs, findings, quality',
  'trunkDomain, referred, billable, callerIdRule, fromCountry, toCountry, transport',
  'hangupCode, hangupName, hangupSource',
].join(', ');

/** A statement with its named parameters. */
export interface Statement {
  sql: string;
  values: Record<string, SQLInputValue>;
}

/** @throws BadCursor */
export function readPage(db: DatabaseSync, query: RecordQuery): RecordPage {
  const limit = Math.min(Math.max(Math.trunc(query.limit ?? DEFAULT_LIMIT), 1), MAX_LIMIT);
  // One more than asked tells whether another page follows.
  const { sql, values } = pageStatement(query, limit + 1);
  const rows = db.prepare(sql).all(values);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    records: page.map(toRecord),
    ...(last !== undefined && rows.length > limit ? { nextCursor: printCursor(last) } : {}),
  };
}

export function readRecord(db: DatabaseSync, id: string): CallRecord | undefined {
  const row = db.prepare(`SELECT ${COLUMNS} FROM record WHERE id = ? AND endedAt IS NOT NULL`).get(id);
  return row === undefined ? undefined : toRecord(row);
}

/** Ended records of a call. */
export function readRecordsOf(db: DatabaseSync, callId: string): CallRecord[] {
  return db.prepare(`SELECT ${COLUMNS} FROM record WHERE callId = ? AND endedAt IS NOT NULL`).all(callId).map(toRecord);
}

/** @throws BadCursor */
export function pageStatement(query: RecordQuery, limit: number): Statement {
  const values: Record<string, SQLInputValue> = { limit };
  const conditions = ['endedAt IS NOT NULL'];
  if (query.cursor !== undefined) {
    conditions.push(`(${KEY.join(', ')}) < (${KEY.map((column) => `:${column}`).join(', ')})`);
    for (const [i, value] of parseCursor(query.cursor).entries()) values[KEY[i] as string] = value;
  }
  if (query.since !== undefined) {
    // The first bound ends the walk along the index, the second picks the records.
    conditions.push('sessionStart >= :since', 'startedAt >= :since');
    values['since'] = query.since;
  }
  for (const [i, needle] of needles(query.search ?? '').entries()) {
    conditions.push(`instr(haystack, :needle${i}) > 0`);
    values[`needle${i}`] = needle;
  }
  const select = (...more: string[]): string =>
    `SELECT ${COLUMNS}, sessionStart FROM record WHERE ${[...conditions, ...more].join(' AND ')} ORDER BY ${ORDER} LIMIT :limit`;
  if (query.number === undefined) return { sql: select(), values };
  values['number'] = query.number;
  // Two walks, each along its own index, are merged: an OR would give up the order of both.
  const from = select('fromNumber = :number');
  const to = select('toNumber = :number', 'fromNumber <> :number');
  return {
    sql: `SELECT * FROM (${from}) UNION ALL SELECT * FROM (${to}) ORDER BY ${ORDER} LIMIT :limit`,
    values,
  };
}

type Row = Record<string, unknown>;

export function toRecord(row: Row): CallRecord {
  const { sessionStart: _, recordingMs, findings, quality, referred, billable, ...rest } = row;
  // The table is STRICT and written by this folder alone.
  const record = { ...rest, referred: referred === 1, billable: billable === 1 } as unknown as CallRecord;
  if (recordingMs !== null) record.recording = { durationMs: recordingMs as number };
  if (typeof quality === 'string') record.quality = JSON.parse(quality) as LegQuality[];
  if (findings !== '') record.findings = (findings as string).split(' ');
  return record;
}

function printCursor(row: Row): string {
  return Buffer.from(JSON.stringify(KEY.map((column) => row[column]))).toString('base64url');
}

function parseCursor(cursor: string): [number, string, number, string] {
  let key: unknown;
  try {
    key = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    throw new BadCursor();
  }
  if (!Array.isArray(key) || key.length !== KEY.length) throw new BadCursor();
  const [sessionStart, sessionId, startedAt, id] = key as unknown[];
  if (typeof sessionStart !== 'number' || typeof startedAt !== 'number') throw new BadCursor();
  if (typeof sessionId !== 'string' || typeof id !== 'string') throw new BadCursor();
  return [sessionStart, sessionId, startedAt, id];
}
