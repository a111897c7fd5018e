import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { random } from '../rtp/random.ts';

/** Every pair of the range is taken. A call that asked for media gets 503. */
export class NoFreePort extends Error {
  readonly status = 503;

  constructor(portMin: number, portMax: number) {
    super(`no free RTP port between ${portMin} and ${portMax}`);
    this.name = 'NoFreePort';
  }
}

/** An even port for RTP and the next for RTCP. RFC 3550 §11. */
export interface PortPair {
  readonly port: number;
  readonly rtp: Socket;
  readonly rtcp: Socket;
}

export async function releasePorts({ rtp, rtcp }: PortPair): Promise<void> {
  await Promise.all([rtp, rtcp].map((socket) => new Promise<void>((done) => socket.close(done))));
}

/** Hands out pairs of bound sockets from a range. The sockets themselves hold the ports: closing them gives both back. */
export class PortRange {
  readonly #host: string;
  readonly #portMin: number;
  readonly #portMax: number;
  readonly #pairs: number;
  #next: number;

  constructor(options: { host: string; portMin: number; portMax: number }) {
    this.#host = options.host;
    this.#portMin = options.portMin;
    this.#portMax = options.portMax;
    const firstEven = options.portMin + (options.portMin % 2);
    this.#pairs = Math.max(0, Math.floor((options.portMax - firstEven + 1) / 2));
    // Anywhere: a port used again at once would hear the end of the call before.
    this.#next = random(Math.max(0, this.#pairs - 1));
  }

  /** @throws NoFreePort */
  async take(): Promise<PortPair> {
    const firstEven = this.#portMin + (this.#portMin % 2);
    for (let attempt = 0; attempt < this.#pairs; attempt += 1) {
      const port = firstEven + 2 * this.#next;
      this.#next = (this.#next + 1) % this.#pairs;
      const rtp = await bind(this.#host, port);
      if (!rtp) continue;
      const rtcp = await bind(this.#host, port + 1);
      if (rtcp) return { port, rtp, rtcp };
      rtp.close();
    }
    throw new NoFreePort(this.#portMin, this.#portMax);
  }
}

/** @returns undefined when the port is taken */
function bind(host: string, port: number): Promise<Socket | undefined> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  return new Promise((resolve, reject) => {
    socket.once('error', (why: NodeJS.ErrnoException) => {
      socket.close();
      if (why.code === 'EADDRINUSE' || why.code === 'EACCES') resolve(undefined);
      else reject(why);
    });
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}
