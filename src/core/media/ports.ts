import type { RemoteInfo, Socket } from 'node:dgram';
import { random } from '../rtp/random.ts';
import type { Clock } from '../time/clock.ts';
import { plainAddress, udpSocket } from '../transport/index.ts';

/** Milliseconds that a pair rests before another call gets it: what is still on its way to the call before is lost meanwhile. */
const REST_MS = 500;
/** Pairs kept for later calls; more are closed. */
const MOST_COOLING_DOWN = 1024;

/** Every pair of the range is taken. A call that asked for media gets 503. */
export class NoFreePort extends Error {
  readonly status = 503;

  constructor(portMin: number, portMax: number) {
    super(`no free RTP port between ${portMin} and ${portMax}`);
    this.name = 'NoFreePort';
  }
}

/** The system gives no socket: too many files are open, or the address is gone. A call that asked for media gets 503. */
export class NoSocket extends Error {
  readonly status = 503;

  constructor(port: number, cause: NodeJS.ErrnoException) {
    super(`no socket for RTP port ${port} (${cause.code ?? cause.message})`, { cause });
    this.name = 'NoSocket';
  }
}

/** Whoever has a pair of ports. */
export interface PortUser {
  received(datagram: Uint8Array, source: RemoteInfo): void;
  /** On the port for RTCP. */
  control?(datagram: Uint8Array, source: RemoteInfo): void;
  /** An error is about one packet that was sent; the sockets live on. */
  failed(why: Error): void;
}

/**
 * An even port for RTP and the next for RTCP. RFC 3550 §11.
 *
 * The sockets' listeners stay the same from call to call. Were each call to add and remove its own, the emitter's
 * discarded table of listeners would keep the call alive until the next full collection of garbage.
 */
export class PortPair {
  readonly port: number;
  readonly #rtp: Socket;
  readonly #rtcp: Socket;
  #user: PortUser | undefined;

  constructor(port: number, rtp: Socket, rtcp: Socket) {
    this.port = port;
    this.#rtp = rtp;
    this.#rtcp = rtcp;
    rtp.on('message', (datagram, source) => {
      source.address = plainAddress(source.address);
      this.#user?.received(datagram, source);
    });
    rtcp.on('message', (datagram, source) => {
      source.address = plainAddress(source.address);
      this.#user?.control?.(datagram, source);
    });
    for (const socket of [rtp, rtcp]) socket.on('error', (why) => this.#user?.failed(why));
  }

  /** Hands what arrives to `user`; to nobody when it is undefined. */
  serve(user: PortUser | undefined): void {
    this.#user = user;
  }

  send(packet: Uint8Array, port: number, host: string): void {
    this.#rtp.send(packet, port, host, (why) => {
      if (why) this.#user?.failed(why);
    });
  }

  /** From the port for RTCP. */
  sendControl(packet: Uint8Array, port: number, host: string): void {
    this.#rtcp.send(packet, port, host, (why) => {
      if (why) this.#user?.failed(why);
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.#rtp, this.#rtcp].map((socket) => new Promise<void>((done) => socket.close(done))));
  }
}

/**
 * Hands out pairs of bound sockets from a range. The sockets themselves hold the ports. Pairs that come back are kept
 * for later calls, since making and binding two sockets costs more than all the signalling of a leg.
 */
export class PortRange {
  readonly #clock: Clock;
  readonly #host: string;
  readonly #portMin: number;
  readonly #portMax: number;
  readonly #pairs: number;
  #next: number;
  /** Oldest first. */
  #coolingDown: { readonly pair: PortPair; readonly since: number }[] = [];
  #closed = false;

  constructor(options: { clock: Clock; host: string; portMin: number; portMax: number }) {
    this.#clock = options.clock;
    this.#host = options.host;
    this.#portMin = options.portMin;
    this.#portMax = options.portMax;
    const firstEven = options.portMin + (options.portMin % 2);
    this.#pairs = Math.max(0, Math.floor((options.portMax - firstEven + 1) / 2));
    // Anywhere: a port used again at once would hear the end of the call before.
    this.#next = random(Math.max(0, this.#pairs - 1));
  }

  /** @throws NoFreePort, NoSocket */
  async take(): Promise<PortPair> {
    const [oldest] = this.#coolingDown;
    if (oldest && this.#clock.now() - oldest.since >= REST_MS) return this.#wake() ?? this.#open();
    try {
      return await this.#open();
    } catch (error) {
      const tired = this.#wake();
      if (!tired) throw error;
      return tired;
    }
  }

  /** Takes a pair back. What comes for its user from now on is lost. */
  async give(pair: PortPair): Promise<void> {
    pair.serve(undefined);
    if (this.#closed || this.#coolingDown.length >= MOST_COOLING_DOWN) await pair.close();
    else this.#coolingDown.push({ pair, since: this.#clock.now() });
  }

  /** Closes what rests here; what is given back later is closed as well. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#coolingDown.splice(0).map(({ pair }) => pair.close()));
  }

  #wake(): PortPair | undefined {
    return this.#coolingDown.shift()?.pair;
  }

  async #open(): Promise<PortPair> {
    const firstEven = this.#portMin + (this.#portMin % 2);
    for (let attempt = 0; attempt < this.#pairs; attempt += 1) {
      const port = firstEven + 2 * this.#next;
      this.#next = (this.#next + 1) % this.#pairs;
      const rtp = await bind(this.#host, port);
      if (!rtp) continue;
      const rtcp = await bind(this.#host, port + 1).catch((why: unknown) => {
        rtp.close();
        throw why;
      });
      if (rtcp) return new PortPair(port, rtp, rtcp);
      rtp.close();
    }
    throw new NoFreePort(this.#portMin, this.#portMax);
  }
}

/** @returns undefined when the port is taken @throws NoSocket */
function bind(host: string, port: number): Promise<Socket | undefined> {
  const socket = udpSocket(host);
  return new Promise((resolve, reject) => {
    const failed = (why: NodeJS.ErrnoException): void => {
      socket.close();
      if (why.code === 'EADDRINUSE' || why.code === 'EACCES') resolve(undefined);
      else reject(new NoSocket(port, why));
    };
    socket.once('error', failed);
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}
