import { Continuity } from '../rtp/continuity.ts';
import { writeTelephoneEvent } from '../rtp/dtmf.ts';
import type { AudioFrame, DtmfFrame, Frame, NoiseFrame } from '../rtp/frame.ts';
import type { CodecName } from '../codec/codec.ts';
import { isG711, transcodeG711 } from '../codec/g711.ts';
import { codecs } from '../codec/registry.ts';
import { SplitEvents } from '../rtp/long-events.ts';
import type { RtpPacket } from '../rtp/packet.ts';
import { random } from '../rtp/random.ts';
import type { Agreement } from '../sdp/negotiate.ts';
import type { Clock } from '../time/clock.ts';
import { ComfortNoise } from './comfort-noise.ts';
import { Converter } from './converter.ts';
import { EventClock } from './event-clock.ts';
import { KeyTones } from './key-tones.ts';

/** How to write frames for a peer. */
type Wire = Pick<Agreement, 'codec' | 'payloadType' | 'telephoneEvent' | 'comfortNoise'> & {
  /** Of telephone events; 8000 when absent. */
  readonly eventClockHz?: number;
};

/**
 * While a key is pressed no other source is sent: its next packet comes before this is over, in milliseconds, be the sender
 * late; and after its end it is only repeated.
 */
const KEY_PACKET_MS = 150;
const KEY_REPEAT_MS = 30;

/** Turns frames of any source into the packets of one unbroken stream in the peer's codec. */
export class Outlet {
  readonly #clock: Clock;
  readonly #continuity: Continuity;
  readonly #send: (packet: RtpPacket, kind: Frame['kind']) => void;
  /** As it was with the newest frame. */
  #wire: Wire | undefined;
  /** Keys for a peer that takes no events; made with the first of them. */
  #tones: KeyTones | undefined;
  /** For sources in another codec; made with the first of them. */
  #converter: Converter | undefined;
  readonly #eventClock = new EventClock();
  readonly #events = new SplitEvents();
  /** Noise for a peer that makes none itself; made with the first silence. */
  #noise: ComfortNoise | undefined;
  /** The newest packet of a key, and when it was sent. */
  #key: { readonly ssrc: number; readonly until: number } | undefined;

  /** @param send takes each packet, some of them later: a key may become a tone that lasts */
  constructor(clock: Clock, ssrc: number, send: (packet: RtpPacket, kind: Frame['kind']) => void) {
    this.#clock = clock;
    this.#send = send;
    this.#continuity = new Continuity(clock, {
      ssrc,
      // Far from the wrap, so that SRTP's rollover counter begins at zero on both sides. RFC 3711 §3.3.1.
      sequenceNumber: random(0x7fff),
      timestamp: random(0xffff_ffff),
    });
  }

  /** Sends nothing of a frame that is too late, or in whose place a key is heard. */
  write(frame: Frame, wire: Wire): void {
    this.#wire = wire;
    this.#continuity.setClockRate(codecs[wire.codec].clockRateHz);
    if (frame.kind === 'dtmf') {
      if (wire.telephoneEvent === undefined) return this.#sound(frame, wire);
      this.#key = { ssrc: frame.ssrc, until: this.#clock.now() + (frame.end ? KEY_REPEAT_MS : KEY_PACKET_MS) };
    } else if (!this.#mayPass(frame.ssrc)) return;
    if (frame.kind === 'noise' && !this.#passesNoise(frame, wire)) return this.#hush(frame);
    this.#noise?.stop();
    this.#put(frame);
  }

  /** What comes next follows without a gap in the numbers, whatever its source did before. */
  begin(): void {
    this.#converter?.begin();
    this.#noise?.stop();
    this.#continuity.interrupt();
  }

  /** The peer is sent nothing for a while: what was not sent leaves no gap in the numbers, as that would look like loss. */
  interrupt(): void {
    this.#tones?.close();
    this.#converter?.begin();
    this.#noise?.stop();
    this.#continuity.interrupt();
  }

  close(): void {
    this.#tones?.close();
    this.#converter?.close();
    this.#noise?.stop();
  }

  #sound(frame: DtmfFrame, wire: Wire): void {
    this.#continuity.skip(frame);
    this.#tones ??= new KeyTones(this.#clock, (made) => this.#put(made));
    this.#tones.hear(frame, isG711(wire.codec) ? wire.codec : 'PCMU');
  }

  /** Its payload means the same beside every codec with that clock. RFC 3389 §4. */
  #passesNoise({ ssrc }: NoiseFrame, { comfortNoise, codec }: Wire): boolean {
    return comfortNoise !== undefined && codecs[codec].clockRateHz === 8000 && !this.#converter?.converts(ssrc);
  }

  #hush(frame: NoiseFrame): void {
    this.#continuity.skip(frame);
    this.#noise ??= new ComfortNoise(this.#clock, (made) => this.#put(made));
    this.#noise.hear(frame);
  }

  #mayPass(ssrc: number): boolean {
    if (this.#tones && !this.#tones.giveWay()) return false;
    const key = this.#key;
    return !key || key.ssrc === ssrc || this.#clock.now() >= key.until;
  }

  #put(frame: Frame): void {
    const { codec } = this.#wire!;
    if (frame.kind === 'dtmf') {
      if (this.#converter?.converts(frame.ssrc)) return this.#converter.key(frame);
      return this.#place(this.#eventClock.scale(frame, codecs[codec].clockRateHz));
    }
    if (frame.kind === 'noise') return this.#place(frame);
    if (frame.codec !== codec && !(isG711(frame.codec) && isG711(codec))) return this.#convert(frame, codec);
    if (this.#converter?.converts(frame.ssrc)) this.begin();
    this.#place(frame);
  }

  #convert(frame: AudioFrame, codec: CodecName): void {
    this.#converter ??= new Converter((converted) => this.#place(converted));
    if (!this.#converter.converts(frame.ssrc)) this.#continuity.interrupt();
    this.#converter.write(frame, codec);
  }

  #place(frame: Frame): void {
    const wire = this.#wire!;
    const payloadType = payloadTypeOf(frame, wire);
    const placed = payloadType === undefined ? undefined : this.#continuity.place(frame);
    if (payloadType === undefined || !placed) return;
    if (placed.kind === 'dtmf') return this.#sendEvent(placed, payloadType, wire.eventClockHz);
    const { ssrc, sequenceNumber, timestamp, marker } = placed;
    const payload = payloadOf(placed, wire);
    this.#send({ payloadType, marker, sequenceNumber, timestamp, ssrc, payload }, frame.kind);
  }

  /** A duration has 16 bits: a key that is held for longer goes on in another segment. */
  #sendEvent(frame: DtmfFrame, payloadType: number, clockHz = 8000): void {
    const { ssrc, sequenceNumber, marker, end } = frame;
    const { timestamp, duration } = this.#events.split(
      frame.timestamp,
      Math.round((frame.duration * clockHz) / 8000),
      end,
    );
    const payload = writeTelephoneEvent({ ...frame, duration });
    this.#send({ payloadType, marker, sequenceNumber, timestamp, ssrc, payload }, 'dtmf');
  }
}

/** Undefined for what the peer does not take. */
function payloadTypeOf({ kind }: Frame, { payloadType, telephoneEvent, comfortNoise }: Wire): number | undefined {
  if (kind === 'audio') return payloadType;
  return kind === 'dtmf' ? telephoneEvent : comfortNoise;
}

/** Between the two laws of G.711 a table does. */
function payloadOf(frame: AudioFrame | NoiseFrame, { codec: wanted }: Wire): Uint8Array {
  const { payload } = frame;
  if (frame.kind === 'noise') return payload;
  return isG711(frame.codec) && isG711(wanted) ? transcodeG711(payload, frame.codec, wanted) : payload;
}
