/** One connection of a stream transport: a socket, what waits for it, and what it has received so far. */
import type { Socket } from 'node:net';
import { plainAddress } from './local-address.ts';
import { StreamFramer, type FramerLimits, type Piece } from './stream-framer.ts';
import { NotConnected, Unreachable, type Address, type Arrival, type Hop } from './transport.ts';

interface Waiting {
  readonly bytes: Uint8Array;
  readonly hop: Hop;
}

/** All in milliseconds; `StreamLimits` says what they mean. */
interface TimeLimits {
  readonly openMs: number;
  readonly silentMs: number;
  readonly messageMs: number;
  readonly idleMs: number;
}

/** What a connection tells its transport. */
export interface ConnectionUser {
  /** A message, a refusal or junk; pings are answered here. */
  received(piece: Exclude<Piece, { kind: 'ping' }>, connection: StreamConnection): void;
  failed(hop: Hop, why: Error): void;
  /** Once, whoever closed it. */
  closed(connection: StreamConnection): void;
}

export interface ConnectionOptions {
  readonly flow: string;
  readonly transport: 'TCP' | 'TLS';
  readonly remote: Address;
  readonly socket: Socket;
  /** What a request has to be sent to for this connection to be used. */
  readonly peerKey: string;
  readonly framer: FramerLimits;
  readonly backlogBytes: number;
  /** Clock time in milliseconds. */
  readonly now: () => number;
  readonly user: ConnectionUser;
}

/** Milliseconds without a byte after which the system asks whether the peer is there. */
const KEEP_ALIVE_MS = 20_000;
const INCOMPLETE = 'a message was not completed';
const PONG = Buffer.from('\r\n');

export class StreamConnection {
  readonly flow: string;
  readonly remote: Address;
  readonly peerKey: string;
  #state: 'opening' | 'open' | 'finishing' | 'closed' = 'opening';
  /** Clock time of the last whole message or ping in, or message out; before any, of its beginning. */
  #usedAt: number;
  /** Clock time at which the message that is still incomplete began. */
  #begunAt: number | undefined;
  #used = false;
  #why = 'the connection was closed';
  #socket: Socket;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #arrival: Arrival | undefined;
  readonly #framer: StreamFramer;
  readonly #options: ConnectionOptions;

  /** @param options `socket` is not ready yet: `open` says when it is, or which one is in its place */
  constructor(options: ConnectionOptions) {
    this.flow = options.flow;
    this.remote = options.remote;
    this.peerKey = options.peerKey;
    this.#usedAt = options.now();
    this.#options = options;
    this.#framer = new StreamFramer(options.framer);
    this.#socket = options.socket;
    this.#watch(options.socket);
  }

  /** The socket can be written to; over TLS it is another one than came in. */
  open(socket: Socket): void {
    if (this.#state !== 'opening') return;
    this.#state = 'open';
    if (socket !== this.#socket) {
      this.#socket = socket;
      this.#watch(socket);
    }
    socket.setNoDelay(true);
    // A peer whose network is gone is noticed in about 30 s: Node asks ten times, once a second, after this. W5.
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    const { transport, now } = this.#options;
    this.#usedAt = now();
    const local = { host: plainAddress(socket.localAddress), port: socket.localPort ?? 0 };
    this.#arrival = { transport, remote: this.remote, local, flow: this.flow };
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { bytes, hop } of waiting) this.#write(bytes, hop);
  }

  /** Where its messages come from; known once it is open. */
  get arrival(): Arrival | undefined {
    return this.#arrival;
  }

  send(bytes: Uint8Array, hop: Hop): void {
    const { backlogBytes, user } = this.#options;
    if (this.#state === 'closed' || this.#state === 'finishing') {
      user.failed(hop, new Unreachable(hop, this.#why));
    } else if (this.#backlog + bytes.length > backlogBytes) {
      user.failed(hop, new Unreachable(hop, 'the peer has stopped reading'));
      this.destroy('the peer has stopped reading');
    } else if (this.#state === 'opening') {
      this.#waiting.push({ bytes, hop });
      this.#waitingBytes += bytes.length;
    } else {
      this.#write(bytes, hop);
    }
  }

  /** Which time limit it has passed, in words, or undefined. */
  overdue(limits: TimeLimits): string | undefined {
    const now = this.#options.now();
    const idle = now - this.#usedAt;
    if (this.#state === 'opening') return idle >= limits.openMs ? 'it took too long to open' : undefined;
    if (this.#state === 'finishing') return idle >= limits.openMs ? this.#why : undefined;
    if (this.#begunAt !== undefined && now - this.#begunAt >= limits.messageMs) return INCOMPLETE;
    if (!this.#used && idle >= limits.silentMs) return 'nothing came';
    return idle >= limits.idleMs ? 'it was idle' : undefined;
  }

  /** Closes it for that reason, after an answer if there is one. */
  expire(why: string): void {
    const piece = why === INCOMPLETE ? this.#framer.giveUp() : undefined;
    if (piece === undefined || piece.kind === 'ping') this.destroy(why);
    else this.#options.user.received(piece, this);
  }

  /** Closes after what was written has gone out; nothing more is read. */
  finish(why: string): void {
    if (this.#state !== 'open') return this.destroy(why);
    this.#state = 'finishing';
    this.#why = why;
    this.#usedAt = this.#options.now();
    this.#socket.removeAllListeners('data');
    this.#socket.resume();
    this.#socket.end();
  }

  destroy(why: string): void {
    if (this.#state === 'closed') return;
    this.#why = why;
    this.#socket.destroy();
    this.#close();
  }

  get #backlog(): number {
    return this.#state === 'opening' ? this.#waitingBytes : this.#socket.writableLength;
  }

  #watch(socket: Socket): void {
    // What follows an error is always 'close'.
    socket.on('error', (error) => {
      this.#why = error.message;
    });
    socket.once('close', () => this.#close());
  }

  #write(bytes: Uint8Array, hop: Hop): void {
    this.#usedAt = this.#options.now();
    this.#used = true;
    this.#socket.write(bytes, (error) => {
      if (error != null) this.#options.user.failed(hop, new Unreachable(hop, error.message));
    });
  }

  #read(chunk: Buffer): void {
    const { user, now } = this.#options;
    let pinged = false;
    for (const piece of this.#framer.push(chunk)) {
      this.#usedAt = now();
      this.#used = true;
      this.#begunAt = undefined;
      if (piece.kind === 'ping') pinged = true;
      else {
        user.received(piece, this);
      }
      if (this.#state !== 'open') return;
    }
    // RFC 5626 §3.5.1. However many came at once, one answer says that we live.
    if (pinged) this.#socket.write(PONG);
    if (this.#framer.midMessage) this.#begunAt ??= now();
  }

  #close(): void {
    if (this.#state === 'closed') return;
    const unsent = this.#waiting;
    this.#state = 'closed';
    this.#waiting = [];
    for (const { hop } of unsent) this.#options.user.failed(hop, new NotConnected(hop, this.#why));
    this.#options.user.closed(this);
  }
}
