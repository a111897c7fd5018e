import { codecs } from '../codec/registry.ts';
import { keyOfEvent, parseTelephoneEvent } from '../rtp/dtmf.ts';
import { SAMPLE_RATE_HZ, type AudioFrame, type DtmfFrame, type Frame, type FrameSink } from '../rtp/frame.ts';
import type { RtpPacket } from '../rtp/packet.ts';
import { JoinedEvents } from '../rtp/long-events.ts';
import { Presses } from '../rtp/presses.ts';
import { Received } from '../rtp/received.ts';
import type { AudioFormat } from '../sdp/description.ts';
import type { Clock } from '../time/clock.ts';
import type { MediaFigures } from './figures.ts';
import { levelOf } from './quality/level.ts';
import { InbandKeys } from './inband-keys.ts';

/** What the peer says, on its way to whoever listens. */
export class Inlet {
  /** What RTCP and the measures of quality know of it. */
  readonly statistics = new Received();
  readonly #clock: Clock;
  readonly #listeners = new Set<FrameSink>();
  #received = 0;
  /** When the newest RTP packet came; the clock's start of counting before that. */
  #heardAt: number;
  /** Neither side holds. */
  #talking = false;
  /** The same for any sign of life. */
  #aliveAt: number;
  /** The peer has said that it will be silent, by comfort noise. */
  #quiet = false;
  /** Whether the peer has a reason to send. */
  #expecting = false;
  #first: (() => void) | undefined;
  #newest: AudioFrame | undefined;
  /** There while keys are looked for in the sound. */
  #inband: InbandKeys | undefined;
  #presses: Presses | undefined;
  #joined: JoinedEvents | undefined;
  #pressed: ((key: string) => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#heardAt = clock.now();
    this.#aliveAt = this.#heardAt;
  }

  get received(): number {
    return this.#received;
  }

  /** What is measured of it. */
  get figures(): Pick<MediaFigures, 'received' | 'levelDb'> {
    const newest = this.#newest;
    return { received: this.statistics.figures, levelDb: newest && levelOf(newest.payload, newest.codec) };
  }

  /** Milliseconds since the newest RTP packet. */
  get unheardMs(): number {
    return this.#clock.now() - this.#heardAt;
  }

  /** Milliseconds since the newest sign of life, or since the peer has a reason to give one. W5. */
  get silentMs(): number {
    return this.#clock.now() - this.#aliveAt;
  }

  /** A peer that is to send, and has not said that it will be silent. */
  get expected(): boolean {
    return this.#talking && !this.#quiet;
  }

  /** Nothing has come from a peer that is to send. */
  get missing(): boolean {
    return this.#expecting && this.#received === 0;
  }

  /** Calls `listener` with the first packet. */
  onFirst(listener: () => void): void {
    this.#first = listener;
  }

  /** @returns stops it */
  tap(sink: FrameSink): () => void {
    this.#listeners.add(sink);
    sink.begin?.();
    return () => this.#listeners.delete(sink);
  }

  /** Calls `listener` with each key, once, when it begins. */
  onKey(listener: (key: string) => void): void {
    this.#pressed = listener;
  }

  /** Whether keys are looked for in the sound. */
  lookForKeys(look: boolean): void {
    if (look) this.#inband ??= new InbandKeys(this.#clock);
    else this.#inband = undefined;
  }

  /**
   * The peer sends its keys by signalling: none are looked for in the sound any more.
   * @returns the key that was heard in it a moment ago
   */
  keysBySignalling(): string | undefined {
    const newest = this.#inband?.newest;
    this.lookForKeys(false);
    return newest;
  }

  #key(packet: DtmfFrame): DtmfFrame {
    this.#joined ??= new JoinedEvents();
    this.#presses ??= new Presses();
    const frame = this.#joined.join(packet);
    const key = this.#presses.begins(frame) ? keyOfEvent(frame.event) : undefined;
    if (key !== undefined) this.#pressed?.(key);
    return frame;
  }

  /** A packet that passed the transport's checks. */
  receive(packet: RtpPacket, format: AudioFormat['name']): void {
    this.#received += 1;
    this.#heardAt = this.#clock.now();
    this.#aliveAt = this.#heardAt;
    this.#quiet = format === 'CN';
    this.statistics.receive(packet, this.#heardAt, rateOf(format), format !== 'telephone-event' && format !== 'CN');
    if (this.#received === 1) this.#first?.();
    const read = toFrame(packet, format);
    if (!read) return;
    if (read.kind === 'audio') this.#newest = read;
    const heard = this.#inband && read.kind === 'audio' ? this.#inband.replace(read) : read;
    const frame = heard.kind === 'dtmf' ? this.#key(heard) : heard;
    for (const listener of this.#listeners) listener.write(frame);
  }

  /** A packet of the peer in a format that nobody agreed on: its number counts. */
  skip(packet: RtpPacket): void {
    this.statistics.receive(packet, this.#clock.now(), SAMPLE_RATE_HZ, false);
  }

  /**
   * The peer lives, although this was no sound: RTCP, or a format that nobody agreed on.
   * @param quiet it was comfort noise: the next packet may come when it speaks again (RFC 3389 §4.1)
   */
  alive(quiet = this.#quiet): void {
    this.#aliveAt = this.#clock.now();
    this.#quiet = quiet;
  }

  /**
   * A peer on hold may be silent; it gets the full time again when it is to speak.
   * @param expecting it may send
   * @param talking it has no reason to be silent: whoever holds with `sendonly` may play music, and need not
   */
  expect(expecting: boolean, talking = expecting): void {
    if (talking !== this.#talking) this.#aliveAt = this.#clock.now();
    this.#expecting = expecting;
    this.#talking = talking;
    this.#quiet = false;
  }

  close(): void {
    this.#first = undefined;
    this.#pressed = undefined;
    this.#inband = undefined;
    this.#listeners.clear();
  }
}

/** The timestamps of events are not looked at. */
const rateOf = (format: AudioFormat['name']): number =>
  format === 'telephone-event' || format === 'CN' ? SAMPLE_RATE_HZ : codecs[format].clockRateHz;

function toFrame(packet: RtpPacket, format: AudioFormat['name']): Frame | undefined {
  const { ssrc, sequenceNumber, timestamp, marker, payload } = packet;
  const position = { ssrc, sequenceNumber, timestamp, marker };
  if (format === 'CN') return { kind: 'noise', payload, ...position };
  if (format !== 'telephone-event') return { kind: 'audio', codec: format, payload, ...position };
  const event = parseTelephoneEvent(payload);
  return event.ok ? { kind: 'dtmf', ...event.value, ...position } : undefined;
}
