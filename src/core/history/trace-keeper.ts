/** Keeps the trace of a call past its end: the last answers come after it, and so may somebody who looks. */
import type { CallView } from '../../nouns/call.ts';
import type { Finding, Ladder, LadderMessage, Lifeline } from '../../nouns/ladder.ts';
import type { RecordStore } from '../cdr/index.ts';
import type { Clock, Timer } from '../time/clock.ts';
import { Lapsing } from '../time/lapsing.ts';
import { packLadder, type LateEntry, type Tracer } from '../trace/index.ts';

/** Milliseconds after the end of a call: its trace is stored, or a little later together with others. */
const STORE_MS = 200;
const STORE_GRACE_MS = 50;
/** Milliseconds after that in which messages may follow (64·T1). */
const LINGER_MS = 32_000;
const LINGER_GRACE_MS = 500;
/**
 * Milliseconds in which late messages gather: while somebody listens, and else. A trunk that has fallen behind has late
 * messages in every call, and each time that one is stored its whole trace is written again.
 */
const LATE_MS = 250;
const LATE_UNHEARD_MS = 2000;
/** Late messages of one call that are kept. */
const MAX_LATE = 200;

export interface TraceKeeperOptions {
  readonly tracer: Tracer;
  readonly store: RecordStore;
  readonly clock: Clock;
  readonly diagnose: (ladder: Ladder, call: CallView | undefined) => Finding[];
  /** What an ended call is remembered by. May be told again, with what came later. */
  readonly found: (callId: string, findings: Finding[]) => void;
  /** A message came after the trace was stored; told while the tracer has a listener. */
  readonly late: (callId: string, message: LadderMessage, lifelines: Lifeline[]) => void;
  /** The call is in the store alone. */
  readonly forgotten: (callId: string) => void;
}

/**
 * A call whose trace is stored. One in which there was a REFER, or a leg without sound, stays in the tracer as well, since what comes late may
 * change its diagnosis; of the others only what comes late is kept.
 */
type Stored = { readonly call: CallView | undefined; readonly count: number } | Late;

interface Late {
  /** Waiting to be stored. */
  readonly entries: LateEntry[];
  /** Of these and those before them. */
  count: number;
}

export class TraceKeeper {
  readonly #options: TraceKeeperOptions;
  readonly #fresh: Lapsing<CallView | undefined>;
  readonly #stored: Lapsing<Stored>;
  /** Calls with late messages that are to be stored. */
  readonly #late = new Set<string>();
  #lateTimer: Timer | undefined;

  constructor(options: TraceKeeperOptions) {
    this.#options = options;
    const { clock, tracer } = options;
    const store = (callId: string, call: CallView | undefined) => this.#stored.set(callId, this.#store(callId, call));
    const finish = (callId: string, stored: Stored) => this.#finish(callId, stored);
    this.#fresh = new Lapsing(clock, STORE_MS, store, STORE_GRACE_MS);
    this.#stored = new Lapsing(clock, LINGER_MS, finish, LINGER_GRACE_MS);
    tracer.setLateListener((callId, entry) => this.#add(callId, entry));
  }

  /** @param call the trunk's picture of it, if it is live */
  ladder(callId: string, call: CallView | undefined): Ladder | undefined {
    const { tracer, store, diagnose } = this.#options;
    const ladder = tracer.ladder(callId);
    if (ladder) return { ...ladder, findings: diagnose(ladder, call ?? this.call(callId)) };
    this.#saveLate();
    return store.trace(callId);
  }

  /** The last picture of a call with something to diagnose that ended a moment ago. */
  call(callId: string): CallView | undefined {
    const stored = this.#stored.get(callId);
    return this.#fresh.get(callId) ?? (stored && 'call' in stored ? stored.call : undefined);
  }

  /**
   * @param picture of the call, asked for at once and only if there is something to diagnose
   * @param silent a leg had no sound
   */
  callEnded(callId: string, picture: () => CallView, silent = false): void {
    this.#fresh.set(callId, silent || this.#options.tracer.refers(callId) ? picture() : undefined);
  }

  /** Stores everything that is still only in memory. */
  stop(): void {
    this.#fresh.drain((callId, call) => this.#finish(callId, this.#store(callId, call)));
    this.#stored.drain((callId, stored) => this.#finish(callId, stored));
    this.#saveLate();
  }

  #store(callId: string, call: CallView | undefined): Stored {
    const { tracer, store } = this.#options;
    if (call || tracer.refers(callId)) {
      this.#save(callId, call);
      return { call, count: tracer.count(callId) };
    }
    const packed = tracer.pack(callId);
    if (packed) store.saveTrace(callId, packed);
    tracer.rest(callId);
    return { entries: [], count: 0 };
  }

  #finish(callId: string, stored: Stored): void {
    const { tracer, forgotten } = this.#options;
    if ('entries' in stored) this.#tell(callId, this.#extend(callId, stored));
    else if (tracer.count(callId) !== stored.count) this.#save(callId, stored.call);
    tracer.forget(callId);
    forgotten(callId);
  }

  /** Of a call with something to diagnose. */
  #save(callId: string, call: CallView | undefined): void {
    const { tracer, store, diagnose, found } = this.#options;
    const ladder = tracer.ladder(callId);
    if (!ladder) return;
    const findings = diagnose(ladder, call);
    store.saveTrace(callId, packLadder({ ...ladder, findings }));
    if (findings.length > 0) found(callId, findings);
  }

  #add(callId: string, entry: LateEntry): void {
    const stored = this.#stored.get(callId);
    if (!stored || !('entries' in stored) || stored.count >= MAX_LATE) return;
    stored.entries.push(entry);
    stored.count += 1;
    this.#late.add(callId);
    const { clock, tracer } = this.#options;
    this.#lateTimer ??= clock.after(tracer.listened ? LATE_MS : LATE_UNHEARD_MS, () => this.#saveLate());
  }

  #saveLate(): void {
    this.#lateTimer?.cancel();
    this.#lateTimer = undefined;
    const added: [callId: string, count: number][] = [];
    for (const callId of this.#late) {
      const stored = this.#stored.get(callId);
      if (stored && 'entries' in stored) added.push([callId, this.#extend(callId, stored)]);
    }
    this.#late.clear();
    // Reading commits what was written: once for all of them, not for each.
    for (const [callId, count] of added) this.#tell(callId, count);
  }

  /** @returns how many messages were added */
  #extend(callId: string, { entries }: Late): number {
    if (entries.length === 0) return 0;
    const late = entries.splice(0);
    this.#options.store.extendTrace(callId, late);
    return late.length;
  }

  #tell(callId: string, count: number): void {
    const { tracer, store, late } = this.#options;
    const ladder = count > 0 && tracer.listened ? store.health.readOr(undefined, () => store.trace(callId)) : undefined;
    for (const message of ladder?.messages.slice(-count) ?? []) late(callId, message, ladder!.lifelines);
  }
}
