/** Traces at rest: JSON, deflated. SIP repeats itself, so even the fastest level saves most of the room. */
import { deflateSync, inflateSync } from 'node:zlib';
import type { Ladder } from '../trace/ladder.ts';

/** A stored trace that grows beyond this is not one of ours. */
const MAX_BYTES = 256 * 1024 * 1024;

export function packLadder(ladder: Ladder): Uint8Array {
  return deflateSync(JSON.stringify(ladder), { level: 1 });
}

/** Undefined when the bytes are damaged. */
export function unpackLadder(bytes: Uint8Array): Ladder | undefined {
  try {
    return JSON.parse(inflateSync(bytes, { maxOutputLength: MAX_BYTES }).toString()) as Ladder;
  } catch {
    return undefined;
  }
}
