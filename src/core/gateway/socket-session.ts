import { Doubler, Halver } from '../media/half-rate.ts';
import type { MediaFigures } from '../media/figures.ts';
import { Inlet } from '../media/inlet.ts';
import { KeyQueue } from '../media/key-queue.ts';
import { Outlet } from '../media/outlet.ts';
import type { MediaConnection, MediaSession } from '../media/session.ts';
import { writeTelephoneEvent } from '../rtp/dtmf.ts';
import { FRAME_SAMPLES, type Frame, type FrameSink } from '../rtp/frame.ts';
import { decodeG711, encodeG711, isG711, type G711Name } from '../codec/g711.ts';
import type { RtpPacket } from '../rtp/packet.ts';
import { random } from '../rtp/random.ts';
import { timestampStep } from '../rtp/serial.ts';
import { answeringDirection, receives, sends, type Direction } from '../sdp/direction.ts';
import type { Origin } from '../sdp/origin.ts';
import { readSocketAudio, socketAudioLines } from '../sdp/socket-audio.ts';
import type { Clock } from '../time/clock.ts';
import { readAudio, readKey, SOCKET_SAMPLES, writeAudio } from './audio-frame.ts';
import type { AudioPlace, AudioPlaces } from '../transport/audio-sockets.ts';

/** What frames are to the other legs. */
const CODEC: G711Name = 'PCMU';
const PAYLOAD_TYPES: Readonly<Record<G711Name, number>> = { PCMU: 0, PCMA: 8 };
/** Loss up to this many frames is filled with what was heard last, fading: 100 ms. A longer gap is a pause. */
const MOST_FILLED = 5;
const FADE = 0.5;

interface Parts {
  readonly clock: Clock;
  readonly places: AudioPlaces;
  readonly origin: Origin;
  readonly held: boolean;
}

/** A browser's leg whose sound goes over its WebSocket as linear PCM of 16 kHz. M19. */
export class SocketSession implements MediaSession {
  readonly kind = 'websocket';
  readonly #origin: Origin;
  readonly #place: AudioPlace;
  readonly #inlet: Inlet;
  readonly #outlet: Outlet;
  readonly #keys: KeyQueue;
  readonly #halver = new Halver();
  readonly #doubler = new Doubler();
  readonly #ssrc = random(0xffff_ffff);
  #remoteDirection: Direction | undefined;
  #held: boolean;
  #wasOpen = false;
  #connectionChanged: (() => void) | undefined;
  #opened: PromiseWithResolvers<void> = Promise.withResolvers();
  /** Timestamp of the newest packet that was sent, and its length. */
  #newest: { timestamp: number; span: number } | undefined;
  /** Samples of 16 kHz that do not fill a frame yet. */
  #rest: Int16Array = new Int16Array();
  #last: Int16Array = new Int16Array(SOCKET_SAMPLES);
  #number = 0;
  #closed = false;

  constructor({ clock, places, origin, held }: Parts) {
    this.#origin = origin;
    this.#held = held;
    this.#inlet = new Inlet(clock);
    this.#outlet = new Outlet(clock, random(0xffff_ffff), (packet) => this.#send(packet));
    this.#keys = new KeyQueue(clock, { write: (frame) => this.#hear(frame) });
    this.#place = places.open({
      opened: () => this.#moved(true),
      closed: () => this.#moved(false),
      received: (data, isText) => (isText ? this.#press(data) : this.#receive(data)),
    });
  }

  /** Of the WebSocket, as descriptions name it. */
  get id(): string {
    return this.#place.id;
  }

  async createOffer(): Promise<string> {
    return this.#describe(this.#wanted);
  }

  async acceptAnswer(sdp: string): Promise<void> {
    this.#agree(sdp);
  }

  async answerOffer(sdp: string): Promise<string> {
    return this.#describe(answeringDirection(this.#agree(sdp), this.#wanted));
  }

  setHold(held: boolean): void {
    this.#held = held;
  }

  get remoteDirection(): Direction {
    return this.#remoteDirection ?? 'sendrecv';
  }

  get codec(): G711Name | undefined {
    return this.#remoteDirection && CODEC;
  }

  readonly encryption = { kind: 'none' } as const;

  get stats(): { received: number; sent: number; dropped: number } {
    return { received: this.#inlet.received, sent: this.#number, dropped: this.#place.dropped };
  }

  /** A stream loses nothing, and nobody reports. */
  figures(): MediaFigures {
    return { ...this.#inlet.figures, sent: this.#number };
  }

  get connection(): MediaConnection {
    if (this.#place.open) return { state: 'connected' };
    return this.#wasOpen ? { state: 'failed', why: 'lost' } : { state: 'connecting', why: 'no-packets' };
  }

  onConnection(listener: () => void): void {
    this.#connectionChanged = listener;
  }

  ready(): Promise<void> {
    return this.#opened.promise;
  }

  tap(sink: FrameSink): () => void {
    return this.#inlet.tap(sink);
  }

  onKey(listener: (key: string) => void): void {
    this.#inlet.onKey(listener);
  }

  get silentMs(): number {
    return this.#inlet.silentMs;
  }

  get expected(): boolean {
    return this.#inlet.expected;
  }

  write(frame: Frame): void {
    if (this.#closed || !this.#place.open || this.#remoteDirection === undefined) return;
    // Keys are heard as tones: the browser would play no events. What comes is decoded as it is.
    const codec = frame.kind === 'audio' && isG711(frame.codec) ? frame.codec : CODEC;
    if (sends(answeringDirection(this.#remoteDirection, this.#wanted))) {
      this.#outlet.write(frame, { codec, payloadType: PAYLOAD_TYPES[codec] });
    } else this.#outlet.interrupt();
  }

  begin(): void {
    this.#outlet.begin();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#connectionChanged = undefined;
    this.#keys.stop();
    this.#inlet.close();
    this.#outlet.close();
    this.#place.close();
    this.#opened.resolve();
  }

  get #wanted(): Direction {
    return this.#held ? 'sendonly' : 'sendrecv';
  }

  #describe(direction: Direction): string {
    return this.#origin.describe(socketAudioLines(this.#place.id, direction));
  }

  /** @throws NoCommonCodec, BadSdp */
  #agree(sdp: string): Direction {
    const read = readSocketAudio(sdp);
    if (!read.ok) throw read.error;
    this.#remoteDirection = read.value.direction;
    const direction = answeringDirection(this.#remoteDirection, this.#wanted);
    this.#inlet.expect(receives(direction), direction === 'sendrecv');
    return this.#remoteDirection;
  }

  #moved(open: boolean): void {
    if (open) {
      this.#wasOpen = true;
      this.#opened.resolve();
    }
    this.#connectionChanged?.();
  }

  #receive(data: Buffer): boolean {
    const message = readAudio(data);
    if (!message) return false;
    if (this.#remoteDirection === undefined) return true;
    const payload = encodeG711(this.#halver.convert(message.samples), CODEC);
    const { number } = message;
    this.#inlet.receive(
      {
        payloadType: PAYLOAD_TYPES[CODEC],
        marker: false,
        ssrc: this.#ssrc,
        sequenceNumber: number & 0xffff,
        timestamp: Math.imul(number, FRAME_SAMPLES) >>> 0,
        payload,
      },
      CODEC,
    );
    return true;
  }

  #press(text: Buffer): boolean {
    const press = readKey(text);
    if (press) this.#keys.press(press.key, press.ms);
    return press !== undefined;
  }

  /** A key of the browser's, in the events that other legs know. */
  #hear(frame: Frame): void {
    if (frame.kind !== 'dtmf') return;
    const { marker, ssrc, sequenceNumber, timestamp } = frame;
    const payload = writeTelephoneEvent(frame);
    this.#inlet.receive({ payloadType: 101, marker, ssrc, sequenceNumber, timestamp, payload }, 'telephone-event');
  }

  #send({ payload, payloadType, timestamp }: RtpPacket): void {
    const newest = this.#newest;
    const gap = newest ? timestampStep(newest.timestamp, timestamp) - newest.span : 0;
    // It comes too late: its time has been filled.
    if (gap < 0) return;
    const missing = Math.round(gap / FRAME_SAMPLES);
    if (missing <= MOST_FILLED) for (let lost = 0; lost < missing; lost += 1) this.#fill();
    this.#newest = { timestamp, span: payload.length };
    const codec = payloadType === PAYLOAD_TYPES.PCMA ? 'PCMA' : 'PCMU';
    const samples = this.#doubler.convert(decodeG711(payload, codec));
    const line = new Int16Array(this.#rest.length + samples.length);
    line.set(this.#rest);
    line.set(samples, this.#rest.length);
    let at = 0;
    for (; at + SOCKET_SAMPLES <= line.length; at += SOCKET_SAMPLES) this.#put(line.slice(at, at + SOCKET_SAMPLES));
    this.#rest = line.slice(at);
  }

  #fill(): void {
    this.#put(this.#last.map((sample) => sample * FADE));
  }

  #put(samples: Int16Array): void {
    this.#last = samples;
    this.#place.send(writeAudio({ number: this.#number, samples }));
    this.#number += 1;
  }
}
