/** TCP and WebSocket connections on real sockets: junk bytes and frames, in pieces; others are served as ever. */
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { WebSocket } from 'ws';
import { RealClock } from '../../../src/core/time/real-clock.ts';
import { TcpTransport, WebSocketTransport } from '../../../src/core/transport/index.ts';
import { loud } from '../../support/loud-logger.ts';
import { goodOptions, startAnswering } from '../answering.ts';
import type { Dice } from '../dice.ts';
import { frames } from '../frames.ts';
import { mutate } from '../mutate.ts';
import type { Case, Part, Piece } from '../part.ts';
import { everyMessage } from '../seeds.ts';
import { within } from '../within.ts';

const HOST = '127.0.0.1';
const TOKEN = 'token';
const ORIGIN = 'http://127.0.0.1';
/** `plan` of a case. */
const OVER_TCP = 0;
const OVER_WS = 1;

function generate(dice: Dice): Case {
  const plan = dice.chance(0.5) ? OVER_TCP : OVER_WS;
  const pieces = Array.from({ length: 1 + dice.below(4) }, (): Piece[] => {
    if (plan === OVER_WS) return frames(dice).map((bytes) => ({ at: 0, bytes }));
    const seed = dice.pick(everyMessage);
    const bytes = dice.chance(0.3) ? seed : mutate(seed, dice, dice.pick(everyMessage));
    const cut = dice.below(bytes.length);
    return [
      { at: 0, bytes: bytes.subarray(0, cut) },
      { at: dice.below(2), bytes: bytes.subarray(cut) },
    ];
  });
  return { plan, pieces: pieces.flat() };
}

/** An HTTP upgrade by hand, because a WebSocket library would not send what is wrong. */
async function upgrade(socket: Socket): Promise<void> {
  socket.write(
    `GET /sip?token=${TOKEN} HTTP/1.1\r\nHost: ${HOST}\r\nOrigin: ${ORIGIN}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: sip\r\n\r\n',
  );
  await new Promise((resolve) => socket.once('data', resolve));
}

export const connections: Part = {
  name: 'connections',
  inSuite: 200,
  async open() {
    const clock = new RealClock();
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, HOST, done));
    const { port: httpPort } = server.address() as AddressInfo;
    const tcp = new TcpTransport({ host: HOST, port: 0, clock, log: loud });
    const ws = new WebSocketTransport({ server, token: TOKEN, origins: () => [ORIGIN], clock, log: loud });
    const stop = await startAnswering([tcp, ws], clock);

    const goodTcp = connect(tcp.local.port, HOST);
    const goodWs = new WebSocket(`ws://${HOST}:${httpPort}/sip?token=${TOKEN}`, ['sip'], { origin: ORIGIN });
    await new Promise((resolve) => goodWs.once('open', resolve));
    let asked = 0;
    const serves = async (): Promise<void> => {
      const id = (asked += 1);
      const overTcp = new Promise((resolve) => goodTcp.once('data', resolve));
      const overWs = new Promise((resolve) => goodWs.once('message', resolve));
      goodTcp.write(goodOptions(id));
      goodWs.send(goodOptions(id + 1_000_000));
      await within('a good TCP connection', overTcp);
      await within('a good WebSocket', overWs);
    };
    return {
      generate,
      async check({ plan, pieces }) {
        const socket = connect(plan === OVER_TCP ? tcp.local.port : httpPort, HOST);
        socket.on('error', () => {});
        try {
          await within('the connection', new Promise((resolve) => socket.once('connect', resolve)));
          if (plan === OVER_WS) await within('the upgrade', upgrade(socket));
          socket.resume();
          for (const { at, bytes } of pieces) {
            if (socket.destroyed) break;
            socket.write(bytes);
            if (at === 1) await new Promise((resolve) => setImmediate(resolve));
          }
          await serves();
        } finally {
          socket.destroy();
        }
      },
      async close() {
        goodTcp.destroy();
        goodWs.terminate();
        await stop();
        server.closeAllConnections();
        await new Promise((closed) => server.close(closed));
      },
    };
  },
};
