/** Turns what the switchboard says about records into rows of the store. */
import type { RecordDraft, RecordEnd } from '../b2bua/record-draft.ts';
import type { CallRecord, RecordInProgress, RecordStore } from '../cdr/index.ts';
import type { Clock, Timer } from '../time/clock.ts';

/** How far the end of an interrupted record may be off, in milliseconds. */
const TOUCH_MS = 1000;

export class RecordKeeper {
  readonly #store: RecordStore;
  readonly #clock: Clock;
  readonly #open = new Set<string>();
  #timer: Timer | undefined;

  constructor(store: RecordStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  began(draft: RecordDraft): void {
    this.#open.add(draft.id);
    this.#store.begin(inProgress(draft));
    this.#timer ??= this.#clock.after(TOUCH_MS, () => this.#touch());
  }

  answered({ id, answeredAt }: RecordDraft): void {
    if (answeredAt !== undefined) this.#store.update(id, { answeredAt });
  }

  ended(draft: RecordDraft, end: RecordEnd): CallRecord {
    this.#open.delete(draft.id);
    const record: CallRecord = {
      ...inProgress(draft),
      answeredAt: draft.answeredAt ?? null,
      endedAt: end.at,
      durationMs: draft.answeredAt === undefined ? 0 : Math.max(0, end.at - draft.answeredAt),
      result: end.result,
      endedBy: end.endedBy,
      sipStatus: end.sipStatus ?? null,
    };
    this.#store.finish(record);
    return record;
  }

  /** @returns the record with its recording, unless it is still open */
  recorded(id: string, durationMs: number): CallRecord | undefined {
    this.#store.setRecording(id, durationMs);
    return this.#store.get(id);
  }

  /** Says that the open records are still alive, while there are any. */
  #touch(): void {
    const at = this.#clock.wall();
    for (const id of this.#open) this.#store.touch(id, at);
    this.#timer = this.#open.size > 0 ? this.#clock.after(TOUCH_MS, () => this.#touch()) : undefined;
  }

  stop(): void {
    this.#timer?.cancel();
  }
}

function inProgress(draft: RecordDraft): Omit<RecordInProgress, 'answeredAt'> {
  const { id, callId, sessionId, kind, direction, from, to, startedAt, provider } = draft;
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
  };
}
