/** Keeps the trace of a call past its end: the last answers come after it, and so may somebody who looks. */
import type { RecordStore } from '../cdr/index.ts';
import type { Clock, Timer } from '../time/clock.ts';
import type { Ladder, Tracer } from '../trace/index.ts';

/** Milliseconds after the end of a call: its trace is stored, and again when no message can follow any more (64·T1). */
const STORE_MS = 1000;
const LINGER_MS = 32_000;

export class TraceKeeper {
  readonly #tracer: Tracer;
  readonly #store: RecordStore;
  readonly #clock: Clock;
  readonly #lingering = new Map<string, { timer: Timer; stored: number }>();

  constructor(tracer: Tracer, store: RecordStore, clock: Clock) {
    this.#tracer = tracer;
    this.#store = store;
    this.#clock = clock;
  }

  ladder(callId: string): Ladder | undefined {
    return this.#tracer.ladder(callId) ?? this.#store.trace(callId);
  }

  callEnded(callId: string): void {
    const timer = this.#clock.after(STORE_MS, () => {
      const stored = this.#tracer.count(callId);
      this.#save(callId);
      this.#lingering.set(callId, { timer: this.#clock.after(LINGER_MS, () => this.#finish(callId)), stored });
    });
    this.#lingering.set(callId, { timer, stored: 0 });
  }

  /** Stores everything that is still only in memory. */
  stop(): void {
    for (const callId of this.#lingering.keys()) this.#finish(callId);
  }

  #finish(callId: string): void {
    const { timer, stored } = this.#lingering.get(callId) ?? {};
    timer?.cancel();
    this.#lingering.delete(callId);
    // Most calls have no message after the first second: what is stored already is whole.
    if (this.#tracer.count(callId) !== stored) this.#save(callId);
    this.#tracer.forget(callId);
  }

  #save(callId: string): void {
    const ladder = this.#tracer.ladder(callId);
    if (ladder) this.#store.saveTrace(callId, ladder);
  }
}
