import type { WebhookExchange } from '../../nouns/application.ts';
import type { Logger } from '../log/logger.ts';
import { err, ok } from '../message/result.ts';
import type { Result } from '../message/result.ts';
import type { Clock } from '../time/clock.ts';
import { fatal } from '../twiml/problem.ts';
import type { TwimlProblem } from '../twiml/problem.ts';
import { attempt } from './attempt.ts';
import type { Answered } from './attempt.ts';
import { unpacked } from './content-encoding.ts';
import type { WebhookAnswer, WebhookRequest, Webhooks } from './exchange.ts';
import { ExchangeRecord } from './record.ts';
import type { Failure } from './failure.ts';
import { hostOf, portOf } from './guard.ts';
import { bodyOf, headersOf } from './headers.ts';
import { bodyLimit, judge } from './judge.ts';
import { firstHop, isHttp, isRedirect, redirected } from './redirect.ts';
import type { Hop } from './redirect.ts';
import { redacted } from './redact.ts';
import { resolveBySystem, resolveWithin } from './resolve.ts';
import type { Resolve } from './resolve.ts';

/** Twilio's default connect timeout, milliseconds ("Webhooks: connection overrides", `ct`). */
const CONNECT_MS = 5000;
/** Twilio documents none; WHATWG Fetch has 20. Ten are chosen here. */
const MAX_REDIRECTS = 10;

export interface WebhookClientOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** A new identifier for each exchange; it is also sent as I-Twilio-Idempotency-Token, the same for the retry. */
  readonly id: () => string;
  /** The key of the signatures; without one requests are not signed. */
  readonly authToken: () => string | undefined;
  /** Milliseconds for a whole request: retry, redirects and the answer. */
  readonly timeoutMs: () => number;
  /** Whether a connection to any of the addresses is allowed; see `destinationGuard`. */
  readonly mayReach: (host: string, port: number, addresses: readonly string[]) => boolean;
  /** Told once of every request, whatever became of it; the request as it was, for sending it again. */
  readonly finished: (exchange: WebhookExchange, request: WebhookRequest) => void;
  readonly userAgent: string;
  /** The system's resolver when left out. */
  readonly resolve?: Resolve;
}

/**
 * Asks applications over HTTP as Twilio does: signed, 15 s in all, 5 s for a connection and one more try when it fails,
 * redirects followed. Every connection goes only where `mayReach` allows, checked on the address that is then used.
 * Differs from Twilio: credentials in a URL are sent with the first request instead of after a 401, no cookies are kept,
 * nothing is cached, and overrides in the fragment of a URL are ignored.
 */
export class WebhookClient implements Webhooks {
  readonly #options: WebhookClientOptions;
  readonly #running = new Set<AbortController>();
  #closed = false;

  constructor(options: WebhookClientOptions) {
    this.#options = options;
  }

  async request(request: WebhookRequest, signal?: AbortSignal): Promise<Result<WebhookAnswer, TwimlProblem>> {
    const { clock } = this.#options;
    const record = new ExchangeRecord(request, this.#options.id(), clock);
    const abort = new AbortController();
    const giveUp = (): void => abort.abort('the call no longer needs it');
    if (this.#closed) abort.abort('the trunk is closing');
    else if (signal?.aborted === true) giveUp();
    signal?.addEventListener('abort', giveUp, { once: true });
    this.#running.add(abort);
    const limit = clock.after(this.#options.timeoutMs(), () => abort.abort(TIME_LIMIT));

    const result = await this.#follow(request, record, abort.signal).catch((error: unknown) => {
      this.#options.log.error({ error, exchange: record.id }, 'a webhook could not be asked');
      return err(
        fatal(11200, `The request could not be sent: ${error instanceof Error ? error.message : String(error)}.`),
      );
    });

    limit.cancel();
    this.#running.delete(abort);
    signal?.removeEventListener('abort', giveUp);
    this.#finish(record, request, result);
    return result;
  }

  close(): void {
    this.#closed = true;
    for (const abort of this.#running) abort.abort('the trunk is closing');
  }

  async #follow(
    request: WebhookRequest,
    record: ExchangeRecord,
    signal: AbortSignal,
  ): Promise<Result<WebhookAnswer, TwimlProblem>> {
    let hop = firstHop(request);
    for (;;) {
      const answer = await this.#ask(hop, request, record, signal);
      if (!answer.ok) return answer;
      if (!isRedirect(answer.value.status)) {
        const plain = await unpacked(answer.value, bodyLimit(request.expects));
        record.answered(plain.ok ? plain.value : answer.value);
        const judged = plain.ok ? judge(plain.value, request.expects) : plain;
        if (!judged.ok) return judged;
        const { status, contentType, body } = judged.value;
        return ok({ status, contentType, body, finalUrl: hop.url });
      }
      if (record.redirects.length === MAX_REDIRECTS) {
        return err(fatal(11215, `The request was redirected more than ${MAX_REDIRECTS} times.`));
      }
      const next = redirected(hop, answer.value);
      if (!next.ok) return next;
      hop = next.value;
      record.redirects.push(redacted(hop.url));
    }
  }

  /** One hop: resolve, check, connect; once more when there was no connection and the request has not had its retry. */
  async #ask(
    hop: Hop,
    request: WebhookRequest,
    record: ExchangeRecord,
    signal: AbortSignal,
  ): Promise<Result<Answered, TwimlProblem>> {
    if (!isHttp(hop.url)) return err(fatal(11100, 'The URL must begin with http:// or https://.'));
    for (;;) {
      const tried = await this.#try(hop, request, record, signal);
      if (tried.ok) return tried;
      const { code, text, connected, retryable } = tried.error;
      if (signal.aborted) return err(aborted(signal, connected, this.#options.timeoutMs()));
      if (!retryable || !record.retry()) return err(fatal(code, text));
    }
  }

  async #try(
    hop: Hop,
    request: WebhookRequest,
    record: ExchangeRecord,
    signal: AbortSignal,
  ): Promise<Result<Answered, Failure>> {
    const host = hostOf(hop.url);
    const port = portOf(hop.url);
    const { clock, resolve = resolveBySystem } = this.#options;
    const addresses = await resolveWithin(host, resolve, { clock, limitMs: CONNECT_MS, signal });
    if (!addresses.ok) return addresses;
    if (!this.#options.mayReach(host, port, addresses.value)) return err(refused(host, port, addresses.value));
    record.connecting();
    const token = this.#options.authToken();
    record.signed = token !== undefined;
    return attempt({
      clock,
      url: hop.url,
      method: hop.method,
      headers: headersOf(hop, { userAgent: this.#options.userAgent, id: record.id, token }),
      body: bodyOf(hop),
      addresses: addresses.value,
      connectMs: CONNECT_MS,
      limit: bodyLimit(request.expects),
      signal,
    });
  }

  #finish(record: ExchangeRecord, request: WebhookRequest, result: Result<WebhookAnswer, TwimlProblem>): void {
    const exchange = record.finish(result.ok ? undefined : result.error);
    const { id, callId, why, method, url, ms, response, problem } = exchange;
    const fields = { exchange: id, callId, why, method, url, ms, status: response?.status, code: problem?.code };
    if (problem === undefined) this.#options.log.debug(fields, 'webhook answered');
    else this.#options.log.info({ ...fields, problem: problem.text }, 'webhook failed');
    this.#options.finished(exchange, request);
  }
}

const TIME_LIMIT = Symbol('time limit');

function aborted(signal: AbortSignal, connected: boolean, limitMs: number): TwimlProblem {
  if (signal.reason !== TIME_LIMIT) return fatal(11200, `The request was given up: ${String(signal.reason)}.`);
  return fatal(connected ? 11203 : 11201, `There was no answer within ${limitMs / 1000} s.`);
}

/** As final as an answer: another try would lead to the same address. 11205 names private addresses among its causes. */
function refused(host: string, port: number, addresses: readonly string[]): Failure {
  const where = addresses.includes(host) ? host : `${host} (${addresses.join(', ')})`;
  const text = `${where} port ${port} is not a public address; "webhooks.allow" in the configuration can name its network.`;
  return { code: 11205, text, connected: false, retryable: false };
}
