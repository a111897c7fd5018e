/** Carries out what the machine for reliable provisional responses decides. RFC 3262 §3. */
import { parseRAck, type SipResponse } from '../message/index.ts';
import type { Timer } from '../time/clock.ts';
import type { ServerTransaction } from '../transaction/index.ts';
import {
  startReliable,
  stepReliable,
  type Reliable,
  type ReliableEffect,
  type ReliableInput,
  type ReliableTimer,
} from './reliable.ts';
import type { InSession } from './in-session.ts';

export interface Provisional {
  readonly status: number;
  readonly headers: [string, string][];
  readonly sdp: string | undefined;
}

export interface ReliableUser {
  /** Builds the response, with `headers` in addition, and sends it. */
  send(provisional: Provisional, headers: [string, string][]): SipResponse;
  repeat(response: SipResponse): void;
  /** No PRACK in 64·T1. */
  unacknowledged(): void;
}

export class ReliableProvisionals {
  readonly #session: InSession;
  readonly #user: ReliableUser;
  readonly #timers = new Map<ReliableTimer, Timer>();
  #state: Reliable<Provisional>;
  #response: SipResponse | undefined;
  #matched: Provisional | undefined;

  constructor(session: InSession, user: ReliableUser) {
    this.#session = session;
    this.#user = user;
    this.#state = startReliable(Math.floor(session.ua.ids.fraction() * 2 ** 31));
    session.whenOver(() => this.stop());
  }

  /** A description is on its way and unacknowledged: a 2xx may not be sent before its PRACK (§3). */
  get holdsAnswer(): boolean {
    const { unacknowledged, waiting } = this.#state;
    return [unacknowledged?.provisional, ...waiting].some((each) => each?.sdp !== undefined);
  }

  send(provisional: Provisional): void {
    this.#feed({ type: 'provisional', provisional });
  }

  /** @returns the response that the PRACK belongs to, or undefined when there is none */
  prack(transaction: ServerTransaction, inviteSeq: number): Provisional | undefined {
    const rack = parseRAck(transaction.request.headers.get('RAck') ?? '');
    this.#matched = undefined;
    if (rack.ok && rack.value.cseq === inviteSeq && rack.value.method === 'INVITE') {
      this.#feed({ type: 'prack', rseq: rack.value.rseq });
    }
    return this.#matched;
  }

  stop(): void {
    this.#feed({ type: 'final' });
  }

  #feed(input: ReliableInput<Provisional>): void {
    const { timers } = this.#session.ua;
    const [state, effects] = stepReliable(this.#state, input, timers.T1);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: ReliableEffect<Provisional>): void {
    switch (effect.do) {
      case 'send':
        this.#response = this.#user.send(effect.provisional, [
          ['Require', '100rel'],
          ['RSeq', String(effect.rseq)],
        ]);
        return;
      case 'resend':
        if (this.#response) this.#user.repeat(this.#response);
        return;
      case 'arm':
        this.#timers.get(effect.timer)?.cancel();
        this.#timers.set(
          effect.timer,
          this.#session.ua.clock.after(
            effect.ms,
            () => this.#feed({ type: 'timer', timer: effect.timer }),
            this.#session,
          ),
        );
        return;
      case 'disarm':
        for (const timer of this.#timers.values()) timer.cancel();
        return;
      case 'matched':
        this.#matched = effect.provisional;
        return;
      case 'unmatched':
        return;
      case 'giveUp':
        this.#user.unacknowledged();
        return;
      default:
        effect satisfies never;
    }
  }
}
