/** The contract's events over a WebSocket. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { UpgradeSource } from '../../core/transport/index.ts';
import { closeCodes, Hello, type Subscribed } from '../../contract/wire.ts';
import type { Clock, Timer } from '../../core/time/clock.ts';
import type { Feed } from './feed.ts';
import type { Guard } from './guard.ts';
import type { Problem } from './problem.ts';
import { refuseUpgrade } from './upgrades.ts';

/** How long a client may take to say who it is. */
const helloTimeoutMs = 5_000;
/** A client must answer a ping before the next one. */
const pingEveryMs = 15_000;
/** Bytes waiting for one client beyond which it is dropped; it can come back and take a snapshot. */
const backlogLimit = 4 * 1024 * 1024;

const subscribed: Subscribed = { type: 'subscribed' };

export interface EventSockets {
  close(): void;
}

export function serveEventSockets(options: {
  upgrades: UpgradeSource;
  guard: Guard;
  feed: Feed;
  clock: Clock;
}): EventSockets {
  const { upgrades, guard, feed, clock } = options;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 4096, perMessageDeflate: false });

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    try {
      guard.checkHost(request);
      guard.checkOrigin(request);
    } catch (error) {
      const { status, message } = error as Problem;
      refuseUpgrade(socket, status, message);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => serve(client, guard, feed, clock));
  }

  upgrades.on('upgrade', upgrade);
  return {
    close() {
      upgrades.off('upgrade', upgrade);
      for (const client of sockets.clients) client.terminate();
      sockets.close();
    },
  };
}

function serve(client: WebSocket, guard: Guard, feed: Feed, clock: Clock): void {
  let unsubscribe: (() => void) | undefined;
  let alive = true;
  let timer: Timer = clock.after(helloTimeoutMs, () => client.close(closeCodes.unauthorized, 'no token in time'));

  function heartbeat(): void {
    if (!alive) {
      client.terminate();
      return;
    }
    alive = false;
    client.ping();
    timer = clock.after(pingEveryMs, heartbeat);
  }

  client.on('pong', () => {
    alive = true;
  });
  client.once('message', (data, isBinary) => {
    timer.cancel();
    const token = isBinary || !Buffer.isBuffer(data) ? undefined : tokenOf(data.toString());
    if (token === undefined || !guard.isToken(token)) {
      client.close(closeCodes.unauthorized, 'wrong token');
      return;
    }
    unsubscribe = feed.subscribe(({ text }) => {
      if (client.bufferedAmount > backlogLimit) {
        unsubscribe?.();
        // A closing handshake would wait behind all that the client does not read.
        client.terminate();
      } else client.send(text);
    });
    client.send(JSON.stringify(subscribed));
    heartbeat();
  });
  // `close` follows; whoever went away is no matter for the log.
  client.on('error', () => {});
  client.on('close', () => {
    timer.cancel();
    unsubscribe?.();
  });
}

function tokenOf(text: string): string | undefined {
  try {
    return Hello.safeParse(JSON.parse(text)).data?.token;
  } catch {
    return undefined;
  }
}
