/** Finds requests that reached us on more than one path. RFC 3261 §8.2.2.2. */
import { detached } from '../message/index.ts';
import type { ServerTransaction } from '../transaction/index.ts';

/** The requests outside dialogs that are being worked on, by what a fork leaves alike. */
export class MergedRequests {
  readonly #ongoing = new Set<string>();

  /**
   * Takes note of a request without To tag.
   * @returns true when the same request is already being worked on in another transaction: to be answered with 482
   */
  notice(transaction: ServerTransaction): boolean {
    const { callId, fromTag, cseq } = transaction.request.head;
    // Kept as long as the transaction, and not to keep its request.
    const key = detached(`${callId}\n${fromTag ?? ''}\n${cseq.number} ${cseq.method}`);
    if (this.#ongoing.has(key)) return true;
    this.#ongoing.add(key);
    // Named first, to die young: see `TurnoverMap`.
    const forget = () => this.#ongoing.delete(key);
    transaction.onEnd = forget;
    return false;
  }
}
