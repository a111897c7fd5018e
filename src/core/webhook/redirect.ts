import { err, ok } from '../message/result.ts';
import type { Result } from '../message/result.ts';
import { fatal } from '../twiml/problem.ts';
import type { TwimlProblem } from '../twiml/problem.ts';
import type { Answered } from './attempt.ts';
import type { Parameters, WebhookRequest } from './exchange.ts';

/** One step of a request: what is asked of one URL. */
export interface Hop {
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  /** The body of a POST; the parameters of a GET are in its URL. */
  readonly form: Parameters;
}

export function firstHop(request: WebhookRequest): Hop {
  if (request.method === 'POST') return { url: request.url, method: 'POST', form: request.parameters };
  const url = new URL(request.url);
  const query = new URLSearchParams(request.parameters.map(([name, value]) => [name, value])).toString();
  // The query that was there stays as it was written: searchParams would write it anew.
  if (query !== '') url.search = url.search === '' ? query : `${url.search}&${query}`;
  return { url, method: 'GET', form: [] };
}

export function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

/**
 * Where a redirect leads, "just like a normal web browser" (Twilio): 307 and 308 repeat the request, the others turn a POST
 * into a GET without its parameters. RFC 9110 §15.4, WHATWG Fetch §4.4.
 */
export function redirected(hop: Hop, answer: Answered): Result<Hop, TwimlProblem> {
  const url = answer.location === undefined ? null : URL.parse(answer.location, hop.url);
  if (url === null || !isHttp(url)) {
    return err(fatal(11216, `The server answered ${answer.status} without a Location that is a web address.`));
  }
  const repeats = answer.status === 307 || answer.status === 308;
  return ok(repeats ? { ...hop, url } : { url, method: 'GET', form: [] });
}

export function isHttp(url: URL): boolean {
  return url.protocol === 'http:' || url.protocol === 'https:';
}
