/** Opens the records file: creates it, claims it for this process, and sets a damaged one aside. */
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { APPLICATION_ID, migrate, SCHEMA_VERSION } from './schema.ts';
import { sqliteCode, SQLITE } from './sqlite-code.ts';

/**
 * The records file cannot be used; the message is one line for people.
 * - `locked`: another running trunk has it open
 * - `foreign`: a database of some other program
 * - `newer`: written by a later version of this program
 * - `unusable`: the folder or the file cannot be created, read or written
 */
export class RecordsUnavailable extends Error {
  override readonly name = 'RecordsUnavailable';
  readonly code: 'locked' | 'foreign' | 'newer' | 'unusable';

  constructor(code: RecordsUnavailable['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export interface OpenedDatabase {
  db: DatabaseSync;
  /** One line for people, when a damaged file was moved aside. */
  warning: string | undefined;
}

/** Not a database any more, or one that fails SQLite's own check. */
class Damaged extends Error {}

/**
 * @param file path, or `:memory:`
 * @param now milliseconds since the Unix epoch, for the name of a damaged file
 * @throws RecordsUnavailable
 */
export function openDatabase(file: string, now: () => number): OpenedDatabase {
  try {
    if (file !== ':memory:') createFile(file);
    try {
      return { db: openOnce(file), warning: undefined };
    } catch (error) {
      if (!isDamage(error)) throw error;
      const aside = moveAside(file, now());
      createFile(file);
      return {
        db: openOnce(file),
        warning: `The records file ${file} is damaged (${(error as Error).message}). It was kept as ${aside}, and a new one was begun.`,
      };
    }
  } catch (error) {
    throw unavailable(file, error);
  }
}

function createFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // SQLite would create it readable for everybody; its WAL takes the mode of the database.
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
}

function openOnce(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 0, allowExtension: false });
  try {
    // Held until close, and let go by the system when the process dies: no lock file can go stale.
    db.exec('PRAGMA locking_mode = EXCLUSIVE');
    const version = checkOwner(db, file);
    // Commits leave the disk to `DiskSync`. A checkpoint waits for it: the fewer the better, and 16 MB of log are little.
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000');
    const check = db.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
    if (check !== 'ok') throw new Damaged(String(check).replaceAll(/\s+/g, ' '));
    migrate(db, version);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Refuses what is not ours before anything is written; returns the schema version, 0 for an empty file. */
function checkOwner(db: DatabaseSync, file: string): number {
  const pragma = (name: string): number => Number(db.prepare(`PRAGMA ${name}`).get()?.[name]);
  const tables = Number(db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n']);
  if (tables === 0) return 0;
  if (pragma('application_id') !== APPLICATION_ID) {
    throw new RecordsUnavailable(
      'foreign',
      `The file ${file} is a database of another program. Set records.file to another path.`,
    );
  }
  const version = pragma('user_version');
  if (version > SCHEMA_VERSION) {
    throw new RecordsUnavailable(
      'newer',
      `The records file ${file} was written by a newer version of this program (schema ${version}, known up to ${SCHEMA_VERSION}).`,
    );
  }
  return version;
}

function isDamage(error: unknown): boolean {
  const code = sqliteCode(error);
  return error instanceof Damaged || code === SQLITE.CORRUPT || code === SQLITE.NOTADB;
}

/** The WAL moves along: together the two may still be rescued. */
function moveAside(file: string, now: number): string {
  const stamp = new Date(now)
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replaceAll(':', '-');
  let aside = `${file}.damaged-${stamp}`;
  for (let n = 2; existsSync(aside); n += 1) aside = `${file}.damaged-${stamp}-${n}`;
  renameSync(file, aside);
  for (const suffix of ['-wal', '-shm']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
  }
  return aside;
}

function unavailable(file: string, error: unknown): RecordsUnavailable {
  if (error instanceof RecordsUnavailable) return error;
  const code = sqliteCode(error);
  if (code === SQLITE.BUSY || code === SQLITE.LOCKED) {
    return new RecordsUnavailable(
      'locked',
      `The records file ${file} is in use by another running trunk. Stop that one, or set records.file to another path.`,
      { cause: error },
    );
  }
  const why = error instanceof Error ? error.message : String(error);
  return new RecordsUnavailable('unusable', `The records file ${file} cannot be used: ${why}.`, {
    cause: error,
  });
}
