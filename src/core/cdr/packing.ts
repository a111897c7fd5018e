/** Traces at rest: JSON, a long one deflated. SIP repeats itself, so even the fastest level saves most of the room. */
import { Buffer } from 'node:buffer';
import { deflateSync, inflateSync } from 'node:zlib';
import type { Ladder } from '../trace/ladder.ts';

/** A stored trace that grows beyond this is not one of ours. */
const MAX_BYTES = 256 * 1024 * 1024;

/** Below this many characters deflating costs more time than its room is worth: a plain call stays below. */
const LONG = 16 * 1024;
const BRACE = 123;

export function packLadder(ladder: Ladder): Uint8Array {
  const json = JSON.stringify(ladder);
  return json.length < LONG ? Buffer.from(json) : deflateSync(json, { level: 1 });
}

/** Undefined when the bytes are damaged. */
export function unpackLadder(bytes: Uint8Array): Ladder | undefined {
  try {
    const json = bytes[0] === BRACE ? Buffer.from(bytes) : inflateSync(bytes, { maxOutputLength: MAX_BYTES });
    return JSON.parse(json.toString()) as Ladder;
  } catch {
    return undefined;
  }
}
