/** How a request to an application is written for people. */
import type { WebhookExchange } from '../../../contract/model.ts';

export const WHY_WORDS: Readonly<Record<WebhookExchange['why'], string>> = {
  'voice-url': 'A call came in',
  action: 'Action of a verb',
  redirect: 'Redirect',
  'refer-url': 'The endpoint sent REFER',
  'number-url': 'The called one answered',
  play: 'A file to play',
  api: 'Asked through the API',
  replay: 'Sent again',
};

/** `Error 13802`: a flaw of ours has the code 0 and is not in the provider's list. */
export function noticeWords(severity: 'error' | 'warning', code: number): string {
  const word = severity === 'error' ? 'Error' : 'Warning';
  return code === 0 ? word : `${word} ${code}`;
}

/** Host and path; the query has its place in the details. */
export function shortUrl(url: string): { host: string; path: string } {
  if (!URL.canParse(url)) return { host: '', path: url };
  const { host, pathname, search } = new URL(url);
  return { host, path: `${pathname}${search === '' ? '' : '?…'}` };
}

const STATUS_WORDS: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  204: 'No Content',
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

export function statusWords(status: number): string {
  const words = STATUS_WORDS[status];
  return words === undefined ? String(status) : `${status} ${words}`;
}

/** How bad it is: an error ends the document, a warning changes it. */
export function toneOf(exchange: WebhookExchange, severities: readonly ('error' | 'warning')[]): 'ok' | 'warn' | 'bad' {
  if (exchange.problem || severities.includes('error')) return 'bad';
  const { status } = exchange.response ?? { status: 0 };
  if (status < 200 || status >= 300) return 'bad';
  return severities.includes('warning') ? 'warn' : 'ok';
}

/** A parameter that a request was sent with. */
export function parameterOf(exchange: WebhookExchange, name: string): string | undefined {
  return exchange.parameters.find(([each]) => each === name)?.[1];
}
