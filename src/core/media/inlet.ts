import { parseTelephoneEvent } from '../rtp/dtmf.ts';
import type { Frame, FrameSink } from '../rtp/frame.ts';
import type { RtpPacket } from '../rtp/packet.ts';
import type { AudioFormat } from '../sdp/description.ts';
import type { Clock, Timer } from '../time/clock.ts';

/** What the peer says, on its way to whoever listens. */
export class Inlet {
  readonly #clock: Clock;
  readonly #taps = new Set<FrameSink>();
  readonly #watches: SilenceWatch[] = [];
  #sink: FrameSink | undefined;
  #received = 0;
  /** When the peer was last heard; the clock's start of counting before that. */
  #heardAt: number;
  /** Whether the peer has a reason to send. */
  #expecting = false;
  #first: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#heardAt = clock.now();
  }

  get received(): number {
    return this.#received;
  }

  /** Since the peer was heard. */
  get silentMs(): number {
    return this.#clock.now() - this.#heardAt;
  }

  /** Nothing has come from a peer that is to send. */
  get missing(): boolean {
    return this.#expecting && this.#received === 0;
  }

  /** Calls `listener` with the first packet. */
  onFirst(listener: () => void): void {
    this.#first = listener;
  }

  pipe(sink: FrameSink | undefined): void {
    this.#sink = sink;
    sink?.begin?.();
  }

  tap(sink: FrameSink): () => void {
    this.#taps.add(sink);
    return () => this.#taps.delete(sink);
  }

  /** A packet that passed the transport's checks. */
  receive(packet: RtpPacket, format: AudioFormat['name']): void {
    this.#received += 1;
    this.#heardAt = this.#clock.now();
    for (const watch of this.#watches) watch.heard();
    if (this.#received === 1) this.#first?.();
    const frame = toFrame(packet, format);
    if (!frame) return;
    this.#sink?.write(frame);
    for (const tap of this.#taps) tap.write(frame);
  }

  /** A peer on hold may be silent; it gets the full time again when it is to speak. */
  expect(expecting: boolean): void {
    if (expecting && !this.#expecting) this.#heardAt = this.#clock.now();
    this.#expecting = expecting;
  }

  onSilence(afterMs: number, listener: () => void): void {
    const silentMs = (): number => (this.#expecting ? this.#clock.now() - this.#heardAt : 0);
    this.#watches.push(new SilenceWatch(this.#clock, afterMs, silentMs, listener));
  }

  close(): void {
    this.#sink = undefined;
    this.#first = undefined;
    this.#taps.clear();
    for (const watch of this.#watches.splice(0)) watch.close();
  }
}

function toFrame(packet: RtpPacket, format: AudioFormat['name']): Frame | undefined {
  const { ssrc, sequenceNumber, timestamp, marker, payload } = packet;
  const position = { ssrc, sequenceNumber, timestamp, marker };
  if (format !== 'telephone-event') return { kind: 'audio', codec: format, payload, ...position };
  const event = parseTelephoneEvent(payload);
  return event.ok ? { kind: 'dtmf', ...event.value, ...position } : undefined;
}

/** One timer per period of silence, not one per packet: on firing it looks how long it has been quiet. */
class SilenceWatch {
  readonly #clock: Clock;
  readonly #afterMs: number;
  readonly #silentMs: () => number;
  readonly #listener: () => void;
  #timer: Timer | undefined;

  constructor(clock: Clock, afterMs: number, silentMs: () => number, listener: () => void) {
    this.#clock = clock;
    this.#afterMs = afterMs;
    this.#silentMs = silentMs;
    this.#listener = listener;
    this.#arm(afterMs);
  }

  heard(): void {
    if (!this.#timer) this.#arm(this.#afterMs);
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(ms: number): void {
    this.#timer = this.#clock.after(ms, () => {
      this.#timer = undefined;
      const left = this.#afterMs - this.#silentMs();
      if (left > 0) this.#arm(left);
      else this.#listener();
    });
  }
}
