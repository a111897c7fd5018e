import type { SipRequest, SipResponse } from '../message/index.ts';
import type { Clock, Timer } from '../time/clock.ts';
import type { Hop } from '../transport/index.ts';
import type { ClientEffect, ClientInput, ClientTimer, Next, Step } from './machine.ts';
import { patienceMs, type Setup } from './timers.ts';

/** Whoever sends a request. Of `timeout`, `transportError` and a final response it gets exactly one (of 2xx to INVITE, every one). */
export interface ClientUser {
  /** Provisional and final responses; for INVITE every 2xx, repeated or forked (RFC 6026, until Timer M). */
  response(response: SipResponse): void;
  /** No final response in time: Timer B or F, or 64*T1 after a CANCEL. */
  timeout(): void;
  transportError(why: Error): void;
}

export interface ClientTransaction {
  readonly request: SipRequest;
  readonly hop: Hop;
  readonly ended: boolean;
  /** INVITE only; waits for a provisional response and does nothing after a final one. RFC 3261 §9.1. */
  cancel(extra?: Iterable<readonly [name: string, value: string]>): void;
  /** Of an INVITE with a 2xx: its user wants to hear no more. What comes late goes to the layer's `onLateAnswer`. */
  release(): void;
}

/** What a client transaction needs of its layer. */
export interface ClientHost {
  readonly clock: Clock;
  send(request: SipRequest, hop: Hop, printed: Buffer | undefined): Buffer;
  /** Builds and sends the ACK to this final response. */
  ack(client: ClientTransaction, response: SipResponse): void;
  cancel(client: ClientTransaction, extra: Iterable<readonly [name: string, value: string]>): void;
  /** The user threw when it was told. */
  failed(client: ClientTransaction, error: unknown): void;
  ended(client: ClientTransaction): void;
  /** Nothing is left to do but to wait: for `ms` milliseconds, late responses are absorbed without the machine. */
  rest(client: ClientTransaction, ms: number): void;
}

type Machine<State> = Step<State, ClientInput, ClientEffect>;

/** Runs a client machine: performs its effects on the clock, the transport and the user. */
export class ClientRunner<State> implements ClientTransaction {
  readonly request: SipRequest;
  readonly hop: Hop;
  readonly key: string;
  /** A final response came. */
  answered = false;
  readonly #host: ClientHost;
  readonly #machine: Machine<State>;
  readonly #setup: Setup;
  #user: ClientUser;
  readonly #timers: Partial<Record<ClientTimer, Timer>> = {};
  #state: State;
  #printed: Buffer | undefined;
  #cancelFields: Iterable<readonly [name: string, value: string]> = [];
  #ended = false;
  /** When the rest is over. */
  #restsUntil = Infinity;

  constructor(
    options: { request: SipRequest; hop: Hop; key: string; host: ClientHost; setup: Setup; user: ClientUser },
    machine: Machine<State>,
    start: (setup: Setup) => Next<State, ClientEffect>,
  ) {
    this.request = options.request;
    this.hop = options.hop;
    this.key = options.key;
    this.#host = options.host;
    this.#setup = options.setup;
    this.#user = options.user;
    this.#machine = machine;
    const [state, effects] = start(options.setup);
    this.#state = state;
    this.#perform(effects);
  }

  get ended(): boolean {
    return this.#ended || this.#restsUntil <= this.#host.clock.now();
  }

  cancel(extra: Iterable<readonly [name: string, value: string]> = []): void {
    this.#cancelFields = extra;
    this.feed({ input: 'cancel' });
  }

  /** A rest lasts its full 64·T1 from here, though Timer M has been running: which is as good for the peer. */
  release(): void {
    if (this.#timers.M === undefined || this.ended || this.#restsUntil < Infinity) return;
    this.#timers.M.cancel();
    this.#rest(patienceMs(this.#setup.timers));
  }

  feed(input: ClientInput): void {
    if (this.ended) return;
    const [state, effects] = this.#machine(this.#state, input, this.#setup);
    this.#state = state;
    this.#perform(effects);
  }

  /** Ends without a word to the user: the whole layer closes. */
  dispose(): void {
    this.#ended = true;
    for (const timer of Object.values(this.#timers)) timer.cancel();
  }

  #perform(effects: readonly ClientEffect[]): void {
    for (const effect of effects) {
      switch (effect.do) {
        case 'send':
          this.#printed = this.#host.send(this.request, this.hop, this.#printed);
          break;
        case 'ack':
          this.#host.ack(this, effect.response);
          break;
        case 'cancel':
          this.#host.cancel(this, this.#cancelFields);
          break;
        case 'arm': {
          if (effect.timer === 'K') {
            this.#rest(effect.ms);
            break;
          }
          const input: ClientInput = { input: 'timer', timer: effect.timer };
          this.#timers[effect.timer] = this.#host.clock.after(effect.ms, () => this.feed(input));
          break;
        }
        case 'disarm':
          this.#timers[effect.timer]?.cancel();
          break;
        case 'tell':
          // After a final response the request is not sent again.
          if (effect.response.status >= 200) {
            this.answered = true;
            this.#printed = undefined;
          }
          this.#tell(effect.response);
          break;
        case 'end':
          this.dispose();
          this.#host.ended(this);
          this.#tellEnd(effect.why);
          break;
      }
    }
  }

  /** A final response but a 2xx to INVITE is the last that the user hears of this transaction. */
  #tell(response: SipResponse): void {
    const user = this.#user;
    if (response.status >= 300) this.#user = nobody;
    try {
      user.response(response);
    } catch (error) {
      this.#host.failed(this, error);
    }
  }

  #tellEnd(why: (ClientEffect & { do: 'end' })['why']): void {
    try {
      if (why === 'timeout') this.#user.timeout();
      else if (why !== 'done') this.#user.transportError(why);
    } catch (error) {
      this.#host.failed(this, error);
    }
  }

  #rest(ms: number): void {
    this.#restsUntil = this.#host.clock.now() + ms;
    this.#host.rest(this, ms);
  }
}

const nobody: ClientUser = { response() {}, timeout() {}, transportError() {} };
