/**
 * TLS connections on real sockets: junk before, in and after the handshake, and inside of it; handshakes again; peers
 * that fall silent or close one half. Others are served as ever, and what nobody uses is closed in time.
 */
import { connect as connectPlain, createServer, type AddressInfo, type Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { ownIdentity, TlsTransport } from '../../../src/core/transport/index.ts';
import { loud } from '../../support/loud-logger.ts';
import { settle, VirtualClock } from '../../support/virtual-clock.ts';
import { goodOptions, startAnswering } from '../answering.ts';
import type { Dice } from '../dice.ts';
import { mutate, mutateBinary } from '../mutate.ts';
import { expectThat, type Case, type Part, type Piece } from '../part.ts';
import { everyMessage } from '../seeds.ts';
import { watched } from '../watched.ts';
import { within } from '../within.ts';

const HOST = '127.0.0.1';

/** Where the pieces of a case go: `plan`, in its last two bits. */
const INSTEAD_OF_THE_HANDSHAKE = 0;
const BESIDE_THE_HANDSHAKE = 1;
const UNDER_THE_CONNECTION = 2;
/** The bits before: the peer closes its half at the end; it shakes hands again after each piece; it never goes away. */
const CLOSES_ITS_HALF = 4;
const SHAKES_AGAIN = 8;
const HOLDS_ON = 16;

/** `at` of a piece, in bits. */
const THEN_WAITS = 1;

/** Two of these make any connection idle, one makes none. */
const A_WHILE_MS = 500_000;

const records = [
  // ClientHello of TLS 1.2 and of 1.3.
  '160301009f0100009b0303a673fd85bc8dbbe6ba8815e5656679d48d6755ab15cc430f00ea6a6f21b030a8000004c02bc02f0100006eff01000' +
    '10000000013001100000e7061746368636f72642e74657374000b000403000102000a000c000a001d0017001e00180019002300000016000000' +
    '170000000d002a0028040305030603080708080809080a080b080408050806040105010601030303010302040205020602',
  '16030100c3010000bf0303ab57cd2f88be26f015bed856180ac7c8b17563f856332e3d17788924c2dfa01b20fb4e7f9d39bca2ddc7a0e8bb653' +
    '6156e554a7d936d1e7401ba98159b992a58d8000213010100007400000013001100000e7061746368636f72642e74657374000b000403000102' +
    '000a00040002001d002300000016000000170000000d0006000404030804002b0003020304002d00020101003300260024001d00205b8ced48b' +
    '881ace7d2e280d3aea21824d4c186855f3cb619f7702924b0461348',
  // ChangeCipherSpec, alerts, application data, a heartbeat that asks for more than it has, HelloRequest, SSL 2.0.
  '140303000101',
  '15030300020100',
  '15030300020228',
  `1703030020${'ab'.repeat(32)}`,
  '1803020003014000',
  '160303000400000000',
  '802e0100020015000000100700c0030080010080060040040080020080000009000064000062000003000006111111111111111111111111111111',
].map((hex) => Buffer.from(hex, 'hex'));

function generate(dice: Dice): Case {
  const where = dice.pick([INSTEAD_OF_THE_HANDSHAKE, BESIDE_THE_HANDSHAKE, UNDER_THE_CONNECTION, 3]);
  const flags = [CLOSES_ITS_HALF, SHAKES_AGAIN, HOLDS_ON].filter(() => dice.chance(0.3));
  const pieces = Array.from({ length: 1 + dice.below(4) }, (): Piece[] => {
    const isRecord = where === 3 ? dice.chance(0.1) : dice.chance(0.8);
    const seed = dice.pick(isRecord ? records : everyMessage);
    const spoil = isRecord ? mutateBinary : mutate;
    const bytes = dice.chance(0.3) ? seed : spoil(seed, dice);
    const cut = dice.below(bytes.length);
    return [bytes.subarray(0, cut), bytes.subarray(cut)].map((part) => ({ at: dice.below(2), bytes: part }));
  });
  return { plan: flags.reduce((sum, flag) => sum + flag, where), pieces: pieces.flat() };
}

/** A TLS client that talks through `raw`, into which one can write beside it. */
async function shakeHands(raw: Socket): Promise<TLSSocket> {
  const between = createServer({ allowHalfOpen: true }, (inner) => {
    between.close();
    inner.on('error', () => {});
    raw.pipe(inner).pipe(raw);
    raw.once('close', () => inner.destroy());
  });
  await new Promise<void>((resolve) => between.listen(0, HOST, resolve));
  const { port } = between.address() as AddressInfo;
  // Of TLS 1.2, since later ones have no second handshake.
  const socket = connect({ host: HOST, port, rejectUnauthorized: false, maxVersion: 'TLSv1.2' });
  await new Promise((resolve) => socket.once('connect', resolve));
  raw.once('close', () => socket.destroy());
  return socket.on('error', () => {}).resume();
}

async function attack({ plan, pieces }: Case, raw: Socket): Promise<void> {
  const where = plan & 3;
  const over = where === INSTEAD_OF_THE_HANDSHAKE ? undefined : await shakeHands(raw);
  if (over !== undefined && where !== BESIDE_THE_HANDSHAKE) {
    await within('the handshake', new Promise((resolve) => over.once('secureConnect', resolve)));
  }
  const into = over !== undefined && where > UNDER_THE_CONNECTION ? over : raw;
  for (const { at, bytes } of pieces) {
    if (into.destroyed) break;
    into.write(bytes);
    if ((plan & SHAKES_AGAIN) !== 0) over?.renegotiate({ rejectUnauthorized: false }, () => {});
    if ((at & THEN_WAITS) !== 0) await settle();
  }
  if ((plan & CLOSES_ITS_HALF) !== 0) into.end();
}

export const tls: Part = {
  name: 'tls',
  inSuite: 150,
  async open() {
    const clock = new VirtualClock();
    const identity = await ownIdentity(undefined, ['patchcord.test'], clock.wall());
    const transport = new TlsTransport({ host: HOST, port: 0, clock, log: loud, identity, verify: 'public' });
    const stop = await startAnswering([transport], clock);
    const { port } = transport.local;

    const good = connect({ host: HOST, port, rejectUnauthorized: false });
    await new Promise((resolve) => good.once('secureConnect', resolve));
    let asked = 0;
    const serves = async (): Promise<void> => {
      const answered = new Promise((resolve) => good.once('data', resolve));
      good.write(goodOptions((asked += 1)));
      await within('a good TLS connection', answered);
    };
    const onlyTheGoodIsLeft = async (): Promise<void> => {
      for (const end = performance.now() + 2000; transport.connections > 1;) {
        expectThat(performance.now() < end, `${transport.connections} connections are left`);
        await settle();
      }
    };
    return {
      generate,
      check: (input) =>
        watched(async () => {
          const raw = connectPlain({ port, host: HOST, allowHalfOpen: true });
          raw.on('error', () => {}).resume();
          try {
            await within('the connection', new Promise((resolve) => raw.once('connect', resolve)));
            await attack(input, raw);
            await serves();
            if ((input.plan & HOLDS_ON) !== 0) {
              // More than once, since what was sent may still be on its way.
              for (const end = performance.now() + 2000; transport.connections > 1 && performance.now() < end;) {
                clock.advance(A_WHILE_MS);
                await serves();
              }
              await onlyTheGoodIsLeft();
            }
          } finally {
            raw.destroy();
          }
          await onlyTheGoodIsLeft();
        }),
      async close() {
        good.destroy();
        await stop();
      },
    };
  },
};
