/** Who answers which WebSocket handshake of the one HTTP server. */
import { EventEmitter } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { UpgradeSource } from '../../core/transport/index.ts';

/**
 * Answers every handshake: a path that nobody serves yet is 503 while the trunk starts, and 404 afterwards. One that was left
 * unanswered would wait for ever, and a browser opens no second WebSocket to the same address meanwhile (RFC 6455 §4.1): the
 * console's line could not come back.
 * @returns gives the handshakes of a path to its one owner; a path that ends in a slash is a folder
 */
export function divideUpgrades(server: Server, starting: () => boolean): (path: string) => UpgradeSource {
  const owners = new Map<string, EventEmitter>();
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const path = (request.url ?? '').split('?', 1)[0]!;
    const owner = owners.get(path) ?? owners.get(path.slice(0, path.lastIndexOf('/') + 1));
    if (owner?.emit('upgrade', request, socket, head)) return;
    if (starting()) refuseUpgrade(socket, 503, 'The trunk is starting.');
    else refuseUpgrade(socket, 404, 'There is no WebSocket here.');
  });
  return (path) => {
    const owner = new EventEmitter();
    owners.set(path, owner);
    return {
      address: () => server.address(),
      on: (name, listener) => owner.on(name, listener),
      off: (name, listener) => owner.off(name, listener),
    };
  };
}

/** Answers a handshake with a failure, and closes. */
export function refuseUpgrade(socket: Duplex, status: number, message: string): void {
  socket.on('error', () => {});
  // An HTTP server's sockets stay half open: a peer that holds on would keep this one.
  socket.once('finish', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-type: text/plain\r\n` +
      `content-length: ${Buffer.byteLength(message)}\r\n\r\n${message}`,
  );
}
