/**
 * The host's HTTP server with a whole trunk behind it: spoiled requests and upgrades as raw bytes, with the token and
 * without. A whole request is answered, and what the server has given up it closes, though its peer holds on.
 */
import { createServer, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { WebSocket } from 'ws';
import { RealClock } from '../../../src/core/time/real-clock.ts';
import { parseConfig } from '../../../src/core/config/config.ts';
import { startTrunk } from '../../../src/core/composition/index.ts';
import { startHost, type Host } from '../../../src/main/host/host.ts';
import { loud } from '../../support/loud-logger.ts';
import { goodOptions } from '../answering.ts';
import type { Dice } from '../dice.ts';
import { frame, frames } from '../frames.ts';
import { hello, httpRequests, httpStreams, printed, targetTokens } from '../http-seeds.ts';
import { mutate } from '../mutate.ts';
import { expectThat, type Case, type Part, type Piece } from '../part.ts';
import { watched } from '../watched.ts';
import { within } from '../within.ts';

const HOST = '127.0.0.1';
/** Live calls that may gather before they are hung up. */
const MANY = 6;

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
const spoiled = (text: string, dice: Dice, other = text): string =>
  mutate(latin(text), dice, latin(other)).toString('latin1');

/** Of a target, without its first slash. */
function spoiledTarget(target: string, dice: Dice, other: string): string {
  if (dice.chance(0.5)) return spoiled(target, dice, other).replaceAll(/[^!-~]/g, '');
  const token = dice.pick(targetTokens);
  const places = [
    0,
    dice.below(target.length),
    target.length,
    ...Array.from(target.matchAll(/[/=]/g), ({ index }) => index + 1),
  ];
  const at = dice.pick(places);
  const cut = dice.chance(0.5) ? (/^[^/&?]*/.exec(target.slice(at))?.[0].length ?? 0) : 0;
  return target.slice(0, at) + token + target.slice(at + cut);
}

/** Target, values and body may say anything, but each stays in its place. */
function wholeRequest(dice: Dice): Buffer {
  const seed = dice.pick(httpRequests);
  const other = dice.pick(httpRequests);
  let { line, fields = [], body = '' } = seed;
  const [method, target = ''] = line.split(' ');
  if (dice.chance(0.5)) line = `${method} /${spoiledTarget(target.slice(1), dice, other.line)}`;
  if (dice.chance(0.2)) {
    fields = fields.map((field) => {
      const [name, value = ''] = field.split(': ');
      return `${name}: ${spoiled(value, dice).replaceAll(/[^\t -~]/g, '')}`;
    });
  }
  if (body !== '' && dice.chance(0.7)) body = spoiled(body, dice, other.body ?? body);
  return latin(printed({ line: line.slice(0, 8000), fields, body }, 'Connection: close'));
}

function anything(dice: Dice): Piece[] {
  const isStream = dice.chance(0.5);
  const request = printed(dice.pick(isStream ? httpStreams : httpRequests));
  const first = latin(dice.chance(0.6) ? spoiled(request, dice, printed(dice.pick(httpRequests))) : request);
  const cut = dice.below(first.length);
  const after = isStream ? [frame(1, true, latin(hello)), ...frames(dice)] : [];
  return [first.subarray(0, cut), first.subarray(cut), ...after].map((bytes) => ({ at: dice.below(2), bytes }));
}

function generate(dice: Dice): Case {
  if (dice.chance(0.5)) return { plan: 0, pieces: [{ at: 0, bytes: wholeRequest(dice) }] };
  return { plan: 0, pieces: Array.from({ length: 1 + dice.below(3) }, () => anything(dice)).flat() };
}

async function openHost(): Promise<{ host: Host; server: Server }> {
  const clock = new RealClock();
  // Bound to loopback, nothing that is dialled leaves the machine.
  const config = parseConfig({
    listen: { host: HOST, udp: 0, tcp: 0, tls: 0, http: 0 },
    limits: { callsPerSecond: 50 },
  });
  if (!config.ok) throw new Error(config.error.join('\n'));
  const none = async (): Promise<[]> => [];
  const resolver = { naptr: none, srv: none, a: none, aaaa: none };
  const server = createServer();
  const host = await startHost({
    listen: { host: HOST, port: 0 },
    server,
    startTrunk: (shared) =>
      startTrunk({ ...shared, config: config.value, clock, log: loud, resolver, recordsFile: ':memory:' }),
    clock,
    log: loud,
    version: '0',
  });
  return { host, server };
}

/** Puts in what is only known now. */
function filled(bytes: Uint8Array, { trunk, token, url }: Host): Buffer {
  const [call] = trunk.calls();
  const [leg] = trunk.callResources();
  const values: Record<string, string | undefined> = {
    token,
    origin: url,
    account: trunk.account.sid,
    basic: Buffer.from(`${trunk.account.sid}:${token}`).toString('base64'),
    call: call?.id,
    sid: leg?.sid,
    record: trunk.records.list({ limit: 1 }).records[0]?.id,
  };
  return latin(
    Buffer.from(bytes)
      .toString('latin1')
      .replace(/\{(\w+?)_*\}/g, (place, name: string) => values[name] ?? place),
  );
}

/** A request with all of its body, after which the connection is to be closed; not one for a stream without end. */
function isWhole(pieces: readonly Piece[]): boolean {
  const text = Buffer.concat(pieces.map(({ bytes }) => bytes)).toString('latin1');
  const [head, body] = text.split(/\r\n\r\n(.*)/s);
  const length = /\r\nContent-Length: (\d+)$/.exec(head!)?.[1] ?? '0';
  return (
    !text.startsWith('GET /api/events') &&
    /^[A-Z]+ \/\S* HTTP\/1\.1\r\nHost: 127\.0\.0\.1\r\nConnection: close\r\n/.test(text) &&
    body?.length === Number(length)
  );
}

/** What came over a socket, and when it was over. */
function listen(socket: Socket): { text: () => string; ended: Promise<void> } {
  let text = '';
  socket.on('error', () => {});
  socket.setEncoding('latin1').on('data', (chunk) => {
    text = (text + String(chunk)).slice(0, 1_000_000);
  });
  const ended = new Promise<void>((resolve) => socket.once('end', resolve).once('close', () => resolve()));
  return { text: () => text, ended };
}

export const http: Part = {
  name: 'http',
  inSuite: 300,
  async open() {
    const { host, server } = await openHost();
    const sip = new WebSocket(`${host.url.replace('http', 'ws')}/sip?token=${host.token}`, ['sip'], {
      origin: host.url,
    });
    await new Promise((resolve) => sip.once('open', resolve));
    let asked = 0;

    const connections = (): Promise<number> =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
      });
    /** The server itself has let go of all but the good connection. */
    const drained = async (): Promise<void> => {
      for (const end = performance.now() + 2000; (await connections()) > 1;) {
        expectThat(performance.now() < end, `the server keeps ${await connections()} connections`);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    };
    const serves = async (): Promise<void> => {
      const answered = new Promise((resolve) => sip.once('message', resolve));
      sip.send(goodOptions((asked += 1)));
      await within('a good WebSocket', answered);
      const headers = { authorization: `Bearer ${host.token}`, connection: 'close' };
      const { status } = await within('a good request', fetch(`${host.url}/api/calls`, { headers }));
      expectThat(status === 200, `a good request is answered by ${status}`);
    };
    return {
      generate,
      check: ({ pieces }) =>
        watched(async () => {
          // The client never ends its half by itself.
          const socket = connect({ port: Number(new URL(host.url).port), host: HOST, allowHalfOpen: true });
          const { text, ended } = listen(socket);
          const sent = pieces.map(({ at, bytes }) => ({ at, bytes: filled(bytes, host) }));
          const whole = isWhole(sent);
          try {
            await within('the connection', new Promise((resolve) => socket.once('connect', resolve)));
            for (const { at, bytes } of sent) {
              if (socket.destroyed) break;
              socket.write(bytes);
              if (at === 1) await new Promise((resolve) => setImmediate(resolve));
            }
            if (whole) await within('the answer to a whole request', ended);
            await serves();
            expectThat(text() === '' || /^HTTP\/1\.1 \d{3} /.test(text()), `no HTTP: ${text().slice(0, 80)}`);
            expectThat(!whole || text() !== '', 'a whole request was not answered');
            if (/\r\nconnection: close\r\n/i.test(text())) await drained();
          } finally {
            socket.destroy();
          }
          await drained();
          const { trunk } = host;
          if (trunk.calls().length > MANY) {
            await Promise.allSettled(trunk.calls().map(({ id }) => trunk.hangUp(id)));
          }
        }),
      async close() {
        sip.terminate();
        await host.stop();
      },
    };
  },
};
