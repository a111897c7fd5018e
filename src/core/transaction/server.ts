import { createResponse, type SipRequest, type SipResponse } from '../message/index.ts';
import type { Clock, Timer } from '../time/clock.ts';
import type { Arrival, Hop } from '../transport/index.ts';
import type { Next, ServerEffect, ServerInput, ServerTimer, Step } from './machine.ts';
import type { Lingering, LingeringAnswer } from './lingering.ts';
import type { Setup } from './timers.ts';

/** `timeout`: Timer H, no ACK to a non-2xx. `transport-error`: the same after a response could not be sent. */
type ServerOutcome = 'done' | 'timeout' | 'transport-error';

export interface ServerTransaction {
  readonly request: SipRequest;
  readonly arrival: Arrival;
  /** Of a CANCEL: the INVITE it cancels, if there is one. */
  readonly cancels?: ServerTransaction;
  /** Status of the last response sent, an automatic 100 included. */
  readonly lastStatus: number | undefined;
  readonly ended: boolean;
  /**
   * Sends a response, as far as the transaction's state allows one. For INVITE, a 2xx may be sent again and again
   * until its ACK comes: repeating it is the UAS core's task. The response must not be changed afterwards.
   */
  respond(response: SipResponse): void;
  onEnd?: (why: ServerOutcome) => void;
  /** Of an INVITE: whoever took it is given the CANCEL, and answers it. */
  onCancel?: (cancel: ServerTransaction) => void;
  /** A response could not be sent. The transaction stays as it is (RFC 6026 §8.8). */
  onTransportError?: (why: Error) => void;
}

/** What a server transaction needs of its layer. */
export interface ServerHost {
  readonly clock: Clock;
  send(response: SipResponse, hop: Hop, printed: Buffer | undefined): Buffer;
  /** The ACK to a 2xx that came on the INVITE's own branch. */
  ack(ack: SipRequest, server: ServerTransaction): void;
  /** Whoever was told threw. */
  failed(server: ServerTransaction, error: unknown): void;
  ended(server: ServerTransaction): void;
  /** The machine has nothing left to do but to wait: until Timer J or L fires, late messages are absorbed without it. */
  rest(server: ServerTransaction, ms: number, left: Lingering): void;
}

type Machine<State> = Step<State, ServerInput, ServerEffect>;

/** Runs a server machine: performs its effects on the clock, the transport and the user. */
export class ServerRunner<State> implements ServerTransaction {
  readonly request: SipRequest;
  readonly arrival: Arrival;
  readonly cancels?: ServerTransaction;
  /** Where responses go. */
  readonly hop: Hop;
  readonly key: string;
  lastStatus: number | undefined;
  onEnd?: (why: ServerOutcome) => void;
  onCancel?: (cancel: ServerTransaction) => void;
  onTransportError?: (why: Error) => void;
  readonly #host: ServerHost;
  readonly #machine: Machine<State>;
  readonly #setup: Setup;
  readonly #timers: Partial<Record<ServerTimer, Timer>> = {};
  #state: State;
  #last: SipResponse | undefined;
  #printed: Buffer | undefined;
  #sendFailed = false;
  #ended = false;
  /** When the rest is over. */
  #restsUntil = Infinity;

  constructor(
    options: {
      request: SipRequest;
      arrival: Arrival;
      hop: Hop;
      key: string;
      host: ServerHost;
      setup: Setup;
      cancels: ServerTransaction | undefined;
    },
    machine: Machine<State>,
    start: (setup: Setup) => Next<State, ServerEffect>,
  ) {
    this.request = options.request;
    this.arrival = options.arrival;
    this.hop = options.hop;
    this.key = options.key;
    if (options.cancels !== undefined) this.cancels = options.cancels;
    this.#host = options.host;
    this.#setup = options.setup;
    this.#machine = machine;
    const [state, effects] = start(options.setup);
    this.#state = state;
    this.#perform(effects);
  }

  get ended(): boolean {
    return this.#ended || this.#restsUntil <= this.#host.clock.now();
  }

  respond(response: SipResponse): void {
    this.feed({ input: 'respond', response });
  }

  feed(input: ServerInput): void {
    if (this.ended) return;
    if (input.input === 'transportError') this.#sendFailed = true;
    const [state, effects] = this.#machine(this.#state, input, this.#setup);
    this.#state = state;
    this.#perform(effects);
  }

  /** The To tag of the response that was sent last: an ACK after RFC 2543 must carry it. */
  get toTag(): string | undefined {
    return this.#last?.head.toTag;
  }

  /** Ends without a word to the user: the whole layer closes. */
  dispose(): void {
    this.#ended = true;
    for (const timer of Object.values(this.#timers)) timer.cancel();
  }

  #perform(effects: readonly ServerEffect[]): void {
    for (const effect of effects) {
      switch (effect.do) {
        case 'send':
          this.#send(effect.response);
          break;
        case 'trying':
          this.respond(createResponse(this.request, 100));
          break;
        case 'arm': {
          if (effect.timer === 'J' || effect.timer === 'L') {
            this.#rest(effect.timer, effect.ms);
            break;
          }
          const input: ServerInput = { input: 'timer', timer: effect.timer };
          this.#timers[effect.timer] = this.#host.clock.after(effect.ms, () => this.feed(input));
          break;
        }
        case 'disarm':
          this.#timers[effect.timer]?.cancel();
          break;
        case 'tellAck':
          this.#guard(() => this.#host.ack(effect.ack, this));
          break;
        case 'tellFailure':
          this.#guard(() => this.onTransportError?.(effect.why));
          break;
        case 'end':
          this.dispose();
          this.#host.ended(this);
          if (this.onEnd) this.#guard(() => this.#tellEnd(effect.why));
          break;
      }
    }
  }

  #tellEnd(why: 'done' | 'timeout'): void {
    this.onEnd?.(why === 'timeout' && this.#sendFailed ? 'transport-error' : why);
  }

  /** The machine's other effects are performed all the same. */
  #guard(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      this.#host.failed(this, error);
    }
  }

  #rest(timer: 'J' | 'L', ms: number): void {
    const { onEnd } = this;
    this.#restsUntil = this.#host.clock.now() + ms;
    if (timer === 'L') this.#host.rest(this, ms, { toTag: this.toTag, onEnd });
    else this.#host.rest(this, ms, { hop: this.hop, answer: this.#answer(), onEnd });
  }

  #answer(): LingeringAnswer {
    const last = this.#last!;
    if (isPlain(last, this.request))
      return last.status === 200 && last.reason === 'OK' ? OK : { status: last.status, reason: last.reason };
    return { printed: this.#printed!.toString('latin1') };
  }

  /** The same response object again is not printed again. */
  #send(response: SipResponse): void {
    const printed = response === this.#last ? this.#printed : undefined;
    this.#last = response;
    this.lastStatus = response.status;
    this.#printed = this.#host.send(response, this.hop, printed);
  }
}

/** Whether a response has only what `createResponse` takes from the request. RFC 3261 §8.2.6.2. */
function isPlain({ headers, body, head }: SipResponse, request: SipRequest): boolean {
  return (
    body.length === 0 &&
    head.toTag !== undefined &&
    head.toTag === request.head.toTag &&
    headers.size === headers.count('Via') + COPIED
  );
}

/** What nearly all are. */
const OK: LingeringAnswer = { status: 200, reason: 'OK' };

/** From, To, Call-ID and CSeq. */
const COPIED = 4;
