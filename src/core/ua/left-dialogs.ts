import { detached, type SipRequest } from '../message/index.ts';
import type { Clock } from '../time/clock.ts';
import { Lapsing } from '../time/lapsing.ts';
import type { SessionName } from './session-host.ts';

/**
 * Dialogs that we have ended with BYE. That of the peer may cross it, and has done nothing wrong: it gets 200 and not 481 (W22).
 */
export class LeftDialogs {
  /** The peer's tag, by Call-ID and our tag. */
  readonly #tags: Lapsing<string>;

  constructor(clock: Clock, { T1, T2 }: { readonly T1: number; readonly T2: number }) {
    this.#tags = new Lapsing(clock, 64 * T1, () => {}, T2);
  }

  add({ callId, localTag, dialog }: SessionName): void {
    if (dialog) this.#tags.set(detached(`${callId}\n${localTag}`), detached(dialog.remoteTag));
  }

  crosses({ method, head }: SipRequest): boolean {
    return method === 'BYE' && this.#tags.get(`${head.callId}\n${head.toTag ?? ''}`) === (head.fromTag ?? '');
  }

  clear(): void {
    this.#tags.drain();
  }
}
