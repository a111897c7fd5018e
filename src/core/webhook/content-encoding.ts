/** Answers that are packed although we asked for none (RFC 9110 §8.4): proxies and frameworks pack without being asked. */
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { err, ok } from '../message/result.ts';
import type { Result } from '../message/result.ts';
import { fatal } from '../twiml/problem.ts';
import type { TwimlProblem } from '../twiml/problem.ts';
import type { Answered } from './attempt.ts';

type Unpack = (packed: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>;

const gunzip: Unpack = promisify(zlib.gunzip);
const inflate: Unpack = promisify(zlib.inflate);
const inflateRaw: Unpack = promisify(zlib.inflateRaw);

const ENCODINGS: ReadonlyMap<string, Unpack> = new Map<string, Unpack>([
  ['gzip', gunzip],
  ['x-gzip', gunzip],
  // Some servers leave out the wrapping of zlib that it should have; its first byte tells.
  ['deflate', (packed, options) => ((packed[0]! & 0x0f) === 8 ? inflate : inflateRaw)(packed, options)],
  ['br', promisify(zlib.brotliDecompress)],
  ['zstd', promisify(zlib.zstdDecompress)],
]);

/**
 * The answer with its body unpacked. No more than `limit` bytes are ever unpacked: a longer body is cut, as one that came
 * in the clear would be. Errors name the header.
 */
export async function unpacked(answer: Answered, limit: number): Promise<Result<Answered, TwimlProblem>> {
  const { contentEncoding, body, cut } = answer;
  const names = (contentEncoding ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  const [name, ...more] = names.filter((each) => each !== '' && each !== 'identity');
  if (name === undefined || body.length === 0) return ok({ ...answer, contentEncoding: undefined });
  const unpack = more.length === 0 ? ENCODINGS.get(name) : undefined;
  const header = `"Content-Encoding: ${contentEncoding}"`;
  if (!unpack) {
    return unusable(answer, `The answer has ${header}, which cannot be read here; the request asked for "identity".`);
  }
  // Cut already, and of no use: the rest of it was not read.
  if (cut) return ok({ ...answer, body: new Uint8Array(), contentEncoding: undefined });
  try {
    return ok({ ...answer, body: await unpack(body, { maxOutputLength: limit }), contentEncoding: undefined });
  } catch (error) {
    if (isTooLong(error)) return ok({ ...answer, body: new Uint8Array(), cut: true, contentEncoding: undefined });
    const why = error instanceof Error ? error.message : String(error);
    return unusable(answer, `The answer has ${header}, but its body cannot be unpacked as that: ${why}.`);
  }
}

/** An answer that reports a failure does so whatever its body says. */
function unusable(answer: Answered, text: string): Result<Answered, TwimlProblem> {
  return answer.status >= 200 && answer.status <= 299 ? err(fatal(11200, text)) : ok(answer);
}

function isTooLong(error: unknown): boolean {
  return error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
}
