/** What the fuzzer has found in the HTTP server. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { silent } from '../../src/core/log/logger.ts';
import { route } from '../../src/main/host/route.ts';
import { requestListener, type ServerParts } from '../../src/main/host/server.ts';
import { loud } from '../support/loud-logger.ts';
import { settle } from '../support/virtual-clock.ts';
import { startFixture } from './host-fixture.ts';

/** A client that never ends its own half of the connection. */
async function connected(port: number) {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk) => (text += String(chunk)));
  await once(socket, 'connect');
  return { socket, text: () => text };
}

const UPGRADE = 'Host: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n';

it('lets go of a connection whose upgrade it has refused, though the peer holds on', async () => {
  const { port } = await startFixture();
  const { socket, text } = await connected(port);
  socket.write(`GET /elsewhere HTTP/1.1\r\n${UPGRADE}`);
  await once(socket, 'end');
  expect(text()).toMatch(/^HTTP\/1\.1 404 /);
  // Only a socket that is gone answers what still comes with a reset.
  const failed = once(socket, 'error');
  const more = setInterval(() => socket.write('more'), 5);
  onTestFinished(() => clearInterval(more));
  expect((await failed)[0]).toMatchObject({ code: expect.stringMatching(/ECONNRESET|EPIPE/) });
});

it('ends the answer to HEAD of a stream that has no end', async () => {
  const { command } = await startFixture();
  const { status, headers } = await command('/api/events', 'HEAD');
  expect([status, headers['content-type']]).toEqual([200, 'text/event-stream']);
});

it('takes a body that breaks off for no fault of its own', async () => {
  const errors: unknown[] = [];
  const server = createServer();
  const { port } = await startFixture({ log: { ...silent, error: (fields) => void errors.push(fields) }, server });
  const { socket } = await connected(port);
  socket.write(
    'POST /demo/choice HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\nD',
  );
  await once(server, 'request');
  socket.destroy();
  const { promise: none, resolve } = Promise.withResolvers<void>();
  const look = (): void => void server.getConnections((_, count) => (count === 0 ? resolve() : setImmediate(look)));
  look();
  await none;
  await settle();
  expect(errors).toEqual([]);
});

it.each(['/\\', String.raw`/\[`, String.raw`/\evil.example.org/healthz`, '/%'])(
  'answers 404 to the target %s, which leads nowhere',
  async (target) => {
    const { ask } = await startFixture({ log: loud });
    expect((await ask(target)).status).toBe(404);
  },
);

it('W3: survives a handler that fails after its answer has begun, also with a body that was not read', async () => {
  const errors: string[] = [];
  const parts: ServerParts = {
    guard: { checkHost() {}, checkOrigin() {}, checkBearer() {}, isToken: () => true },
    routes: [
      route({
        method: 'POST',
        path: '/breaks',
        summary: '',
        replies: {},
        handle: ({ response }) => {
          response.writeHead(200).write('half of it');
          throw new Error('a bug');
        },
      }),
    ],
    files: undefined,
    headers: {},
    dialects: [],
  };
  const log = { ...silent, error: (_: object, message: string) => void errors.push(message) };
  const server = createServer(requestListener(() => parts, log));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const { socket, text } = await connected(port);
  socket.write('POST /breaks HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\nhalf');
  const { promise: over, resolve } = Promise.withResolvers<void>();
  socket.on('error', resolve).on('end', resolve);
  await over;
  expect(text()).toContain('half of it');
  expect(errors).toHaveLength(1);
  const { socket: second, text: answer } = await connected(port);
  second.write('GET /nothing HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n');
  await once(second, 'end');
  expect(answer()).toMatch(/^HTTP\/1\.1 404 /);
});
