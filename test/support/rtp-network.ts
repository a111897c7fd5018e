/** Real RTP sessions that reach each other without sockets, in virtual time. */
import type { Socket } from 'node:dgram';
import { silent } from '../../src/core/log/logger.ts';
import { PortPair, PortRange } from '../../src/core/media/ports.ts';
import { RtpSession } from '../../src/core/media/rtp-session.ts';
import type { MediaFactory } from '../../src/core/media/session.ts';
import type { Clock } from '../../src/core/time/clock.ts';
import { MemorySocket } from './memory-ports.ts';

/** Milliseconds that a packet is under way. */
const DELAY_MS = 1;

export class RtpNetwork {
  readonly #clock: Clock;
  readonly #sockets = new Map<string, MemorySocket>();
  #port = 20_000;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Media of somebody at this address. */
  at(address: string): MediaFactory {
    return {
      rtp: async (host = address, peerHosts) => {
        const port = (this.#port += 2);
        const [rtp, rtcp] = [this.#socket(host, port), this.#socket(host, port + 1)];
        const range = new PortRange({ clock: this.#clock, host, portMin: 2, portMax: 1 });
        const ports = new PortPair(port, rtp as unknown as Socket, rtcp as unknown as Socket);
        return new RtpSession({ clock: this.#clock, log: silent, host, ports, range, peerHosts });
      },
      webrtc: () => Promise.reject(new Error('there are no browsers here')),
      close: async () => {},
    };
  }

  #socket(host: string, port: number): MemorySocket {
    const socket = new MemorySocket();
    this.#sockets.set(`${host}:${port}`, socket);
    socket.sent = (packet, toPort, toHost) => {
      const from = { address: host, port, family: 'IPv4', size: packet.length };
      const bytes = Uint8Array.from(packet);
      this.#clock.after(DELAY_MS, () => this.#sockets.get(`${toHost}:${toPort}`)?.emit('message', bytes, from));
    };
    return socket;
  }
}
