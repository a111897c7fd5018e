/** Who may open a WebSocket to the trunk: the right token and the right origin. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** The WebSocket handshakes of an HTTP server: the server itself, or those of some of its paths. */
export interface UpgradeSource {
  address(): AddressInfo | string | null;
  on(name: 'upgrade', listener: UpgradeListener): unknown;
  off(name: 'upgrade', listener: UpgradeListener): unknown;
}

export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface HandshakeRules {
  /** Expected in the query parameter `token`. */
  readonly token: string;
  /** The values of Origin that are let in, asked at every handshake. */
  readonly origins: () => readonly string[];
}

/** @returns a function that gives the HTTP status which refuses a handshake, or undefined to accept it */
export function handshakeCheck({ token, origins }: HandshakeRules) {
  const expected = sha256(token);
  return ({ headers }: IncomingMessage, query: URLSearchParams): number | undefined => {
    if (!timingSafeEqual(sha256(query.get('token') ?? ''), expected)) return 401;
    return headers.origin === undefined || !origins().includes(headers.origin) ? 403 : undefined;
  };
}

/** Hashing first makes both sides equally long and tells nothing of the length of the secret. */
function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

const REASONS: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
};

export function refuseUpgrade(socket: Duplex, status: number): void {
  socket.on('error', () => {});
  // An HTTP server's sockets stay half open: a peer that holds on would keep this one.
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${REASONS[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
