/** What the trunk tells its host, and which SIP dialog became which call. */
import type { Logger } from '../log/logger.ts';
import type { TrunkEvent } from './api.ts';

/** SIP Call-IDs remembered for somebody who asks late. */
const MOST_BOUND = 1000;

export class EventFeed {
  readonly #log: Logger;
  readonly #listeners = new Set<(event: TrunkEvent) => void>();
  readonly #calls = new Map<string, string>();
  readonly #waiting = new Map<string, (callId: string) => void>();

  constructor(log: Logger) {
    this.#log = log;
  }

  onEvent(listener: (event: TrunkEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A listener that fails costs no call anything. */
  emit(event: TrunkEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#log.error({ error, event: event.type }, 'an event listener failed');
      }
    }
  }

  /** A leg of a call has got this SIP Call-ID. */
  bound(sipCallId: string, callId: string): void {
    this.#calls.set(sipCallId, callId);
    const oldest = this.#calls.keys().next().value;
    if (this.#calls.size > MOST_BOUND && oldest !== undefined) this.#calls.delete(oldest);
    this.#waiting.get(sipCallId)?.(callId);
    this.#waiting.delete(sipCallId);
  }

  /** Calls back with the call that a SIP Call-ID belongs to, at once or when it has arrived. @returns stops waiting */
  whenBound(sipCallId: string, then: (callId: string) => void): () => void {
    const known = this.#calls.get(sipCallId);
    if (known === undefined) this.#waiting.set(sipCallId, then);
    else then(known);
    return () => this.#waiting.delete(sipCallId);
  }
}
