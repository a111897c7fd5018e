/** Tables of the records file. A migration is never edited once released: add the next one. */
import type { DatabaseSync } from 'node:sqlite';

/** `PRAGMA application_id` of our files, "Pcrd": no other program's database is ever touched. */
export const APPLICATION_ID = 0x50637264;

/**
 * `migrations[n]` leads from `PRAGMA user_version` n to n + 1.
 *
 * A row of `record` is in progress while `endedAt` is null; its `lastSeenAt` is never before its start or answer, so
 * that it may become the end. `sessionStart` is the latest start among the ended records of its session and leads the
 * list order; `haystack` is what a search looks through.
 * The list indexes hold ended rows only, so that a call in progress costs them nothing.
 */
const migrations: readonly string[] = [
  `
  CREATE TABLE record (
    id TEXT NOT NULL PRIMARY KEY,
    callId TEXT NOT NULL,
    sessionId TEXT NOT NULL,
    kind TEXT NOT NULL,
    direction TEXT NOT NULL,
    fromNumber TEXT NOT NULL,
    fromName TEXT NOT NULL,
    toNumber TEXT NOT NULL,
    toName TEXT NOT NULL,
    startedAt REAL NOT NULL,
    answeredAt REAL,
    endedAt REAL,
    durationMs REAL NOT NULL DEFAULT 0,
    result TEXT,
    endedBy TEXT,
    sipStatus INTEGER,
    provider TEXT NOT NULL,
    lastSeenAt REAL NOT NULL,
    sessionStart REAL,
    haystack TEXT NOT NULL
  ) STRICT;
  CREATE INDEX record_list ON record (sessionStart, sessionId, startedAt, id)
    WHERE endedAt IS NOT NULL;
  CREATE INDEX record_from ON record (fromNumber, sessionStart, sessionId, startedAt, id)
    WHERE endedAt IS NOT NULL;
  CREATE INDEX record_to ON record (toNumber, sessionStart, sessionId, startedAt, id)
    WHERE endedAt IS NOT NULL;
  CREATE INDEX record_session ON record (sessionId);
  CREATE INDEX record_in_progress ON record (id) WHERE endedAt IS NULL;

  CREATE TABLE trace (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    callId TEXT NOT NULL UNIQUE,
    ladder BLOB NOT NULL
  ) STRICT;
  `,
  // How much sound was recorded, null for none; ids of what diagnosis found, divided by spaces.
  `
  ALTER TABLE record ADD COLUMN recordingMs REAL;
  ALTER TABLE record ADD COLUMN findings TEXT NOT NULL DEFAULT '';
  CREATE INDEX record_call ON record (callId);
  `,
  // What provider profiles know of a leg. Records from before them were all billed, and every transfer was a REFER.
  `
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
  CREATE INDEX record_provider ON record (provider, sessionStart, sessionId, startedAt, id)
    WHERE endedAt IS NOT NULL;
  `,
  // How well its legs were heard, as JSON; null for a record without sound.
  `
  ALTER TABLE record ADD COLUMN quality TEXT;
  `,
];

export const SCHEMA_VERSION = migrations.length;

/** Brings the tables up to date, all or nothing. */
export function migrate(db: DatabaseSync, from: number): void {
  if (from === SCHEMA_VERSION) return;
  db.exec('BEGIN IMMEDIATE');
  try {
    for (const migration of migrations.slice(from)) db.exec(migration);
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`);
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
