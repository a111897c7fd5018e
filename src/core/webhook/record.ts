import type { WebhookExchange } from '../../nouns/application.ts';
import type { TwimlProblem } from '../twiml/problem.ts';
import type { Clock } from '../time/clock.ts';
import type { Answered } from './attempt.ts';
import type { WebhookRequest } from './exchange.ts';
import { mediaType } from './judge.ts';
import { redacted } from './redact.ts';

/** Bytes of an answer that an exchange shows. */
const SHOWN_BYTES = 65_536;

/** What becomes the exchange of one request while it runs. */
export class ExchangeRecord {
  readonly id: string;
  /** Where redirects led, credentials replaced. */
  readonly redirects: string[] = [];
  signed = false;
  readonly #request: WebhookRequest;
  readonly #clock: Clock;
  readonly #at: number;
  readonly #began: number;
  #attempts = 0;
  #response: WebhookExchange['response'];

  constructor(request: WebhookRequest, id: string, clock: Clock) {
    this.id = id;
    this.#request = request;
    this.#clock = clock;
    this.#at = clock.wall();
    this.#began = clock.now();
  }

  connecting(): void {
    if (this.#attempts === 0) this.#attempts = 1;
  }

  /** Whether the one retry of the request is still to be had; takes it. */
  retry(): boolean {
    if (this.#attempts === 2) return false;
    this.#attempts = 2;
    return true;
  }

  answered(answer: Answered): void {
    const { status, contentType, contentEncoding, body, cut } = answer;
    const shown =
      isText(contentType) && contentEncoding === undefined
        ? new TextDecoder().decode(body.subarray(0, SHOWN_BYTES))
        : '';
    this.#response = {
      status,
      ...(contentType === undefined ? {} : { contentType }),
      body: shown,
      truncated: cut || (shown === '' ? body.length > 0 : body.length > SHOWN_BYTES),
    };
  }

  finish(problem: TwimlProblem | undefined): WebhookExchange {
    const { callId, callSid, why, method, url, parameters } = this.#request;
    return {
      id: this.id,
      at: this.#at,
      ...(callId === undefined ? {} : { callId }),
      ...(callSid === undefined ? {} : { callSid }),
      why,
      method,
      url: redacted(url),
      parameters,
      signed: this.signed,
      attempts: this.#attempts,
      redirects: this.redirects,
      ms: this.#clock.now() - this.#began,
      ...(this.#response === undefined ? {} : { response: this.#response }),
      ...(problem === undefined ? {} : { problem: { code: problem.code, text: problem.text } }),
    };
  }
}

function isText(contentType: string | undefined): boolean {
  const type = mediaType(contentType);
  return (
    type === undefined ||
    type.startsWith('text/') ||
    /^application\/(.*[+.])?(xml|json|x-www-form-urlencoded)$/.test(type)
  );
}
