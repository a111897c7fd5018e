/** The statements that change the records file; each runs inside a transaction of its caller. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { CallRecord } from '../../nouns/record.ts';
import { haystackOf } from './search.ts';
import type { RecordInProgress } from './record.ts';

export interface Writes {
  begin(row: RecordInProgress): void;
  answer(id: string, answeredAt: number): void;
  touch(id: string, at: number): void;
  finish(record: CallRecord): void;
  saveTrace(callId: string, ladder: Uint8Array): void;
  /** Of a call that has one; it keeps its place among those that are dropped in turn. */
  changeTrace(callId: string, ladder: Uint8Array): void;
  setRecording(id: string, durationMs: number | null): void;
  setFindings(callId: string, ids: string): void;
}

const IDENTITY = [
  'id',
  'callId',
  'sessionId',
  'kind',
  'direction',
  'fromNumber',
  'fromName',
  'toNumber',
  'toName',
  'startedAt',
  'answeredAt',
  'provider',
  'trunkDomain',
  'referred',
  'billable',
  'callerIdRule',
  'fromCountry',
  'toCountry',
  'transport',
  'lastSeenAt',
  'haystack',
];
const OUTCOME = [
  'endedAt',
  'durationMs',
  'result',
  'endedBy',
  'sipStatus',
  'hangupCode',
  'hangupName',
  'hangupSource',
  'quality',
  'sessionStart',
];

export function prepareWrites(db: DatabaseSync, tracesKept: number): Writes {
  const begin = db.prepare(`${insertInto(IDENTITY)} ON CONFLICT (id) DO NOTHING`);
  const answer = db.prepare(
    'UPDATE record SET answeredAt = :at, lastSeenAt = max(lastSeenAt, :at) WHERE id = :id AND endedAt IS NULL',
  );
  const touch = db.prepare('UPDATE record SET lastSeenAt = max(lastSeenAt, :at) WHERE id = :id AND endedAt IS NULL');
  const all = [...IDENTITY, ...OUTCOME];
  const replaced = all.filter((column) => column !== 'id').map((column) => `${column} = excluded.${column}`);
  const finish = db.prepare(`${insertInto(all)} ON CONFLICT (id) DO UPDATE SET ${replaced.join(', ')}`);
  const latest = db.prepare(
    'SELECT max(startedAt) AS at FROM record WHERE sessionId = ? AND endedAt IS NOT NULL AND id <> ?',
  );
  const raise = db.prepare(
    'UPDATE record SET sessionStart = ? WHERE sessionId = ? AND endedAt IS NOT NULL AND id <> ?',
  );
  const recording = db.prepare('UPDATE record SET recordingMs = :durationMs WHERE id = :id');
  const findings = db.prepare('UPDATE record SET findings = :ids WHERE callId = :callId');
  const insertTrace = db.prepare('INSERT OR REPLACE INTO trace (callId, ladder) VALUES (?, ?)');
  const changeTrace = db.prepare('UPDATE trace SET ladder = ? WHERE callId = ?');
  const dropTraces = db.prepare('DELETE FROM trace WHERE seq <= ?');

  return {
    begin(row) {
      begin.run(...identityOf(row, Math.max(row.startedAt, row.answeredAt ?? row.startedAt)));
    },
    answer(id, answeredAt) {
      answer.run({ id, at: answeredAt });
    },
    touch(id, at) {
      touch.run({ id, at });
    },
    finish(record) {
      const { id, sessionId, startedAt } = record;
      const before = latest.get(sessionId, id)?.['at'];
      const sessionStart = typeof before === 'number' ? Math.max(before, startedAt) : startedAt;
      finish.run(
        ...identityOf(record, record.endedAt),
        record.endedAt,
        record.durationMs,
        record.result,
        record.endedBy,
        record.sipStatus,
        record.hangupCode,
        record.hangupName,
        record.hangupSource,
        record.quality ? JSON.stringify(record.quality) : null,
        sessionStart,
      );
      if (typeof before === 'number' && before !== sessionStart) raise.run(sessionStart, sessionId, id);
    },
    setRecording(id, durationMs) {
      recording.run({ id, durationMs });
    },
    setFindings(callId, ids) {
      findings.run({ callId, ids });
    },
    saveTrace(callId, ladder) {
      const { lastInsertRowid } = insertTrace.run(callId, ladder);
      // By number rather than by count: it costs nothing, and a replaced trace makes it one fewer at most.
      dropTraces.run(Number(lastInsertRowid) - tracesKept);
    },
    changeTrace(callId, ladder) {
      changeTrace.run(ladder, callId);
    },
  };
}

function insertInto(columns: readonly string[]): string {
  return `INSERT INTO record (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
}

/** In the order of IDENTITY: values by place cost a fraction of values by name. */
function identityOf(row: RecordInProgress | CallRecord, lastSeenAt: number): SQLInputValue[] {
  return [
    row.id,
    row.callId,
    row.sessionId,
    row.kind,
    row.direction,
    row.from,
    row.fromName,
    row.to,
    row.toName,
    row.startedAt,
    row.answeredAt ?? null,
    row.provider,
    row.trunkDomain,
    Number(row.referred),
    Number(row.billable),
    row.callerIdRule,
    row.fromCountry,
    row.toCountry,
    row.transport,
    lastSeenAt,
    haystackOf(row),
  ];
}
