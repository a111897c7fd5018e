import { TOKEN, is, isBlank, skipBlanks, trimmed } from './chars.ts';
import { parseHostPort, printHost } from './host.ts';
import { parseParams, printParams } from './params.ts';
import type { Via } from './parts.ts';
import { err, ok } from './result.ts';
import type { Result } from './result.ts';
import { commonVia } from './common-forms.ts';

/** Reads one Via value: `SIP/2.0/UDP host[:port];params`, blanks allowed around the slashes. */
export function parseVia(text: string): Result<Via, string> {
  const usual = commonVia(text);
  return usual === undefined ? readVia(text) : ok(usual);
}

/** Any Via that the grammar allows. */
function readVia(text: string): Result<Via, string> {
  let at = text.startsWith('SIP/2.0/') ? 8 : protocolEnd(text);
  if (at < 0) return err('a Via does not begin with SIP/2.0/');
  at = skipBlanks(text, at);
  const start = at;
  while (at < text.length && is(text.charCodeAt(at), TOKEN)) at++;
  if (at === start || !isBlank(text.charCodeAt(at))) return err('a Via lacks its transport or its host');
  const transport = text.slice(start, at).toUpperCase();
  const semicolon = text.indexOf(';', at);
  const end = semicolon < 0 ? text.length : semicolon;
  const hostPort = parseHostPort(sentBy(text, at, end));
  if (!hostPort.ok) return err(`in a Via, ${hostPort.error}`);
  const params = parseParams(text, end);
  if (!params.ok) return err(`in a Via, ${params.error}`);
  const via: Via = { transport, host: hostPort.value.host, params: params.value };
  if (hostPort.value.port !== undefined) via.port = hostPort.value.port;
  return ok(via);
}

/** Any SIP version is read here: a request of another version still has to be answered, with 505, by way of its Via. */
function protocolEnd(text: string): number {
  const match = /^[ \t]*SIP[ \t]*\/[ \t]*\d+\.\d+[ \t]*\//i.exec(text);
  return match === null ? -1 : match[0].length;
}

/** `host : port` may have blanks around its colon. */
function sentBy(text: string, start: number, end: number): string {
  const value = trimmed(text, start, end);
  if (!value.includes(' ') && !value.includes('\t')) return value;
  const colon = value.lastIndexOf(':');
  return colon < 0 ? value : `${trimmed(value, 0, colon)}:${trimmed(value, colon + 1)}`;
}

export function printVia(via: Via): string {
  const port = via.port === undefined ? '' : `:${via.port}`;
  return `SIP/2.0/${via.transport} ${printHost(via.host)}${port}${printParams(via.params)}`;
}
