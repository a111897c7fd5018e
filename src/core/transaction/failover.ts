/** One request along several addresses, until one of them takes it. RFC 3263 §4.3, RFC 3261 §18.1.1. */
import type { SipRequest } from '../message/index.ts';
import type { Hop } from '../transport/index.ts';
import type { ClientTransaction, ClientUser } from './client.ts';

export interface Attempt {
  readonly hop: Hop;
  /** The server of the attempt before over another transport: of use only if that could not be reached. */
  readonly sameServer: boolean;
}

type Start = (request: SipRequest, hop: Hop, user: ClientUser) => ClientTransaction;

/**
 * A transaction that is begun anew, with a branch of its own, at the next address when one cannot be reached, stays
 * silent or answers 503. Once an address has said anything else it is that one's to answer.
 */
export class FailoverClient implements ClientTransaction {
  readonly #start: Start;
  readonly #user: ClientUser;
  readonly #left: Attempt[];
  #current: ClientTransaction;
  #settled = false;

  /** @param attempts at least one */
  constructor(start: Start, request: SipRequest, [first, ...left]: [Attempt, ...Attempt[]], user: ClientUser) {
    this.#start = start;
    this.#user = user;
    this.#left = left;
    this.#current = start(request, first.hop, this.#watch());
  }

  get request(): SipRequest {
    return this.#current.request;
  }

  get hop(): Hop {
    return this.#current.hop;
  }

  get ended(): boolean {
    return this.#current.ended;
  }

  cancel(extra?: Iterable<readonly [name: string, value: string]>): void {
    this.#settled = true;
    this.#current.cancel(extra);
  }

  release(): void {
    this.#current.release();
  }

  #watch(): ClientUser {
    return {
      response: (response) => {
        if (response.status === 503 && this.#next(false)) return;
        this.#settled = true;
        this.#user.response(response);
      },
      timeout: () => {
        if (!this.#next(false)) this.#user.timeout();
      },
      transportError: (why) => {
        if (!this.#next(true)) this.#user.transportError(why);
      },
    };
  }

  #next(unreachable: boolean): boolean {
    if (this.#settled) return false;
    let next = this.#left.shift();
    while (next?.sameServer === true && !unreachable) next = this.#left.shift();
    if (next === undefined) return false;
    this.#current = this.#start(this.#current.request, next.hop, this.#watch());
    return true;
  }
}
