/**
 * One speaker on its way into a mix: a small adaptive jitter buffer, the decoder, and sound in place of what is lost. What comes in
 * by packets goes out by our clock, 20 ms at a time.
 */
import type { CodecName, Decoder } from '../codec/codec.ts';
import { FRAME_MS, type AudioFrame, type Frame, type FrameSink } from '../rtp/frame.ts';
import { sequenceStep, timestampStep } from '../rtp/serial.ts';
import type { Clock } from '../time/clock.ts';
import { Lateness } from './lateness.ts';
import { mixCodec, type MixCodec } from './mix-codec.ts';

/** Packets that may wait: more than a second of 20 ms. */
const SLOTS = 64;
/** A step in sequence numbers beyond this, or in time beyond a second, is another stream. */
const MOST_STEP = SLOTS - 1;
const MOST_JUMP_MS = 1000;
/**
 * Least wait: what is played has to be there until its last sample, which may be the first of a packet of 20 ms; and some
 * room for uneven arrival that the estimate does not see.
 */
const LEAST_WAIT_MS = 25;
/** A wait that differs by less from what is wanted is left alone; one that is longer by this is cut. */
const TOLERANCE_MS = 3;
const MUCH_MS = 40;
const TOO_MUCH_MS = 250;

/** What is lost is filled for so long; then it is silence. */
const CONCEALED_MS = 60;

interface Slot {
  /** Counted on where the 16 bits wrap; -1 for none. */
  number: number;
  /** First sample, by the sender's clock. */
  position: number;
  payload: Uint8Array;
  length: number;
}

export class MixInput implements FrameSink {
  readonly #clock: Clock;
  readonly #keys: (frame: Frame) => void;
  readonly #slots: Slot[] = Array.from({ length: SLOTS }, () => ({
    number: -1,
    position: 0,
    payload: new Uint8Array(160),
    length: 0,
  }));
  readonly #lateness = new Lateness();
  #codecName: CodecName | undefined;
  #codec: MixCodec | undefined;
  #decoder: Decoder | undefined;
  /** What is decoded and not played, from the start of the array. */
  #decoded = new Int16Array(0);
  #count = 0;
  #frame = new Int16Array(0);
  /** The newest packet. */
  #newest: { ssrc: number; sequenceNumber: number; number: number; timestamp: number; position: number } | undefined;
  /** Where what is decoded ends, by the sender's clock. */
  #end = 0;
  /** Number of the next packet to decode. */
  #next = 0;
  #playing = false;
  /** Samples that were made while nothing was there: the packet may be late, or lost. */
  #owed = 0;
  /** Samples that were made since the newest packet. */
  #made = 0;
  /** Samples in the newest packet. */
  #span = 0;

  /** @param keys takes telephone events, which are no sound */
  constructor(clock: Clock, keys: (frame: Frame) => void) {
    this.#clock = clock;
    this.#keys = keys;
  }

  /** Samples a second of what `pull` gives. */
  get rateHz(): number {
    return this.#codec?.rateHz ?? 8000;
  }

  write(frame: Frame): void {
    if (frame.kind === 'audio') this.#take(frame);
    else this.#keys(frame);
  }

  /**
   * @param dueMs when the frame is due, by our clock
   * @returns the next 20 ms, valid until the next call; undefined while there is nothing to be heard
   */
  pull(dueMs: number): Int16Array | undefined {
    if (!this.#codec || (!this.#playing && !this.#start(dueMs))) return undefined;
    const frame = this.#frame;
    const wanted = frame.length + this.#adjustment(dueMs);
    while (this.#count < wanted && this.#playing) this.#decodeMore();
    if (!this.#playing) return undefined;
    stretch(this.#decoded, wanted, frame);
    this.#decoded.copyWithin(0, wanted, this.#count);
    this.#count -= wanted;
    return frame;
  }

  /** Lets the decoder go; a frame that comes later would take another one. */
  close(): void {
    this.#decoder?.close();
    this.#decoder = undefined;
    this.#codec = undefined;
    this.#codecName = undefined;
    this.#stop();
  }

  #take(frame: AudioFrame): void {
    const { ssrc, sequenceNumber, timestamp, payload, codec } = frame;
    if (codec !== this.#codecName) this.#use(codec);
    const newest = this.#newest;
    const { rateHz, clockRateHz } = this.#codec!;
    const now = this.#clock.now();
    let number = SLOTS;
    let position = 0;
    if (newest?.ssrc === ssrc) {
      const step = sequenceStep(newest.sequenceNumber, sequenceNumber);
      number = newest.number + step;
      position = newest.position + (timestampStep(newest.timestamp, timestamp) * rateHz) / clockRateHz;
      const jump = now - (position * 1000) / rateHz - this.#lateness.base;
      if (Math.abs(step) > MOST_STEP || Math.abs(jump) > MOST_JUMP_MS) return this.#restart(frame);
    } else if (newest) return this.#restart(frame);
    const transit = now - (position * 1000) / rateHz;
    // After a pause that its clock did not count, or over a longer way: the time before says nothing about it.
    if (!this.#playing && transit - this.#lateness.base > MUCH_MS + this.#lateness.spreadMs) this.#lateness.reset();
    this.#lateness.note(transit);
    if (!newest || number > newest.number) this.#newest = { ssrc, sequenceNumber, number, timestamp, position };
    // Its time is over.
    if (number < this.#next) return;
    const slot = this.#slots[number % SLOTS]!;
    if (slot.payload.length < payload.length) slot.payload = new Uint8Array(payload.length);
    slot.payload.set(payload);
    slot.length = payload.length;
    slot.number = number;
    slot.position = position;
  }

  #use(codec: CodecName): void {
    const rateBefore = this.#codec?.rateHz;
    this.#codecName = codec;
    this.#codec = mixCodec(codec);
    if (rateBefore !== this.#codec.rateHz) {
      this.#frame = new Int16Array(this.rateHz / 50);
      this.#decoded = new Int16Array(this.rateHz / 5);
    }
    this.#span = this.#frame.length;
    this.#forget();
  }

  #restart(frame: AudioFrame): void {
    this.#forget();
    this.#take(frame);
  }

  #forget(): void {
    for (const slot of this.#slots) slot.number = -1;
    this.#lateness.reset();
    this.#newest = undefined;
    this.#next = 0;
    this.#decoder?.close();
    this.#decoder = this.#codec?.decoder();
    this.#stop();
  }

  #stop(): void {
    this.#playing = false;
    this.#count = 0;
    this.#owed = 0;
    this.#made = 0;
  }

  get #wantedMs(): number {
    return LEAST_WAIT_MS + this.#lateness.spreadMs;
  }

  /** How long after the quickest packets would have brought it a sample is played. */
  #waitOf(position: number, dueMs: number): number {
    return dueMs - (position * 1000) / this.rateHz - this.#lateness.base;
  }

  #start(dueMs: number): boolean {
    for (let slot = this.#first(); slot; slot = this.#first()) {
      const early = this.#wantedMs - this.#waitOf(slot.position, dueMs);
      if (early >= FRAME_MS) return false;
      if (early > -MUCH_MS) {
        this.#playing = true;
        this.#end = slot.position;
        this.#next = slot.number;
        // Silence first, so that the wait is what is wanted from the beginning.
        this.#count = Math.max(0, Math.round((early * this.rateHz) / 1000));
        this.#decoded.fill(0, 0, this.#count);
        return true;
      }
      // Old sound that came late, or in a burst.
      slot.number = -1;
    }
    return false;
  }

  #first(): Slot | undefined {
    let first: Slot | undefined;
    for (const slot of this.#slots) if (slot.number >= 0 && (!first || slot.number < first.number)) first = slot;
    return first;
  }

  /** By how many samples more, or fewer, than 20 ms are played in 20 ms, so that the wait comes to what is wanted. */
  #adjustment(dueMs: number): number {
    const wait = this.#waitOf(this.#end - this.#count + this.#owed, dueMs);
    const over = wait - this.#wantedMs;
    const step = this.rateHz / 8000;
    if (over > TOO_MUCH_MS) {
      this.#stop();
      this.#start(dueMs);
      return 0;
    }
    if (over > MUCH_MS) return 4 * step;
    if (over > TOLERANCE_MS) return step;
    return over < -TOLERANCE_MS ? -step : 0;
  }

  #decodeMore(): void {
    const slot = this.#nextSlot();
    if (!slot) {
      this.#owed += this.#conceal(this.#span);
      return;
    }
    let hole = slot.position - this.#end;
    const made = Math.min(Math.max(0, hole), this.#owed);
    this.#end += made;
    hole -= made;
    const payload = slot.payload.subarray(0, slot.length);
    if (hole > 0) {
      const last = hole <= this.#span;
      this.#end += this.#conceal(Math.min(hole, this.#span), last ? payload : undefined);
      return;
    }
    this.#next = slot.number + 1;
    slot.number = -1;
    const samples = this.#decoder!.decode(payload);
    // Nothing can be made of it: it is as good as lost.
    if (samples.length === 0) return;
    this.#owed = 0;
    this.#made = 0;
    this.#span = samples.length;
    this.#append(samples);
    this.#end = slot.position + samples.length;
  }

  #nextSlot(): Slot | undefined {
    for (let number = this.#next; number <= (this.#newest?.number ?? -1); number += 1) {
      const slot = this.#slots[number % SLOTS]!;
      if (slot.number === number) return slot;
    }
    return undefined;
  }

  /** @returns how many samples were made: none once all is silent */
  #conceal(count: number, next?: Uint8Array): number {
    const most = (CONCEALED_MS * this.rateHz) / 1000;
    // The speaker has paused, or is gone: what comes next begins anew.
    if (this.#made >= most) {
      this.#stop();
      return 0;
    }
    const samples = this.#decoder!.conceal(this.#span, next).subarray(0, count);
    this.#made += samples.length;
    if (this.#made >= most) fade(samples);
    this.#append(samples);
    return samples.length;
  }

  #append(samples: Int16Array): void {
    this.#room(samples.length);
    this.#decoded.set(samples, this.#count);
    this.#count += samples.length;
  }

  #room(count: number): void {
    if (this.#count + count <= this.#decoded.length) return;
    const larger = new Int16Array(2 * (this.#count + count));
    larger.set(this.#decoded.subarray(0, this.#count));
    this.#decoded = larger;
  }
}

/** Plays `count` samples in the time of `into.length`: a little faster or slower, without a click. */
function stretch(from: Int16Array, count: number, into: Int16Array): void {
  if (count === into.length) {
    into.set(from.subarray(0, count));
    return;
  }
  const step = count / into.length;
  for (let at = 0; at < into.length; at += 1) {
    const place = at * step;
    const whole = Math.floor(place);
    const next = Math.min(whole + 1, count - 1);
    into[at] = Math.round(from[whole]! + (from[next]! - from[whole]!) * (place - whole));
  }
}

function fade(samples: Int16Array): void {
  for (let at = 0; at < samples.length; at += 1)
    samples[at] = Math.round(samples[at]! * (1 - (at + 1) / samples.length));
}
