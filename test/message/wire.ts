import { Buffer } from 'node:buffer';
import { checkRequest, checkResponse, parseMessage } from '../../src/core/message/index.ts';
import type { ParseFailure, Problem, SipMessage, SipRequest, SipResponse } from '../../src/core/message/index.ts';

/** The bytes of a message: lines end with CRLF, an empty line, then the body. Nothing is added. */
export function wire(text: readonly string[], body: string | Uint8Array = ''): Buffer {
  return Buffer.concat([Buffer.from(`${text.join('\r\n')}\r\n\r\n`, 'utf8'), Buffer.from(body)]);
}

/** The lines of an ordinary request, with fields replaced, added (string) or left out (null). Keys are compared as written. */
export function lines(startLine: string, changes: Record<string, string | null> = {}): string[] {
  const method = startLine.split(' ')[0]!;
  const fields: Record<string, string | null> = {
    Via: 'SIP/2.0/UDP desk.patchcord.test;branch=z9hG4bK7f3e',
    'Max-Forwards': '70',
    From: '<sip:anna@patchcord.test>;tag=a1',
    To: '<sip:ben@patchcord.test>',
    'Call-ID': 'c1@desk.patchcord.test',
    CSeq: `1 ${method}`,
    ...changes,
  };
  return [
    startLine,
    ...Object.entries(fields).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`])),
  ];
}

/** The value of a result that has to be good. */
export function must<T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T {
  if (!result.ok) throw new Error(`expected a value, got ${JSON.stringify(result.error)}`);
  return result.value;
}

/** Parses bytes that have to be a message. */
function parsed(bytes: Uint8Array): SipMessage {
  const result = parseMessage(bytes);
  if (!result.ok) throw new Error(`did not parse: ${result.error.problem.detail}`);
  return result.value;
}

export function parsedRequest(bytes: Uint8Array): SipRequest {
  const message = parsed(bytes);
  if (message.kind !== 'request') throw new Error('a response where a request was expected');
  return message;
}

export function parsedResponse(bytes: Uint8Array): SipResponse {
  const message = parsed(bytes);
  if (message.kind !== 'response') throw new Error('a request where a response was expected');
  return message;
}

/** Parses and checks a request that has to be good. */
export function accepted(bytes: Uint8Array): SipRequest {
  const request = parsedRequest(bytes);
  const problem = checkRequest(request);
  if (problem !== undefined) throw new Error(`refused with ${problem.status}: ${problem.detail}`);
  return request;
}

/** The failure of bytes that must not parse. */
export function failure(bytes: Uint8Array): ParseFailure {
  const result = parseMessage(bytes);
  if (result.ok) throw new Error('parsed, but should not have');
  return result.error;
}

/** What a server that gets these bytes finds wrong with them, be it while parsing or while checking; undefined when nothing is. */
export function verdict(bytes: Uint8Array): Problem | undefined {
  const result = parseMessage(bytes);
  if (!result.ok) return result.error.problem;
  return result.value.kind === 'request' ? checkRequest(result.value) : checkResponse(result.value);
}
