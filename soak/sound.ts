/**
 * The sound of a soak: each frame of G.711 says whose it is and how many came before it, so that the far end knows what is
 * missing. Trunks pass frames on as they are when both sides speak the same codec. Pure.
 */
import { FRAME_MS, FRAME_SAMPLES } from '../src/core/rtp/frame.ts';

const MAGIC = 0x50435344;

/** @param source names who speaks; @param count frames before this one */
export function frameOf(source: number, count: number): Uint8Array {
  const payload = new Uint8Array(FRAME_SAMPLES).fill(0xd5);
  const view = new DataView(payload.buffer);
  view.setUint32(0, MAGIC);
  view.setUint32(4, source);
  view.setUint32(8, count);
  return payload;
}

/** Undefined for what is none of ours: music, tones, a recording. */
function readFrame(payload: Uint8Array): { source: number; count: number } | undefined {
  if (payload.length !== FRAME_SAMPLES) return undefined;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  return view.getUint32(0) === MAGIC ? { source: view.getUint32(4), count: view.getUint32(8) } : undefined;
}

export interface Gap {
  /** Milliseconds of sound that did not come. */
  readonly ms: number;
  /** Who was not heard. */
  readonly source: number;
  /** Epoch milliseconds at which the next frame came. */
  readonly at: number;
}

/** What one phone hears of the other one. It counts what is missing between two frames while nobody holds. */
export class Hearing {
  readonly gaps: Gap[] = [];
  frames = 0;
  /** Epoch milliseconds of the last sound of any kind. */
  heardAt = 0;
  #last: { source: number; count: number } | undefined;

  heard(payload: Uint8Array, now: number): void {
    // Music and the voice of a simulated party are heard as well, though they do not count.
    this.heardAt = now;
    const frame = readFrame(payload);
    if (!frame) return;
    this.frames += 1;
    const missing = this.#last?.source === frame.source ? frame.count - this.#last.count - 1 : 0;
    if (missing * FRAME_MS > LONGEST_GAP_MS) {
      this.gaps.push({ ms: missing * FRAME_MS, source: frame.source, at: now });
    }
    if (this.#last?.source !== frame.source || frame.count > this.#last.count) this.#last = frame;
  }

  /** What is missing from here on is no fault: somebody holds, or is somebody else. */
  forgive(): void {
    this.#last = undefined;
  }
}

/** Milliseconds that may be missing in one place. */
const LONGEST_GAP_MS = 60;
