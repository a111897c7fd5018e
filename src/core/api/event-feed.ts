/** What the trunk tells its host, and which SIP dialog became which call. */
import type { TrunkEvent } from '../../nouns/event.ts';
import type { Logger } from '../log/logger.ts';

type EventType = TrunkEvent['type'];

const everyType: readonly EventType[] = [
  'trunkChanged',
  'phoneChanged',
  'directoryChanged',
  'settingsChanged',
  'storageChanged',
  'callChanged',
  'recordAdded',
  'recordChanged',
  'findingsChanged',
  'messageTraced',
  'qualityChanged',
  'webhookFinished',
  'applicationNotice',
];

/** SIP Call-IDs remembered for somebody who asks late. */
const MOST_BOUND = 1000;

export class EventFeed {
  readonly #log: Logger;
  readonly #listeners = new Map<(event: TrunkEvent) => void, readonly EventType[]>();
  readonly #wantedChanged: (wanted: ReadonlySet<EventType>) => void;
  /** What at least one listener wants to hear. */
  #wanted: ReadonlySet<EventType> = new Set();
  readonly #calls = new Map<string, string>();
  readonly #waiting = new Map<string, (callId: string) => void>();

  /** @param wantedChanged told which events are listened for, whenever a listener comes or goes */
  constructor(log: Logger, wantedChanged: (wanted: ReadonlySet<EventType>) => void) {
    this.#log = log;
    this.#wantedChanged = wantedChanged;
  }

  onEvent(listener: (event: TrunkEvent) => void, types: readonly EventType[] = everyType): () => void {
    this.#listeners.set(listener, types);
    this.#tellWanted();
    return () => {
      this.#listeners.delete(listener);
      this.#tellWanted();
    };
  }

  #tellWanted(): void {
    this.#wanted = new Set([...this.#listeners.values()].flat());
    this.#wantedChanged(this.#wanted);
  }

  /** Whether somebody listens for these events. */
  wants(type: EventType): boolean {
    return this.#wanted.has(type);
  }

  /** As `emit`, for an event that costs something to make: it is made only for a listener. */
  emitLazily(type: EventType, make: () => TrunkEvent): void {
    if (this.#wanted.has(type)) this.emit(make());
  }

  /** A listener that fails costs no call anything. */
  emit(event: TrunkEvent): void {
    for (const [listener, types] of this.#listeners) {
      if (!types.includes(event.type)) continue;
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
