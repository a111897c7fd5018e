/**
 * A key that is held for longer than 16 bits can say: 8.2 s by a clock of 8 kHz, 1.4 s by one of 48 kHz. It is sent in
 * segments, each with a timestamp of its own. RFC 4733 §2.5.1.3. M6.
 */
import type { DtmfFrame } from './frame.ts';
import { timestampStep, uint32 } from './serial.ts';

const LONGEST_SEGMENT = 0xffff;
/** No segment of a key that goes on is shorter. */
const LEAST_SEGMENT = 0xf000;

/** Of one peer: all packets of a press get the timestamp of its beginning, and the duration since then. */
export class JoinedEvents {
  #press: { ssrc: number; event: number; start: number; segment: number; ended: boolean } | undefined;

  join(frame: DtmfFrame): DtmfFrame {
    const { ssrc, event, timestamp, marker, end, clockRateHz = 8000 } = frame;
    const press = this.#press;
    const same = press?.ssrc === ssrc && press.event === event;
    if (!same || (timestamp !== press.segment && (marker || press.ended || !goesOn(press.segment, timestamp)))) {
      // A packet that was overtaken belongs to the press before, which is over.
      if (!press || press.ssrc !== ssrc || timestampStep(press.segment, timestamp) > 0)
        this.#press = { ssrc, event, start: timestamp, segment: timestamp, ended: end };
      return frame;
    }
    press.segment = timestamp;
    press.ended ||= end;
    if (press.start === timestamp) return frame;
    const before = (timestampStep(press.start, timestamp) * 8000) / clockRateHz;
    return { ...frame, timestamp: press.start, duration: before + frame.duration };
  }
}

/** Towards one peer: the other way. */
export class SplitEvents {
  #press: { readonly timestamp: number; segment: number } | undefined;

  /**
   * @param timestamp of the beginning of the press
   * @param duration since then, both by the peer's clock
   */
  split(timestamp: number, duration: number, end: boolean): { timestamp: number; duration: number } {
    if (duration <= LONGEST_SEGMENT) return { timestamp, duration };
    if (this.#press?.timestamp !== timestamp) this.#press = { timestamp, segment: 0 };
    const segment = Math.ceil(duration / LONGEST_SEGMENT) - 1;
    const before = this.#press.segment;
    this.#press.segment = segment;
    // The last packet of a segment says that it is full.
    const full = segment > before && !end;
    const from = (full ? before : segment) * LONGEST_SEGMENT;
    return { timestamp: uint32(timestamp + from), duration: Math.min(LONGEST_SEGMENT, duration - from) };
  }
}

function goesOn(segment: number, timestamp: number): boolean {
  const step = timestampStep(segment, timestamp);
  return step >= LEAST_SEGMENT && step <= LONGEST_SEGMENT;
}
