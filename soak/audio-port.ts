/** The RTP of one phone of a soak: a bare socket that knows nothing of the trunk's own media code. RFC 3550, RFC 4733. */
import { createSocket, type Socket } from 'node:dgram';
import { FRAME_MS, FRAME_SAMPLES } from '../src/core/rtp/frame.ts';
import { parseRtp, writeRtp } from '../src/core/rtp/packet.ts';
import type { Loss } from './loss.ts';
import { frameOf, Hearing } from './sound.ts';

const PCMU = 0;
const TELEPHONE_EVENT = 101;
/** Frames that a key lasts, and packets that say its end. */
const KEY_FRAMES = 5;
const END_PACKETS = 3;

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

export class AudioPort {
  readonly hearing = new Hearing();
  /** Keys that were heard, in order. */
  readonly keys: string[] = [];
  readonly #socket: Socket;
  #source = 0;
  readonly #loss: Loss;
  #remote: { host: string; port: number } | undefined;
  #speaks = false;
  #sent = 0;
  #sequence = Math.floor(Math.random() * 65_536);
  #startedAt = 0;
  #pressing: { digit: string; left: number; timestamp: number }[] = [];
  #lastKey: number | undefined;
  #version = 1;

  static async open(loss: Loss): Promise<AudioPort> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(0, '127.0.0.1', resolve);
    });
    return new AudioPort(socket, loss);
  }

  private constructor(socket: Socket, loss: Loss) {
    this.#socket = socket;
    this.#loss = loss;
    // The other side may be gone: that is the soak's own doing.
    socket.on('error', () => {});
    socket.on('message', (datagram) => {
      if (loss.loses()) return;
      const packet = parseRtp(datagram);
      if (!packet.ok) return;
      const { payloadType, payload, timestamp } = packet.value;
      if (payloadType === PCMU) this.hearing.heard(payload, Date.now());
      else if (payloadType === TELEPHONE_EVENT && payload.length >= 4 && timestamp !== this.#lastKey) {
        this.#lastKey = timestamp;
        this.keys.push('0123456789*#ABCD'[payload[0]!] ?? '?');
      }
    });
  }

  /** Names who speaks here. */
  isOf(source: number): void {
    this.#source = source;
  }

  describe(direction: Direction = 'sendrecv'): string {
    return [
      'v=0',
      `o=soak ${this.#source} ${this.#version++} IN IP4 127.0.0.1`,
      's=-',
      'c=IN IP4 127.0.0.1',
      't=0 0',
      `m=audio ${this.#socket.address().port} RTP/AVP ${PCMU} ${TELEPHONE_EVENT}`,
      `a=rtpmap:${PCMU} PCMU/8000`,
      `a=rtpmap:${TELEPHONE_EVENT} telephone-event/8000`,
      'a=fmtp:101 0-15',
      `a=${direction}`,
      '',
    ].join('\r\n');
  }

  /** Sends to where the other side's description says, if it is to hear us. */
  follow(sdp: string): void {
    const port = Number(/^m=audio (\d+)/m.exec(sdp)?.[1] ?? 0);
    const host = /^c=IN IP4 (\S+)/m.exec(sdp)?.[1] ?? '127.0.0.1';
    this.#remote = port === 0 ? undefined : { host, port };
    this.#speaks = !/^a=(?:sendonly|inactive)/m.test(sdp);
    this.hearing.forgive();
    if (this.#startedAt === 0) this.#startedAt = performance.now();
  }

  /** While we hold we are silent. */
  hold(held: boolean): void {
    this.#speaks = !held;
    this.hearing.forgive();
  }

  press(digits: string): void {
    for (const digit of digits) this.#pressing.push({ digit, left: KEY_FRAMES + END_PACKETS, timestamp: 0 });
  }

  /** Sends what is due; late ticks are caught up, as a telephone's own clock would have it. */
  tick(now: number): void {
    if (this.#startedAt === 0) return;
    const due = Math.floor((now - this.#startedAt) / FRAME_MS);
    for (; this.#sent < due; this.#sent += 1) this.#frame();
  }

  close(): void {
    this.#remote = undefined;
    this.#socket.close();
  }

  #frame(): void {
    const remote = this.#remote;
    if (!remote || !this.#speaks) return;
    const timestamp = this.#sent * FRAME_SAMPLES;
    // A key takes the place of the sound, whose frames are counted on: the far end sees no gap of less than 60 ms.
    const key = this.#pressing[0];
    if (key) {
      if (key.timestamp === 0) key.timestamp = timestamp;
      key.left -= 1;
      const end = key.left < END_PACKETS;
      const duration = Math.min(KEY_FRAMES, KEY_FRAMES + END_PACKETS - key.left) * FRAME_SAMPLES;
      const event = '0123456789*#ABCD'.indexOf(key.digit);
      const payload = Uint8Array.of(event, (end ? 0x80 : 0) | 10, duration >> 8, duration & 0xff);
      this.#send(TELEPHONE_EVENT, key.timestamp, payload, remote);
      if (key.left === 0) {
        this.#pressing.shift();
        this.hearing.forgive();
      }
      return;
    }
    this.#send(PCMU, timestamp, frameOf(this.#source, this.#spoken++), remote);
  }

  /** Frames of sound so far: what a key or a hold leaves out is not missing. */
  #spoken = 0;

  #send(payloadType: number, timestamp: number, payload: Uint8Array, { host, port }: { host: string; port: number }) {
    const sequenceNumber = this.#sequence++ & 0xffff;
    if (this.#loss.loses()) return;
    const packet = { payloadType, marker: false, sequenceNumber, timestamp, ssrc: this.#source, payload };
    this.#socket.send(writeRtp(packet), port, host);
  }
}
