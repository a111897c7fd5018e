/**
 * The WebSockets over which browsers without WebRTC send and get their sound: `/audio/{id}?token=…` on the console's server
 * (M19). The same token and origins as for SIP; the id comes from the SDP of the call, and ends with it.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Logger } from '../log/logger.ts';
import { handshakeCheck, refuseUpgrade, type HandshakeRules, type UpgradeSource } from './handshake.ts';

export const audioPath = '/audio/';

/** RFC 6455 §7.4.1. */
const CLOSE = { over: 1000, goingAway: 1001, malformed: 1007, replaced: 4001 } as const;
/** Three frames of sound. */
const MAX_MESSAGE_BYTES = 2048;
/** Ten frames: beyond 200 ms of sound nobody is served by what waits. *Chosen here.* */
const MAX_WAITING_BYTES = 6440;

/** What a session is told of its socket. */
export interface AudioReceiver {
  opened(): void;
  /** @returns whether it made sense; if not, the socket is closed */
  received(data: Buffer, isText: boolean): boolean;
  closed(): void;
}

/** One session's place. */
export interface AudioPlace {
  readonly id: string;
  readonly open: boolean;
  /** Frames that were not sent because the browser does not read. */
  readonly dropped: number;
  /** @returns false when it was dropped: nobody listens, or too much waits already */
  send(frame: Buffer): boolean;
  close(): void;
}

/** What sessions need of it. */
export interface AudioPlaces {
  open(receiver: AudioReceiver): AudioPlace;
}

interface Seat {
  readonly receiver: AudioReceiver;
  socket: WebSocket | undefined;
}

export interface AudioSocketsOptions extends HandshakeRules {
  /** Listens already, or will; it is its owner who closes it. */
  readonly server: UpgradeSource;
  readonly log: Logger;
}

export class AudioSockets implements AudioPlaces {
  readonly #options: AudioSocketsOptions;
  readonly #check: ReturnType<typeof handshakeCheck>;
  readonly #handshake = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
  });
  readonly #seats = new Map<string, Seat>();

  constructor(options: AudioSocketsOptions) {
    this.#options = options;
    this.#check = handshakeCheck(options);
    options.server.on('upgrade', this.#onUpgrade);
  }

  open(receiver: AudioReceiver): AudioPlace {
    const id = randomBytes(16).toString('hex');
    const seat: Seat = { receiver, socket: undefined };
    this.#seats.set(id, seat);
    let dropped = 0;
    return {
      id,
      get open() {
        return seat.socket !== undefined;
      },
      get dropped() {
        return dropped;
      },
      send: (frame) => {
        const { socket } = seat;
        if (!socket || socket.bufferedAmount > MAX_WAITING_BYTES) {
          if (socket) dropped += 1;
          return false;
        }
        socket.send(frame);
        return true;
      },
      close: () => {
        this.#seats.delete(id);
        const { socket } = seat;
        seat.socket = undefined;
        socket?.close(CLOSE.over);
      },
    };
  }

  close(): void {
    this.#options.server.off('upgrade', this.#onUpgrade);
    for (const { socket } of this.#seats.values()) socket?.close(CLOSE.goingAway);
    this.#seats.clear();
  }

  readonly #onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const [path = '', query = ''] = (request.url ?? '').split('?', 2);
    if (!path.startsWith(audioPath)) return;
    const id = path.slice(audioPath.length);
    const refusal = this.#check(request, new URLSearchParams(query)) ?? (this.#seats.has(id) ? undefined : 404);
    if (refusal !== undefined) {
      this.#options.log.info({ status: refusal, origin: request.headers.origin }, 'audio WebSocket refused');
      refuseUpgrade(socket, refusal);
      return;
    }
    this.#handshake.handleUpgrade(request, socket, head, (peer) => this.#seat(id, peer));
  };

  #seat(id: string, socket: WebSocket): void {
    const seat = this.#seats.get(id);
    if (!seat) return socket.close(CLOSE.over);
    // The page has opened another one: it may not know yet that this one is dead.
    const before = seat.socket;
    seat.socket = socket;
    before?.close(CLOSE.replaced);
    socket.on('message', (data, isBinary) => {
      if (seat.socket !== socket) return;
      if (!seat.receiver.received(data as Buffer, !isBinary)) socket.close(CLOSE.malformed, 'not a frame of sound');
    });
    // What follows an error is always 'close'.
    socket.on('error', (error) => this.#options.log.info({ why: error.message }, 'audio WebSocket error'));
    socket.on('close', () => {
      if (seat.socket !== socket) return;
      seat.socket = undefined;
      seat.receiver.closed();
    });
    seat.receiver.opened();
  }
}
