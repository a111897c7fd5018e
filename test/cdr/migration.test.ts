import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folder, open } from './fixture.ts';

/** The tables as the first version made them. */
const FIRST = `
  CREATE TABLE record (
    id TEXT NOT NULL PRIMARY KEY, callId TEXT NOT NULL, sessionId TEXT NOT NULL, kind TEXT NOT NULL,
    direction TEXT NOT NULL, fromNumber TEXT NOT NULL, fromName TEXT NOT NULL, toNumber TEXT NOT NULL,
    toName TEXT NOT NULL, startedAt REAL NOT NULL, answeredAt REAL, endedAt REAL,
    durationMs REAL NOT NULL DEFAULT 0, result TEXT, endedBy TEXT, sipStatus INTEGER, provider TEXT NOT NULL,
    lastSeenAt REAL NOT NULL, sessionStart REAL, haystack TEXT NOT NULL
  ) STRICT;
  CREATE INDEX record_list ON record (sessionStart, sessionId, startedAt, id) WHERE endedAt IS NOT NULL;
  CREATE INDEX record_from ON record (fromNumber, sessionStart, sessionId, startedAt, id) WHERE endedAt IS NOT NULL;
  CREATE INDEX record_to ON record (toNumber, sessionStart, sessionId, startedAt, id) WHERE endedAt IS NOT NULL;
  CREATE INDEX record_session ON record (sessionId);
  CREATE INDEX record_in_progress ON record (id) WHERE endedAt IS NULL;
  CREATE TABLE trace (seq INTEGER PRIMARY KEY AUTOINCREMENT, callId TEXT NOT NULL UNIQUE, ladder BLOB NOT NULL) STRICT;
  PRAGMA application_id = 0x50637264;
  PRAGMA user_version = 1;
`;

/** What the second version added. */
const SECOND = `
  ALTER TABLE record ADD COLUMN recordingMs REAL;
  ALTER TABLE record ADD COLUMN findings TEXT NOT NULL DEFAULT '';
  CREATE INDEX record_call ON record (callId);
  PRAGMA user_version = 2;
`;

/** What the third version added. */
const THIRD = `
  ALTER TABLE record ADD COLUMN trunkDomain TEXT NOT NULL DEFAULT '';
  ALTER TABLE record ADD COLUMN referred INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE record ADD COLUMN billable INTEGER NOT NULL DEFAULT 1;
  ALTER TABLE record ADD COLUMN callerIdRule TEXT;
  ALTER TABLE record ADD COLUMN fromCountry TEXT;
  ALTER TABLE record ADD COLUMN toCountry TEXT;
  ALTER TABLE record ADD COLUMN transport TEXT;
  ALTER TABLE record ADD COLUMN hangupCode INTEGER;
  ALTER TABLE record ADD COLUMN hangupName TEXT;
  ALTER TABLE record ADD COLUMN hangupSource TEXT;
  UPDATE record SET referred = 1 WHERE kind = 'transfer';
  CREATE INDEX record_provider ON record (provider, sessionStart, sessionId, startedAt, id) WHERE endedAt IS NOT NULL;
  PRAGMA user_version = 3;
`;

const ROWS = `
  INSERT INTO record VALUES
    ('a', 'call', 'session', 'original', 'inbound', '+14155550142', 'Dana Reyes', '+14155550100', 'Console',
     1000, 2000, 9000, 7000, 'transferred', 'trunk', NULL, 'plivo', 9000, 5000, 'dana'),
    ('b', 'call', 'session', 'transfer', 'inbound', '+14155550142', 'Dana Reyes', '+14155551234', 'Billing',
     5000, 8000, 12000, 4000, 'answered', 'caller', 200, 'plivo', 12000, 5000, 'billing'),
    ('c', 'late', 'other', 'original', 'inbound', '+14155550142', 'Dana Reyes', '+14155550100', 'Console',
     6000, NULL, NULL, 0, NULL, NULL, NULL, 'plivo', 7000, NULL, 'dana');
`;

it.each([
  ['first', FIRST + ROWS],
  ['second', FIRST + ROWS + SECOND],
  ['third', FIRST + ROWS + SECOND + THIRD],
])('a records file of the %s version keeps every record and learns what is known now', (_, sql) => {
  const file = join(folder(), 'records.sqlite');
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();

  const { store } = open(file);
  expect(store.list().records.map(({ id, kind, referred, billable }) => [id, kind, referred, billable])).toEqual([
    ['c', 'original', false, true],
    ['b', 'transfer', true, true],
    ['a', 'original', false, true],
  ]);
  expect(store.get('a')).toEqual({
    id: 'a',
    callId: 'call',
    sessionId: 'session',
    kind: 'original',
    direction: 'inbound',
    from: '+14155550142',
    fromName: 'Dana Reyes',
    to: '+14155550100',
    toName: 'Console',
    startedAt: 1000,
    answeredAt: 2000,
    endedAt: 9000,
    durationMs: 7000,
    result: 'transferred',
    endedBy: 'trunk',
    sipStatus: null,
    provider: 'plivo',
    trunkDomain: '',
    referred: false,
    billable: true,
    callerIdRule: null,
    fromCountry: null,
    toCountry: null,
    transport: null,
    hangupCode: null,
    hangupName: null,
    hangupSource: null,
  });
  store.setRecording('a', 1);
  store.close();
  expect(open(file).store.get('a')?.recording).toEqual({ durationMs: 1 });
});
