/** Presses telephone keys: RFC 4733 events of 160 ms with 100 ms between them. */
import { eventOfKey } from '../rtp/dtmf.ts';
import { FRAME_MS, FRAME_SAMPLES, type FrameSink } from '../rtp/frame.ts';
import type { Clock, Timer } from '../time/clock.ts';

const PACKETS = 8;
const GAP_PACKETS = 5;
/** The last packet is sent three times, so that its loss does no harm (RFC 4733 §2.5.1.4). */
const END_REPEATS = 3;
const VOLUME = 10;
/** How long `w` is silent. */
const WAIT_PACKETS = 25;

export interface PressOptions {
  readonly clock: Clock;
  readonly ssrc: number;
  /** Called once the last key's time is over; not after `stop`. */
  readonly onDone?: () => void;
}

/** @param keys `w` among them is half a second of silence; what is no key ends it */
export function pressKeys(keys: string, sink: FrameSink, { clock, ssrc, onDone }: PressOptions): { stop(): void } {
  let timer: Timer | undefined;
  let sequenceNumber = 0;
  let start = 0;
  const last = PACKETS + END_REPEATS - 1;
  const send = (event: number, packet: number): void => {
    sink.write({
      kind: 'dtmf',
      event,
      end: packet >= PACKETS - 1,
      volume: VOLUME,
      duration: Math.min(packet + 1, PACKETS) * FRAME_SAMPLES,
      ssrc,
      sequenceNumber,
      timestamp: start,
      marker: packet === 0,
    });
    sequenceNumber = (sequenceNumber + 1) & 0xffff;
  };
  const tick = (key: number, packet: number): void => {
    const name = keys.charAt(key);
    const wait = name === 'w';
    const event = wait ? undefined : eventOfKey(name);
    if (event === undefined && !wait) return onDone?.();
    if (event !== undefined && packet <= last) send(event, packet);
    const packets = wait ? WAIT_PACKETS : last + GAP_PACKETS + 1;
    const done = packet === packets - 1;
    if (done) start = (start + packets * FRAME_SAMPLES) >>> 0;
    timer = clock.after(FRAME_MS, () => (done ? tick(key + 1, 0) : tick(key, packet + 1)));
  };
  tick(0, 0);
  return { stop: () => timer?.cancel() };
}
