/** The trunk's events, checked and serialised once for all who listen. */
import type { TrunkEvent } from '../../nouns/event.ts';
import { ContractEvent } from '../../contract/events.ts';
import type { Logger } from '../../core/log/logger.ts';
import type { Trunk } from '../../core/api/trunk.ts';

export interface FedEvent {
  readonly event: ContractEvent;
  /** `event` as JSON. */
  readonly text: string;
}

export interface Feed {
  /** Returns the function that ends the subscription. */
  subscribe(listener: (fed: FedEvent) => void): () => void;
  close(): void;
}

export function createFeed(trunk: Trunk, log: Logger): Feed {
  const listeners = new Set<(fed: FedEvent) => void>();
  /** The trunk makes its events only while somebody listens. */
  let unsubscribe: (() => void) | undefined;
  const receive = (raw: TrunkEvent): void => {
    const checked = ContractEvent.safeParse(raw);
    if (!checked.success) {
      log.error({ type: raw.type, issues: checked.error.issues }, 'an event does not fit the contract');
      return;
    }
    const fed = { event: checked.data, text: JSON.stringify(checked.data) };
    for (const listener of listeners) listener(fed);
  };
  const forget = (): void => {
    unsubscribe?.();
    unsubscribe = undefined;
  };
  return {
    subscribe(listener) {
      listeners.add(listener);
      unsubscribe ??= trunk.onEvent(receive);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) forget();
      };
    },
    close() {
      forget();
      listeners.clear();
    },
  };
}
