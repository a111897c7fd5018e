import type { DtmfFrame } from './frame.ts';
import { timestampStep } from './serial.ts';

/** One key that is being pressed, or was. */
interface Press {
  readonly ssrc: number;
  readonly event: number;
  /** Of all packets of the press, or of the newest segment of a long one. */
  timestamp: number;
  ended: boolean;
}

/** Presses whose packets may still come: those of one are repeated, and may be overtaken. */
const REMEMBERED = 16;
/** No segment of a press that goes on is shorter than this; it may be up to 65,535 (8 s). In units of 1/8000 s. */
const LEAST_SEGMENT = 0xf000;
const LONGEST_SEGMENT = 0xffff;

/**
 * Tells the presses of one peer apart: each has many packets with one timestamp, the last of them three times
 * (RFC 4733 §2.5.1). A key that is held for more than eight seconds goes on with another timestamp (§2.5.1.3).
 */
export class Presses {
  /** Oldest first. */
  #known: Press[] = [];

  /** @returns whether this packet is the first one of its press that has come */
  begins({ ssrc, event, timestamp, marker, end }: DtmfFrame): boolean {
    const press =
      this.#known.find((each) => each.ssrc === ssrc && each.timestamp === timestamp) ??
      (marker ? undefined : this.#heldOn(ssrc, event, timestamp));
    if (press) {
      press.timestamp = timestamp;
      press.ended ||= end;
      return false;
    }
    this.#known = [...this.#known, { ssrc, event, timestamp, ended: end }].slice(-REMEMBERED);
    return true;
  }

  #heldOn(ssrc: number, event: number, timestamp: number): Press | undefined {
    const newest = this.#known.at(-1);
    if (!newest || newest.ended || newest.ssrc !== ssrc || newest.event !== event) return undefined;
    const step = timestampStep(newest.timestamp, timestamp);
    return step >= LEAST_SEGMENT && step <= LONGEST_SEGMENT ? newest : undefined;
  }
}
