import { createSocket, type Socket } from 'node:dgram';
import { decodeG711, transcodeG711, type G711Name } from '../../src/core/codec/g711.ts';
import { parseRtp, writeRtp, type RtpPacket } from '../../src/core/rtp/packet.ts';
import { play } from '../../src/core/media/player.ts';
import type { Sound } from '../../src/core/media/sound.ts';
import type { Frame } from '../../src/core/rtp/frame.ts';
import { RealClock } from '../../src/core/time/real-clock.ts';

/** Somebody else's telephone: a bare UDP socket that knows RTP and nothing of our sessions. */
export class RtpPeer {
  readonly packets: RtpPacket[] = [];
  readonly #socket: Socket;
  readonly #playing: { stop(): void }[] = [];
  #waiting: (() => void)[] = [];

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (datagram) => {
      const packet = parseRtp(datagram);
      if (packet.ok) this.packets.push(packet.value);
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  static async open(host = '127.0.0.1'): Promise<RtpPeer> {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    await new Promise<void>((done) => socket.bind(0, host, done));
    return new RtpPeer(socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** @param formats as in the m= line, e.g. `0 101` */
  sdp(formats = '0 8 101', lines: readonly string[] = []): string {
    const session = ['v=0', 'o=peer 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0'];
    const events = formats.includes('101') ? ['a=rtpmap:101 telephone-event/8000'] : [];
    return [...session, `m=audio ${this.port} RTP/AVP ${formats}`, ...events, ...lines, ''].join('\r\n');
  }

  send(datagram: Uint8Array, port: number, host = '127.0.0.1'): void {
    this.#socket.send(datagram, port, host);
  }

  /** Plays until the peer is closed or the returned handle is stopped. */
  say(sound: Sound, port: number, payloadType = sound.codec === 'PCMU' ? 0 : 8): { stop(): void } {
    const write = (frame: Frame): void => {
      if (frame.kind === 'audio') this.send(writeRtp({ ...frame, payloadType }), port);
    };
    const playing = play(sound, { write }, { clock: new RealClock(), loop: true });
    this.#playing.push(playing);
    return playing;
  }

  /** Waits for `count` further packets and gives them. */
  async next(count: number): Promise<RtpPacket[]> {
    const from = this.packets.length;
    while (this.packets.length < from + count) await new Promise<void>((wake) => this.#waiting.push(wake));
    return this.packets.slice(from);
  }

  async close(): Promise<void> {
    for (const playing of this.#playing) playing.stop();
    await new Promise<void>((done) => this.#socket.close(done));
  }
}

/** The sound in some packets, one after the other. */
export function samplesOf(packets: readonly RtpPacket[], codec: G711Name): number[] {
  return packets.flatMap((packet) => [...decodeG711(packet.payload, codec)]);
}

export function inALaw(sound: Sound): Sound {
  return { ...sound, codec: 'PCMA', frame: (index) => transcodeG711(sound.frame(index), sound.codec, 'PCMA') };
}

/** The port of the first m= line. */
export function portOf(sdp: string): number {
  return Number(/^m=audio (\d+)/m.exec(sdp)?.[1]);
}
