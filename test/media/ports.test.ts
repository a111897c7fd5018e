/** RTP sockets when the system has no more of them to give. */
import { createSocket, Socket } from 'node:dgram';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { NoFreePort, NoSocket, PortRange } from '../../src/core/media/ports.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const HOST = '127.0.0.1';

afterEach(() => vi.restoreAllMocks());

/** One pair, and nothing else: whatever stays bound is missed at once. */
async function onePair(): Promise<PortRange> {
  for (;;) {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, HOST, resolve));
    const { port } = socket.address();
    await new Promise<void>((resolve) => socket.close(() => resolve()));
    const even = port - (port % 2);
    const range = new PortRange({ clock: new VirtualClock(), host: HOST, portMin: even, portMax: even + 1 });
    try {
      await (await range.take()).close();
      return range;
    } catch {
      // Somebody else has the other port.
    }
  }
}

/** The `nth` socket to be bound fails. */
function failBind(nth: number, code: string): void {
  const { bind } = Socket.prototype;
  let count = 0;
  vi.spyOn(Socket.prototype, 'bind').mockImplementation(function (this: Socket, ...args: unknown[]) {
    count += 1;
    if (count !== nth) return Reflect.apply(bind, this, args);
    process.nextTick(() => this.emit('error', Object.assign(new Error(`bind ${code}`), { code })));
    return this;
  });
}

describe('a pair of ports', () => {
  it.each([
    [1, 'EMFILE'],
    [2, 'EMFILE'],
    [1, 'EADDRNOTAVAIL'],
    [2, 'ENOBUFS'],
  ])('whose socket %i fails with %s leaves none bound, and is a 503 by name', async (nth, code) => {
    const range = await onePair();
    failBind(nth, code);
    const failure = await range.take().then(
      () => expect.unreachable(),
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(NoSocket);
    expect(failure).toMatchObject({ status: 503, message: expect.stringContaining(code) });
    vi.restoreAllMocks();
    const pair = await range.take();
    await expect(range.take()).rejects.toBeInstanceOf(NoFreePort);
    await pair.close();
  });

  it('that rests is better than none', async () => {
    const range = await onePair();
    const pair = await range.take();
    await range.give(pair);
    failBind(1, 'EMFILE');
    expect(await range.take()).toBe(pair);
    await pair.close();
  });
});
