/** Keeps the trace of a call past its end: the last answers come after it, and so may somebody who looks. */
import type { CallSnapshot } from '../b2bua/snapshot.ts';
import type { RecordStore } from '../cdr/index.ts';
import type { Clock, Timer } from '../time/clock.ts';
import type { Finding, Ladder, Tracer } from '../trace/index.ts';

/** Milliseconds after the end of a call: its trace is stored, and again when no message can follow any more (64·T1). */
const STORE_MS = 1000;
const LINGER_MS = 32_000;

export interface TraceKeeperOptions {
  readonly tracer: Tracer;
  readonly store: RecordStore;
  readonly clock: Clock;
  readonly diagnose: (ladder: Ladder, call: CallSnapshot | undefined) => Finding[];
  /** What an ended call is remembered by. May be told again, with what came later. */
  readonly found: (callId: string, findings: Finding[]) => void;
  /** The call is in the store alone. */
  readonly forgotten: (callId: string) => void;
}

interface Lingering {
  readonly call: CallSnapshot;
  timer: Timer;
  /** Messages that have been stored. */
  stored: number;
}

export class TraceKeeper {
  readonly #options: TraceKeeperOptions;
  readonly #lingering = new Map<string, Lingering>();

  constructor(options: TraceKeeperOptions) {
    this.#options = options;
  }

  /** @param call the trunk's picture of it, if it is live */
  ladder(callId: string, call: CallSnapshot | undefined): Ladder | undefined {
    const { tracer, store, diagnose } = this.#options;
    const ladder = tracer.ladder(callId);
    return ladder ? { ...ladder, findings: diagnose(ladder, call ?? this.call(callId)) } : store.trace(callId);
  }

  /** The last picture of a call that ended a moment ago. */
  call(callId: string): CallSnapshot | undefined {
    return this.#lingering.get(callId)?.call;
  }

  callEnded(call: CallSnapshot): void {
    const { clock, tracer } = this.#options;
    const timer = clock.after(STORE_MS, () => {
      lingering.stored = tracer.count(call.id);
      lingering.timer = clock.after(LINGER_MS, () => this.#finish(call.id));
      this.#save(call);
    });
    const lingering: Lingering = { call, timer, stored: 0 };
    this.#lingering.set(call.id, lingering);
  }

  /** Stores everything that is still only in memory. */
  stop(): void {
    for (const callId of this.#lingering.keys()) this.#finish(callId);
  }

  #finish(callId: string): void {
    const { tracer, forgotten } = this.#options;
    const lingering = this.#lingering.get(callId);
    if (!lingering) return;
    lingering.timer.cancel();
    this.#lingering.delete(callId);
    // Most calls have no message after the first second: what is stored already is whole.
    if (tracer.count(callId) !== lingering.stored) this.#save(lingering.call);
    tracer.forget(callId);
    forgotten(callId);
  }

  #save(call: CallSnapshot): void {
    const { tracer, store, diagnose, found } = this.#options;
    const ladder = tracer.ladder(call.id);
    if (!ladder) return;
    const findings = diagnose(ladder, call);
    store.saveTrace(call.id, { ...ladder, findings });
    if (findings.length > 0) found(call.id, findings);
  }
}
