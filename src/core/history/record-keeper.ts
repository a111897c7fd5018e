/** Turns what the switchboard says about records into rows of the store. */
import type { CallRecord } from '../../nouns/record.ts';
import type { LegQuality } from '../../nouns/quality.ts';
import type { RecordDraft, RecordEnd } from '../b2bua/record-draft.ts';
import type { RecordInProgress, RecordStore } from '../cdr/index.ts';
import type { Clock, Timer } from '../time/clock.ts';

/** How far the end of an interrupted record may be off, in milliseconds. */
const TOUCH_MS = 1000;

interface Waiting {
  readonly record: CallRecord;
  readonly timer: Timer;
  readonly finish: () => void;
}

export class RecordKeeper {
  readonly #store: RecordStore;
  readonly #clock: Clock;
  readonly #finalAfterMs: number;
  readonly #open = new Set<string>();
  /** Records that have ended and are not final yet (P27), by their ids. */
  readonly #waiting = new Map<string, Waiting>();
  #timer: Timer | undefined;

  /** @param finalAfterMs milliseconds between the end of a leg and its record (P27) */
  constructor(store: RecordStore, clock: Clock, finalAfterMs = 0) {
    this.#store = store;
    this.#clock = clock;
    this.#finalAfterMs = finalAfterMs;
  }

  began(draft: RecordDraft): void {
    this.#open.add(draft.id);
    this.#store.begin(inProgress(draft));
    this.#timer ??= this.#clock.after(TOUCH_MS, () => this.#touch());
  }

  answered({ id, answeredAt }: RecordDraft): void {
    if (answeredAt !== undefined) this.#store.update(id, { answeredAt });
  }

  /**
   * @param quality of the legs that were up meanwhile
   * @param then told when the record is final: at once, or after the delay of P27
   */
  ended(draft: RecordDraft, end: RecordEnd, quality: LegQuality[], then: (record: CallRecord) => void): void {
    this.#open.delete(draft.id);
    const record = { ...finalRecord(draft, end), ...(quality.length > 0 && { quality }) };
    const finish = () => {
      this.#waiting.delete(record.id);
      this.#store.finish(record);
      then(record);
    };
    if (this.#finalAfterMs === 0) return finish();
    this.#waiting.set(record.id, { record, finish, timer: this.#clock.after(this.#finalAfterMs, finish) });
  }

  /** @returns the record with its recording, unless it is not final yet: then it will have it */
  recorded(id: string, durationMs: number): CallRecord | undefined {
    const waiting = this.#waiting.get(id);
    if (waiting) waiting.record.recording = { durationMs };
    this.#store.setRecording(id, durationMs);
    return waiting ? undefined : this.#store.find(id);
  }

  /** @returns the record without its recording, unless it is not final yet */
  unrecorded(id: string): CallRecord | undefined {
    const waiting = this.#waiting.get(id);
    delete waiting?.record.recording;
    this.#store.setRecording(id, null);
    return waiting ? undefined : this.#store.find(id);
  }

  /**
   * What was found in a call.
   * @returns its records that are final; the others will have it
   */
  found(callId: string, ids: readonly string[]): CallRecord[] {
    for (const { record } of this.#waiting.values()) {
      if (record.callId === callId) record.findings = [...ids];
    }
    return this.#store.setFindings(callId, ids);
  }

  /** Says that the open records are still alive, while there are any. */
  #touch(): void {
    const at = this.#clock.wall();
    for (const id of this.#open) this.#store.touch(id, at);
    this.#timer = this.#open.size > 0 ? this.#clock.after(TOUCH_MS, () => this.#touch()) : undefined;
  }

  /** Nothing is kept back any longer. */
  stop(): void {
    this.#timer?.cancel();
    for (const { timer, finish } of this.#waiting.values()) {
      timer.cancel();
      finish();
    }
  }
}

function finalRecord(draft: RecordDraft, { at, result, endedBy, sipStatus, hangup }: RecordEnd): CallRecord {
  const { answeredAt } = draft;
  return {
    ...inProgress(draft),
    answeredAt: answeredAt ?? null,
    endedAt: at,
    durationMs: answeredAt === undefined ? 0 : Math.max(0, at - answeredAt),
    result,
    endedBy,
    sipStatus: sipStatus ?? null,
    hangupCode: hangup.code ?? null,
    hangupName: hangup.name,
    hangupSource: hangup.source,
  };
}

function inProgress(draft: RecordDraft): Omit<RecordInProgress, 'answeredAt'> {
  const { id, callId, sessionId, kind, direction, from, to, startedAt, provider } = draft;
  const { trunkDomain, referred, billable, callerIdRule, fromCountry, toCountry, transport } = draft;
  return {
    id,
    callId,
    sessionId,
    kind,
    direction,
    from: from.number,
    fromName: from.name,
    to: to.number,
    toName: to.name,
    startedAt,
    provider,
    trunkDomain,
    referred,
    billable,
    callerIdRule,
    fromCountry: fromCountry ?? null,
    toCountry: toCountry ?? null,
    transport: transport ?? null,
  };
}
