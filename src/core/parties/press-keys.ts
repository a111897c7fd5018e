/** Presses telephone keys: RFC 4733 events of 160 ms with 100 ms between them. */
import { eventOfKey } from '../rtp/dtmf.ts';
import { FRAME_MS, FRAME_SAMPLES, type FrameSink } from '../rtp/frame.ts';
import type { Clock, Timer } from '../time/clock.ts';
import type { Voice } from './voice.ts';

const PACKETS = 8;
const GAP_PACKETS = 5;
/** The last packet is sent three times, so that its loss does no harm (RFC 4733 §2.5.1.4). */
const END_REPEATS = 3;
const VOLUME = 10;

export function pressKeys(keys: string, sink: FrameSink, clock: Clock, ssrc: number): Voice {
  let timer: Timer | undefined;
  let sequenceNumber = 0;
  let start = 0;
  const tick = (key: number, packet: number): void => {
    const event = eventOfKey(keys.charAt(key));
    if (event === undefined) return;
    const last = PACKETS + END_REPEATS - 1;
    if (packet <= last) {
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
    }
    const done = packet === last + GAP_PACKETS;
    if (done) start = (start + (last + GAP_PACKETS + 1) * FRAME_SAMPLES) >>> 0;
    timer = clock.after(FRAME_MS, () => (done ? tick(key + 1, 0) : tick(key, packet + 1)));
  };
  tick(0, 0);
  return { stop: () => timer?.cancel() };
}
