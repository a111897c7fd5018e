import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import type { Logger } from '../log/logger.ts';
import type { Clock, Timer } from '../time/clock.ts';
import { handshakeCheck, refuseUpgrade, type HandshakeRules, type UpgradeSource } from './handshake.ts';
import { plainAddress } from './local-address.ts';
import {
  Unreachable,
  type Address,
  type Arrival,
  type Hop,
  type Transport,
  type TransportEvents,
} from './transport.ts';

/** Where SIP over WebSocket is served. RFC 7118. */
export const sipPath = '/sip';

export interface WebSocketOptions extends HandshakeRules {
  /** Listens already, or will; it is its owner who closes it. */
  readonly server: UpgradeSource;
  /** Only upgrades of this path are ours. */
  readonly path?: string;
  readonly clock: Clock;
  readonly log: Logger;
}

const MAX_MESSAGE_BYTES = 64 * 1024;
/** A peer that lets this much pile up has stopped reading. */
const MAX_BACKLOG_BYTES = 1024 * 1024;
const GOING_AWAY = 1001;
/** Milliseconds between two pings; a peer that leaves one unanswered that long is cut off: one that vanished within twice this (W5). Browsers answer pings also while they rest. */
const PING_MS = 10_000;
/** How long a peer may take to agree to the end when we close. */
const CLOSE_LIMIT_MS = 500;

interface Peer {
  readonly socket: WebSocket;
  readonly arrival: Arrival;
  answered: boolean;
}

/** SIP over WebSocket, server side, on the path of an HTTP server. RFC 7118. */
export class WebSocketTransport implements Transport {
  readonly name = 'WS';
  readonly reliable = true;
  readonly #options: WebSocketOptions;
  readonly #path: string;
  readonly #check: ReturnType<typeof handshakeCheck>;
  readonly #handshake: WebSocketServer;
  readonly #peers = new Map<string, Peer>();
  #events: TransportEvents | undefined;
  #pings: Timer | undefined;
  #flows = 0;

  constructor(options: WebSocketOptions) {
    this.#options = options;
    this.#path = options.path ?? sipPath;
    this.#check = handshakeCheck(options);
    this.#handshake = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
      handleProtocols: () => 'sip',
    });
  }

  get local(): Address {
    const address = this.#options.server.address();
    return typeof address === 'object' && address !== null
      ? { host: address.address, port: address.port }
      : { host: 'localhost', port: 0 };
  }

  async start(events: TransportEvents): Promise<void> {
    this.#events = events;
    this.#options.server.on('upgrade', this.#onUpgrade);
  }

  send(bytes: Uint8Array, to: Hop): void {
    const peer = to.flow === undefined ? undefined : this.#peers.get(to.flow);
    if (peer === undefined) {
      this.#events?.failed(to, new Unreachable(to, 'the flow is closed'));
      return;
    }
    if (peer.socket.bufferedAmount > MAX_BACKLOG_BYTES) {
      peer.socket.terminate();
      this.#events?.failed(to, new Unreachable(to, 'the peer has stopped reading'));
      return;
    }
    // Browsers read text more easily, but close the connection when it is not UTF-8.
    peer.socket.send(bytes, { binary: !isUtf8(bytes) }, (error) => {
      if (error != null) this.#events?.failed(to, error);
    });
  }

  async close(): Promise<void> {
    this.#events = undefined;
    this.#options.server.off('upgrade', this.#onUpgrade);
    this.#pings?.cancel();
    this.#pings = undefined;
    const sockets = [...this.#peers.values()].map(({ socket }) => socket);
    this.#peers.clear();
    const limit = this.#options.clock.after(CLOSE_LIMIT_MS, () => sockets.forEach((socket) => socket.terminate()));
    await Promise.all(sockets.map(closeGently));
    limit.cancel();
  }

  readonly #onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // As it was sent: another handler on this server looks at the same path, and must come to the same end.
    const [path, query = ''] = (request.url ?? '').split('?', 2);
    if (path !== this.#path) return;
    const refusal = this.#refusal(request, new URLSearchParams(query));
    if (refusal !== undefined) {
      this.#options.log.info({ status: refusal, origin: request.headers.origin }, 'WebSocket handshake refused');
      refuseUpgrade(socket, refusal);
      return;
    }
    this.#handshake.handleUpgrade(request, socket, head, (peer) => this.#welcome(peer, request));
  };

  /** The HTTP status that refuses this handshake, or undefined to accept it. */
  #refusal(request: IncomingMessage, query: URLSearchParams): number | undefined {
    const refusal = this.#check(request, query);
    if (refusal !== undefined) return refusal;
    const offered = request.headers['sec-websocket-protocol']?.split(',') ?? [];
    return offered.some((protocol) => protocol.trim() === 'sip') ? undefined : 400;
  }

  #welcome(socket: WebSocket, { socket: tcp }: IncomingMessage): void {
    if (this.#events === undefined) {
      socket.terminate();
      return;
    }
    const flow = `ws${++this.#flows}`;
    const arrival: Arrival = {
      transport: 'WS',
      remote: { host: plainAddress(tcp.remoteAddress), port: tcp.remotePort ?? 0 },
      local: { host: plainAddress(tcp.localAddress), port: tcp.localPort ?? 0 },
      flow,
    };
    const peer: Peer = { socket, arrival, answered: true };
    this.#peers.set(flow, peer);
    this.#pings ??= this.#options.clock.after(PING_MS, this.#pingAll);
    socket.on('message', (data) => this.#onMessage(peer, data));
    socket.on('pong', () => {
      peer.answered = true;
    });
    // What follows an error is always 'close'.
    socket.on('error', (error) => this.#options.log.info({ flow, why: error.message }, 'WebSocket error'));
    socket.on('close', () => this.#forget(flow));
  }

  #onMessage(peer: Peer, data: RawData): void {
    const bytes = data as Buffer;
    // RFC 5626 §3.5.1: a double CRLF asks for a single one.
    if (bytes.length === 4 && bytes.equals(PING)) peer.socket.send(PONG, { binary: false });
    else this.#events?.received(bytes, peer.arrival);
  }

  #forget(flow: string): void {
    if (!this.#peers.delete(flow)) return;
    if (this.#peers.size === 0) {
      this.#pings?.cancel();
      this.#pings = undefined;
    }
    this.#events?.closed(flow);
  }

  readonly #pingAll = (): void => {
    this.#pings = this.#options.clock.after(PING_MS, this.#pingAll);
    for (const peer of this.#peers.values()) {
      if (!peer.answered) {
        peer.socket.terminate();
        continue;
      }
      peer.answered = false;
      peer.socket.ping();
    }
  };
}

const PING = Buffer.from('\r\n\r\n');
const PONG = Buffer.from('\r\n');

/** What was sent before still goes out. */
function closeGently(socket: WebSocket): Promise<void> {
  return new Promise((closed) => {
    socket.once('close', () => closed());
    socket.close(GOING_AWAY);
  });
}
