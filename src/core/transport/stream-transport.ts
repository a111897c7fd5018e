/** SIP over connections: what TCP and TLS have in common. RFC 3261 §18, RFC 5626 §3.5.1. */
import { createServer, type Server, type Socket } from 'node:net';
import type { Logger } from '../log/logger.ts';
import type { Clock, Timer } from '../time/clock.ts';
import { plainAddress } from './local-address.ts';
import { FRAMER_LIMITS, type FramerLimits } from './stream-framer.ts';
import { StreamConnection, type ConnectionUser } from './stream-connection.ts';
import {
  AddressInUse,
  formatAddress,
  NotConnected,
  Unreachable,
  type Address,
  type Hop,
  type Transport,
  type TransportEvents,
} from './transport.ts';

/**
 * What connections may cost us. But for `messageMs` none of these is answered: the connection is closed, and requests
 * that wait for it fail. What is wrong with a single message is answered as the table of `Piece` says.
 */
export interface StreamLimits extends FramerLimits {
  /** Connections in all, those that are being opened included; one more is closed at once. */
  readonly connections: number;
  /** The same from one address. */
  readonly connectionsPerSource: number;
  /** Milliseconds until a connection, over TLS with its handshake, has to be open. */
  readonly openMs: number;
  /** Milliseconds in which a peer that connected has to send its first message. */
  readonly silentMs: number;
  /** Milliseconds from the first to the last byte of a message. */
  readonly messageMs: number;
  /** Milliseconds without a message either way and without a ping. */
  readonly idleMs: number;
  /** Bytes that may wait to be sent: a peer that lets more pile up has stopped reading. */
  readonly backlogBytes: number;
}

const LIMITS: StreamLimits = {
  ...FRAMER_LIMITS,
  connections: 4000,
  connectionsPerSource: 2000,
  openMs: 5000,
  silentMs: 30_000,
  messageMs: 10_000,
  idleMs: 900_000,
  backlogBytes: 1024 * 1024,
};

export interface StreamOptions {
  /** `::` takes IPv4 peers as well. */
  readonly host: string;
  /** 0 means any free port. */
  readonly port: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly limits?: Partial<StreamLimits>;
}

/** What differs between TCP and TLS. `ready` is called at most once, with the socket to talk on. */
export interface Wire {
  readonly name: 'TCP' | 'TLS';
  accept(socket: Socket, ready: (socket: Socket) => void): void;
  dial(to: Hop, localAddress: string | undefined, ready: (socket: Socket) => void): Socket;
}

const SWEEP_MS = 1000;
/** How long the last bytes may take to go out when we close. */
const CLOSE_LIMIT_MS = 500;

/**
 * Listens, dials, and keeps the connections. A request to an address goes over the connection that is there already,
 * whoever opened it; a response over the one its request came on, or, when that is gone, over a new one.
 */
export class StreamTransport implements Transport {
  readonly name: 'TCP' | 'TLS';
  readonly reliable = true;
  readonly #wire: Wire;
  readonly #options: StreamOptions;
  readonly #limits: StreamLimits;
  readonly #byFlow = new Map<string, StreamConnection>();
  /** By address and, over TLS, by the name that was proved. */
  readonly #byPeer = new Map<string, StreamConnection>();
  readonly #perSource = new Map<string, number>();
  readonly #user: ConnectionUser;
  #local: Address;
  #server: Server | undefined;
  #events: TransportEvents | undefined;
  #sweeping: Timer | undefined;
  #flows = 0;
  /** Called when the last connection is gone. */
  #drained: () => void = () => {};

  constructor(wire: Wire, options: StreamOptions) {
    this.name = wire.name;
    this.#wire = wire;
    this.#options = options;
    this.#limits = { ...LIMITS, ...options.limits };
    this.#local = { host: options.host, port: options.port };
    this.#user = {
      received: (piece, connection) => {
        const from = connection.arrival;
        if (from === undefined) return;
        if (piece.kind === 'message') return this.#events?.received(piece.bytes, from);
        const close = (): void => connection.finish('what came was no SIP message');
        if (this.#events?.broken === undefined) return close();
        this.#events.broken(piece.kind === 'refusal' ? piece : undefined, from, close);
      },
      failed: (hop, why) => this.#events?.failed(hop, why),
      closed: (connection) => this.#forget(connection),
    };
  }

  get local(): Address {
    return this.#local;
  }

  /** Connections that are open or being opened. */
  get connections(): number {
    return this.#byFlow.size;
  }

  async start(events: TransportEvents): Promise<void> {
    const { host, port } = this.#local;
    const server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
    try {
      await listen(server, this.#local);
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
        ? new AddressInUse(this.name, { host, port })
        : error;
    }
    const address = server.address();
    this.#local = { host, port: typeof address === 'object' && address !== null ? address.port : port };
    this.#server = server;
    this.#events = events;
    // An accept that failed, for want of file descriptors for instance, costs that peer its connection alone.
    server.on('error', (error) => this.#options.log.warn({ why: error.message }, `${this.name} accept failed`));
  }

  send(bytes: Uint8Array, to: Hop): void {
    if (this.#events === undefined) return;
    const known = to.flow === undefined ? this.#byPeer.get(peerKey(to)) : this.#byFlow.get(to.flow);
    if (known !== undefined) return known.send(bytes, to);
    if (to.flow === undefined) return this.#dial(to)?.send(bytes, to);
    if (to.reopen === undefined) return this.#events.failed(to, new Unreachable(to, 'the flow is closed'));
    const again: Hop = { transport: this.name, ...to.reopen };
    (this.#byPeer.get(peerKey(again)) ?? this.#dial(again, to))?.send(bytes, to);
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    this.#events = undefined;
    const limit = this.#options.clock.after(CLOSE_LIMIT_MS, () => {
      for (const connection of this.#byFlow.values()) connection.destroy('we are closing');
    });
    for (const connection of this.#byFlow.values()) connection.finish('we are closing');
    await new Promise((closed) => {
      server.close(closed);
    });
    if (this.#byFlow.size > 0) {
      await new Promise<void>((drained) => {
        this.#drained = drained;
      });
    }
    limit.cancel();
  }

  #accept(socket: Socket): void {
    const host = plainAddress(socket.remoteAddress);
    const remote = { host, port: socket.remotePort ?? 0 };
    if (this.#events === undefined || this.#full(host)) {
      // An error of a socket that nobody watches would end the process.
      socket.on('error', () => {});
      socket.destroy();
      return;
    }
    const connection = this.#keep(socket, remote, { transport: this.name, ...remote });
    this.#wire.accept(socket, (ready) => connection.open(ready));
  }

  /** @param asked the hop that is told when no connection may be opened */
  #dial(to: Hop, asked: Hop = to): StreamConnection | undefined {
    if (this.#full(to.host)) {
      this.#events?.failed(asked, new NotConnected(to, 'there are too many connections'));
      return undefined;
    }
    try {
      const { host } = this.#local;
      const bound = host === '0.0.0.0' || host === '::' || host.includes(':') !== to.host.includes(':');
      const socket = this.#wire.dial(to, bound ? undefined : host, (ready) => connection.open(ready));
      const connection = this.#keep(socket, { host: to.host, port: to.port }, to);
      return connection;
    } catch (error) {
      // A port out of range.
      this.#events?.failed(asked, new NotConnected(to, (error as Error).message));
      return undefined;
    }
  }

  #full(source: string): boolean {
    const { connections, connectionsPerSource } = this.#limits;
    return this.#byFlow.size >= connections || (this.#perSource.get(source) ?? 0) >= connectionsPerSource;
  }

  #keep(socket: Socket, remote: Address, peer: Hop): StreamConnection {
    const { clock } = this.#options;
    const connection = new StreamConnection({
      flow: `${this.name.toLowerCase()}${++this.#flows}`,
      transport: this.name,
      remote,
      socket,
      peerKey: peerKey(peer),
      framer: this.#limits,
      backlogBytes: this.#limits.backlogBytes,
      now: () => clock.now(),
      user: this.#user,
    });
    this.#byFlow.set(connection.flow, connection);
    this.#byPeer.set(connection.peerKey, connection);
    this.#perSource.set(remote.host, (this.#perSource.get(remote.host) ?? 0) + 1);
    this.#sweeping ??= clock.after(SWEEP_MS, this.#sweep);
    return connection;
  }

  #forget(connection: StreamConnection): void {
    this.#byFlow.delete(connection.flow);
    if (this.#byPeer.get(connection.peerKey) === connection) this.#byPeer.delete(connection.peerKey);
    const { host } = connection.remote;
    const left = (this.#perSource.get(host) ?? 1) - 1;
    if (left > 0) this.#perSource.set(host, left);
    else this.#perSource.delete(host);
    if (this.#byFlow.size === 0) {
      this.#sweeping?.cancel();
      this.#sweeping = undefined;
      this.#drained();
    }
    this.#events?.closed(connection.flow);
  }

  /** Looks at every connection once a second: cheaper than timers that each message would move. */
  readonly #sweep = (): void => {
    this.#sweeping = this.#options.clock.after(SWEEP_MS, this.#sweep);
    for (const connection of this.#byFlow.values()) {
      const why = connection.overdue(this.#limits);
      if (why === undefined) continue;
      this.#options.log.info({ remote: formatAddress(connection.remote), why }, `${this.name} connection closed`);
      connection.expire(why);
    }
  };
}

function peerKey({ host, port, serverName }: Hop): string {
  return `${host} ${port} ${serverName ?? ''}`;
}

function listen(server: Server, { host, port }: Address): Promise<void> {
  return new Promise((listening, failed) => {
    server.once('error', failed);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', failed);
      listening();
    });
  });
}
