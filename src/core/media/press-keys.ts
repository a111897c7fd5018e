/** Presses telephone keys: RFC 4733 events of 160 ms, if nothing else is said, with 100 ms between them. */
import { eventOfKey } from '../rtp/dtmf.ts';
import { FRAME_MS, FRAME_SAMPLES, type FrameSink } from '../rtp/frame.ts';
import type { Clock, Timer } from '../time/clock.ts';

const PRESS_MS = 160;
/** A shorter one may be overheard (ITU-T Q.24 has 40 ms); nobody waits for a longer one. */
const PRESS_RANGE_MS = { least: 60, most: 2000 };
const GAP_PACKETS = 5;
/** The last packet is sent three times, so that its loss does no harm (RFC 4733 §2.5.1.4). */
const END_REPEATS = 3;
const VOLUME = 10;
/** How long these are silent: half a second, and one. */
const WAITS: Readonly<Record<string, number | undefined>> = { w: 25, W: 50 };

export interface PressOptions {
  readonly clock: Clock;
  readonly ssrc: number;
  /** How long each key is pressed. */
  readonly pressMs?: number | undefined;
  /** Called once the last key's time is over; not after `stop`. */
  readonly onDone?: () => void;
}

/** @param keys `w` among them is half a second of silence, `W` one; what is no key is left out */
export function pressKeys(
  keys: string,
  sink: FrameSink,
  { clock, ssrc, pressMs = PRESS_MS, onDone }: PressOptions,
): { stop(): void } {
  const { least, most } = PRESS_RANGE_MS;
  const count = Math.round(Math.min(most, Math.max(least, pressMs)) / FRAME_MS);
  let timer: Timer | undefined;
  let sequenceNumber = 0;
  let start = 0;
  const last = count + END_REPEATS - 1;
  const send = (event: number, packet: number): void => {
    sink.write({
      kind: 'dtmf',
      event,
      end: packet >= count - 1,
      volume: VOLUME,
      duration: Math.min(packet + 1, count) * FRAME_SAMPLES,
      ssrc,
      sequenceNumber,
      timestamp: start,
      marker: packet === 0,
    });
    sequenceNumber = (sequenceNumber + 1) & 0xffff;
  };
  const wanted = Array.from(keys).filter((name) => eventOfKey(name) !== undefined || WAITS[name] !== undefined);
  const tick = (key: number, packet: number): void => {
    const name = wanted[key];
    if (name === undefined) return onDone?.();
    const event = eventOfKey(name);
    if (event !== undefined && packet <= last) send(event, packet);
    const packets = WAITS[name] ?? last + GAP_PACKETS + 1;
    const done = packet === packets - 1;
    if (done) start = (start + packets * FRAME_SAMPLES) >>> 0;
    timer = clock.after(FRAME_MS, () => (done ? tick(key + 1, 0) : tick(key, packet + 1)));
  };
  tick(0, 0);
  return { stop: () => timer?.cancel() };
}
