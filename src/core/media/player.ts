import { FRAME_MS, FRAME_SAMPLES, type FrameSink } from '../rtp/frame.ts';
import type { Clock, Timer } from '../time/clock.ts';
import { random } from '../rtp/random.ts';
import type { Sound } from './sound.ts';

export interface PlayOptions {
  readonly clock: Clock;
  /** Begins again when it ends. */
  readonly loop?: boolean;
  /** Called once the last frame's time is over; not after `stop`. */
  readonly onDone?: () => void;
}

/** A late tick sends what is due, but no more than this at once: a burst is of no use to a jitter buffer. */
const MOST_AT_ONCE = 3;

/** Plays a sound into a sink as a source of its own, a frame every 20 ms by the clock. */
export function play(sound: Sound, sink: FrameSink, { clock, loop = false, onDone }: PlayOptions): { stop(): void } {
  const ssrc = random(0xffff_ffff);
  let sequenceNumber = random(0xffff);
  let timestamp = random(0xffff_ffff);
  let index = 0;
  /** When the next frame is due; counted on from the start, so that late ticks do not add up. */
  let due = clock.now();
  let marker = true;

  const ended = (): boolean => !loop && sound.length !== undefined && index >= sound.length;

  const send = (): void => {
    const payload = sound.frame(sound.length === undefined ? index : index % sound.length);
    sink.write({ kind: 'audio', codec: sound.codec, payload, ssrc, sequenceNumber, timestamp, marker });
    index += 1;
    sequenceNumber = (sequenceNumber + 1) & 0xffff;
    timestamp = (timestamp + FRAME_SAMPLES) >>> 0;
    due += FRAME_MS;
    marker = false;
  };

  /** After a stall the sound goes on where it was; only its time is lost, which the timestamp tells. */
  const skipStall = (): void => {
    const overdue = Math.floor((clock.now() - due) / FRAME_MS);
    if (overdue < 0) return;
    due += (overdue + 1) * FRAME_MS;
    timestamp = (timestamp + (overdue + 1) * FRAME_SAMPLES) >>> 0;
    marker = true;
  };

  let stopped = false;
  const tick = (): void => {
    for (let sent = 0; sent < MOST_AT_ONCE && due <= clock.now() && !ended() && !stopped; sent += 1) send();
    if (stopped) return;
    if (ended() && due <= clock.now()) return onDone?.();
    if (!ended()) skipStall();
    timer = clock.after(Math.max(0, due - clock.now()), tick);
  };
  let timer: Timer = clock.after(0, tick);

  return {
    stop() {
      stopped = true;
      timer.cancel();
    },
  };
}
