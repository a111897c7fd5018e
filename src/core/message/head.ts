import { isToken, parseNumber, skipBlanks } from './chars.ts';
import type { Headers } from './headers.ts';
import { parseNameAddr } from './name-addr.ts';
import type { NameAddr } from './parts.ts';
import { problem } from './problem.ts';
import type { Problem } from './problem.ts';
import { err, ok } from './result.ts';
import type { Result } from './result.ts';
import { splitList } from './list.ts';
import { parseVia } from './via.ts';
import type { Via } from './parts.ts';

/** What identifies a message: the fields that every message must have, read. */
export interface Head {
  /** The topmost Via. */
  via: Via;
  from: NameAddr;
  to: NameAddr;
  fromTag?: string;
  toTag?: string;
  callId: string;
  cseq: CSeq;
}

interface CSeq {
  number: number;
  method: string;
}

/** The sequence number must be below 2^31. RFC 3261 §8.1.1.5. */
export function parseCSeq(value: string): Result<CSeq, string> {
  let end = 0;
  while (end < value.length && value.charCodeAt(end) >= 48 && value.charCodeAt(end) <= 57) end++;
  const number = parseNumber(value.slice(0, end), 2 ** 31 - 1);
  const methodStart = skipBlanks(value, end);
  const method = value.slice(methodStart);
  if (number === undefined) return err('CSeq: the sequence number is not a number below 2147483648');
  if (methodStart === end || !isToken(method)) return err('CSeq: no method after the sequence number');
  return ok({ number, method });
}

/** Reads the mandatory fields; the problem is the 400 that the first bad one deserves. */
export function readHeaders(headers: Headers): Result<Head, Problem> {
  const viaValue = headers.get('Via');
  const fromValue = headers.get('From');
  const toValue = headers.get('To');
  const callId = headers.get('Call-ID');
  const cseqValue = headers.get('CSeq');
  if (viaValue === undefined) return missing('Via');
  if (fromValue === undefined) return missing('From');
  if (toValue === undefined) return missing('To');
  if (callId === undefined || callId === '') return missing('Call-ID');
  if (cseqValue === undefined) return missing('CSeq');

  const via = parseVia(viaValue.includes(',') ? (splitList(viaValue)[0] ?? '') : viaValue);
  if (!via.ok) return err(problem(400, via.error));
  const from = parseNameAddr(fromValue);
  if (!from.ok) return err(problem(400, `From: ${from.error}`));
  const to = parseNameAddr(toValue);
  if (!to.ok) return err(problem(400, `To: ${to.error}`));
  if (/[ \t]/.test(callId)) return err(problem(400, 'Call-ID: a blank inside'));
  const cseq = parseCSeq(cseqValue);
  if (!cseq.ok) return err(problem(400, cseq.error));

  const head: Head = { via: via.value, from: from.value, to: to.value, callId, cseq: cseq.value };
  const fromTag = from.value.params.get('tag');
  const toTag = to.value.params.get('tag');
  if (fromTag !== undefined) head.fromTag = fromTag;
  if (toTag !== undefined) head.toTag = toTag;
  return ok(head);
}

function missing(name: string): Result<Head, Problem> {
  return err(problem(400, `no ${name} header field`));
}
