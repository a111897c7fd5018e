import type { DtmfFrame } from '../rtp/frame.ts';
import { timestampStep, uint32 } from '../rtp/serial.ts';

/** Timestamps of telephone events by another clock than that of their source. */
export class EventClock {
  #newest: { readonly ssrc: number; readonly timestamp: number; readonly ours: number } | undefined;

  /** @returns the same frame, at `clockRateHz` */
  scale(frame: DtmfFrame, clockRateHz: number): DtmfFrame {
    const from = frame.clockRateHz ?? 8000;
    if (from === clockRateHz) return frame;
    const newest = this.#newest;
    const step = newest?.ssrc === frame.ssrc ? timestampStep(newest.timestamp, frame.timestamp) : 0;
    const ours = uint32((newest?.ours ?? 0) + Math.round((step * clockRateHz) / from));
    this.#newest = { ssrc: frame.ssrc, timestamp: frame.timestamp, ours };
    return { ...frame, timestamp: ours, clockRateHz };
  }
}
