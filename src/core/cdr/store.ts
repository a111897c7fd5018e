/**
 * Call records and traces in one SQLite file.
 *
 * Writes are queued and committed together within 50 ms: what was committed survives the death of the process. Half a
 * second later it is on the disk and survives a power cut as well. Reads see everything that was written before them.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { CallRecord, RecordQuery, RecordPage } from '../../nouns/record.ts';
import type { Ladder } from '../../nouns/ladder.ts';
import type { Logger } from '../log/logger.ts';
import { TurnoverMap } from '../collections/turnover-map.ts';
import type { Clock } from '../time/clock.ts';
import { extendTrace, unpackLadder, type LateEntry } from '../trace/index.ts';
import { openDatabase } from './database.ts';
import { DiskSync } from './disk-sync.ts';
import { closeInterrupted } from './interrupted.ts';
import { readPage, readRecord, readRecordsOf } from './query.ts';
import { readSlice, type RecordSlice, type SliceQuery } from './slice.ts';
import { sqliteCode, SQLITE } from './sqlite-code.ts';
import { messageOf, RecordsHealth } from './health.ts';
import { WriteQueue } from './write-queue.ts';
import { prepareWrites } from './writes.ts';
import type { Writes } from './writes.ts';
import type { RecordInProgress } from './record.ts';

export interface RecordStoreOptions {
  readonly log: Logger;
  readonly clock: Clock;
  /** Milliseconds since the Unix epoch; the clock's wall time when left out. */
  readonly now?: () => number;
  /** How many traces are kept, the newest; 5000 when left out. */
  readonly tracesKept?: number;
}

const TRACES_KEPT = 5000;

/**
 * A commit that failed for one of these may succeed later; any other error is the write's own fault. So is a damaged page:
 * it does not heal, and the other writes must not wait for it.
 */
const passing = new Set<number | undefined>([
  SQLITE.BUSY,
  SQLITE.LOCKED,
  SQLITE.NOMEM,
  SQLITE.READONLY,
  SQLITE.IOERR,
  SQLITE.FULL,
  SQLITE.CANTOPEN,
]);

type Write = RecordWrite | ((writes: Writes) => void);

/** What is to be written of one record. A change that comes while it waits joins it: a short call is written once. */
interface RecordWrite {
  readonly id: string;
  begun?: RecordInProgress;
  answeredAt?: number;
  seenAt?: number;
  finished?: CallRecord;
}

export class RecordStore {
  /** One line for people, when a damaged file was moved aside at opening. */
  readonly warning: string | undefined;
  /** Records of an earlier run that were closed as `interrupted` at opening. */
  readonly interrupted: number;
  readonly #db: DatabaseSync;
  readonly #writes: Writes;
  readonly #readTrace: StatementSync;
  /** Whether the file can be read and written now. */
  readonly health: RecordsHealth;
  readonly #log: Logger;
  readonly #queue: WriteQueue<Write>;
  /** By record: the writes that wait in the queue. */
  readonly #waiting = new TurnoverMap<string, RecordWrite>();
  /** None for a database in memory. */
  readonly #sync: DiskSync | undefined;

  private constructor(db: DatabaseSync, file: string, warning: string | undefined, options: RecordStoreOptions) {
    this.#db = db;
    this.#log = options.log;
    this.health = new RecordsHealth(options);
    this.warning = warning;
    this.interrupted = closeInterrupted(db);
    this.#writes = prepareWrites(db, options.tracesKept ?? TRACES_KEPT);
    this.#readTrace = db.prepare('SELECT ladder FROM trace WHERE callId = ?');
    this.#sync = file === ':memory:' ? undefined : new DiskSync({ file, log: options.log, clock: options.clock });
    this.#queue = new WriteQueue({
      clock: options.clock,
      log: options.log,
      health: this.health,
      commit: (batch) => this.#commit(batch),
      lost: (write) => typeof write === 'object' && this.#waiting.delete(write.id),
    });
  }

  /**
   * Records that were in progress when an earlier run died are closed as `interrupted`. A damaged file is moved
   * aside and a new one begun; `warning` says so.
   * @param file path, or `:memory:`; the folder is created if missing
   * @throws RecordsUnavailable
   */
  static open(file: string, options: RecordStoreOptions): RecordStore {
    const { db, warning } = openDatabase(file, options.now ?? (() => options.clock.wall()));
    if (warning !== undefined) options.log.warn({ file }, warning);
    try {
      const store = new RecordStore(db, file, warning, options);
      if (store.interrupted > 0) {
        options.log.info({ records: store.interrupted }, 'closed records of an interrupted run');
      }
      return store;
    } catch (error) {
      db.close();
      throw error;
    }
  }

  /** A leg's record begins. It appears in the list once it is finished. */
  begin(row: RecordInProgress): void {
    this.#change(row.id, { begun: row });
  }

  update(id: string, change: { answeredAt?: number }): void {
    const { answeredAt } = change;
    if (answeredAt !== undefined) this.#change(id, { answeredAt });
  }

  /** The leg was alive at this time: where its record ends should the process die. */
  touch(id: string, at: number): void {
    this.#change(id, { seenAt: at });
  }

  /** The record's final form, whether it was begun or not. */
  finish(record: CallRecord): void {
    this.#change(record.id, { finished: record });
  }

  /** There is a recording of this leg; null for none any more. */
  setRecording(id: string, durationMs: number | null): void {
    this.#enqueue((writes) => writes.setRecording(id, durationMs));
  }

  /**
   * What was found in a call, on every record of it that is known; ids hold no spaces.
   * @returns these records, as far as they have ended
   */
  setFindings(callId: string, ids: readonly string[]): CallRecord[] {
    this.#enqueue((writes) => writes.setFindings(callId, ids.join(' ')));
    this.flush();
    return this.health.readOr([], () => readRecordsOf(this.#db, callId));
  }

  /**
   * Keeps the trace of a call, in place of an earlier one of it.
   * @param packed as the tracer or `packLadder` gives it
   */
  saveTrace(callId: string, packed: Uint8Array): void {
    this.#enqueue((writes) => writes.saveTrace(callId, packed));
  }

  /** Adds messages to the trace of a call, if there is one: numbered on from its last. */
  extendTrace(callId: string, late: readonly LateEntry[]): void {
    this.#enqueue((writes) => {
      const packed = this.#packedTrace(callId);
      const longer = packed && extendTrace(packed, late);
      if (longer) writes.changeTrace(callId, longer);
    });
  }

  /**
   * Ended records, the newest session first and its records together.
   * @throws BadCursor, RecordsUnreadable
   */
  list(query: RecordQuery = {}): RecordPage {
    this.flush();
    return this.health.read(() => readPage(this.#db, query));
  }

  /** Ended records of one profile, by number. @throws RecordsUnreadable */
  slice(query: SliceQuery): RecordSlice {
    this.flush();
    return this.health.read(() => readSlice(this.#db, query));
  }

  /** An ended record. @throws RecordsUnreadable */
  get(id: string): CallRecord | undefined {
    this.flush();
    return this.health.read(() => readRecord(this.#db, id));
  }

  /** Ended records of a call. @throws RecordsUnreadable */
  recordsOf(callId: string): CallRecord[] {
    this.flush();
    return this.health.read(() => readRecordsOf(this.#db, callId));
  }

  /** As `get`, for whoever does without when it cannot be read. */
  find(id: string): CallRecord | undefined {
    return this.health.readOr(undefined, () => this.get(id));
  }

  /** @throws RecordsUnreadable */
  trace(callId: string): Ladder | undefined {
    this.flush();
    const packed = this.health.read(() => this.#packedTrace(callId));
    if (packed === undefined) return undefined;
    const ladder = unpackLadder(packed);
    if (ladder === undefined) this.#log.warn({ callId }, 'the stored trace cannot be read');
    return ladder;
  }

  /** Commits what is queued. When that fails it is logged, and tried again later. */
  flush(): void {
    this.#queue.flush();
  }

  /** Commits what is queued and lets the file go. Later writes are refused with a log line. */
  close(): void {
    if (!this.#db.isOpen) return;
    this.#queue.close();
    this.health.close();
    this.#sync?.close();
    this.#db.close();
  }

  #packedTrace(callId: string): Uint8Array | undefined {
    return this.#readTrace.get(callId)?.['ladder'] as Uint8Array | undefined;
  }

  #change(id: string, change: Omit<RecordWrite, 'id'>): void {
    const waiting = this.#waiting.get(id);
    if (waiting) {
      Object.assign(waiting, change);
      return;
    }
    const write = { id, ...change };
    if (this.#enqueue(write)) this.#waiting.set(id, write);
  }

  /** @returns whether it will be written */
  #enqueue(write: Write): boolean {
    if (this.#db.isOpen) this.#queue.push(write);
    else this.#log.error({}, 'a record was written after the records were closed');
    return this.#db.isOpen;
  }

  /** @returns why some of it could not be written */
  #commit(batch: readonly Write[]): Error | undefined {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      let lost: Error | undefined;
      for (const write of batch) lost = this.#perform(write) ?? lost;
      this.#db.exec('COMMIT');
      for (const write of batch) if (typeof write === 'object') this.#waiting.delete(write.id);
      this.#sync?.committed();
      return lost;
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  /** One bad write must not hold up the others for ever. */
  #perform(write: Write): Error | undefined {
    try {
      if (typeof write === 'function') write(this.#writes);
      else writeRecord(this.#writes, write);
      return undefined;
    } catch (error) {
      if (passing.has(sqliteCode(error))) throw error;
      this.#log.error({ error: messageOf(error) }, 'a record could not be written');
      return sqliteCode(error) === SQLITE.CORRUPT ? (error as Error) : undefined;
    }
  }
}

function writeRecord(writes: Writes, { id, begun, answeredAt, seenAt, finished }: RecordWrite): void {
  if (finished) {
    writes.finish(finished);
    return;
  }
  if (begun) writes.begin(begun);
  if (answeredAt !== undefined) writes.answer(id, answeredAt);
  if (seenAt !== undefined) writes.touch(id, seenAt);
}
