/** M19: who may open an audio WebSocket, and what a bad one costs. Real sockets. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { AUDIO_FRAME_BYTES } from '../../src/core/gateway/audio-frame.ts';
import { AudioSockets, type AudioPlace } from '../../src/core/transport/audio-sockets.ts';
import { silent } from '../../src/core/log/logger.ts';

const TOKEN = 'a-token-nobody-guesses';
const ORIGIN = 'http://127.0.0.1:8060';

let server: Server;
let sockets: AudioSockets;
let port: number;
const clients: WebSocket[] = [];

beforeEach(async () => {
  server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
  sockets = new AudioSockets({ server, token: TOKEN, origins: () => [ORIGIN], log: silent });
});
afterEach(() => {
  for (const client of clients.splice(0)) client.terminate();
  sockets.close();
  server.closeAllConnections();
  server.close();
});

function dial(path: string, origin: string | undefined = ORIGIN): WebSocket {
  const client = new WebSocket(`ws://127.0.0.1:${port}${path}`, origin === undefined ? {} : { origin });
  client.on('error', () => {});
  clients.push(client);
  return client;
}

const statusOf = async (client: WebSocket): Promise<number> => {
  const [, response] = (await once(client, 'unexpected-response')) as [unknown, { statusCode: number }];
  return response.statusCode;
};

interface Told {
  place: AudioPlace;
  data: Buffer[];
  closed: number;
}

function place(accept = true): Told {
  const told: Told = { place: undefined as never, data: [], closed: 0 };
  told.place = sockets.open({
    opened: () => {},
    closed: () => void (told.closed += 1),
    received: (data) => accept && told.data.push(data) > 0,
  });
  return told;
}

describe('audio WebSockets', () => {
  it.each([
    ['another token', (id: string) => dial(`/audio/${id}?token=wrong`), 401],
    ['no token', (id: string) => dial(`/audio/${id}`), 401],
    ['a page of another origin', (id: string) => dial(`/audio/${id}?token=${TOKEN}`, 'http://evil.example'), 403],
    ['an id that nobody gave out', () => dial(`/audio/0000?token=${TOKEN}`), 404],
  ])('M19: refuse %s', async (_, open, status) => {
    expect(await statusOf(open(place().place.id))).toBe(status);
  });

  it('M19: no two places have the same name, and a name is no use after its call', async () => {
    const [a, b] = [place(), place()];
    expect(a.place.id).not.toBe(b.place.id);
    expect(a.place.id).toMatch(/^[0-9a-f]{32}$/);
    a.place.close();
    expect(await statusOf(dial(`/audio/${a.place.id}?token=${TOKEN}`))).toBe(404);
  });

  it('M19: what is no frame closes that socket and no other, and its page may come back', async () => {
    const [good, bad] = [place(), place(false)];
    const [first, second] = [good, bad].map(({ place: { id } }) => dial(`/audio/${id}?token=${TOKEN}`));
    await Promise.all([once(first!, 'open'), once(second!, 'open')]);
    second!.send('nonsense');
    expect((await once(second!, 'close'))[0]).toBe(1007);
    await vi.waitFor(() => expect(bad.closed).toBe(1));
    first!.send(Buffer.alloc(AUDIO_FRAME_BYTES));
    await vi.waitFor(() => expect(good.data).toHaveLength(1));
    const again = dial(`/audio/${bad.place.id}?token=${TOKEN}`);
    await once(again, 'open');
    await vi.waitFor(() => expect(bad.place.open).toBe(true));
    expect(good.closed).toBe(0);
  });

  it('M19: a huge message closes its socket', async () => {
    const told = place();
    const client = dial(`/audio/${told.place.id}?token=${TOKEN}`);
    await once(client, 'open');
    client.send(Buffer.alloc(1024 * 1024));
    expect((await once(client, 'close'))[0]).toBe(1009);
    expect(told.data).toEqual([]);
  });

  it('M19: a second socket takes the place of the first, whose end is then no news', async () => {
    const told = place();
    const first = dial(`/audio/${told.place.id}?token=${TOKEN}`);
    await once(first, 'open');
    const second = dial(`/audio/${told.place.id}?token=${TOKEN}`);
    expect((await once(first, 'close'))[0]).toBe(4001);
    second.send(Buffer.alloc(AUDIO_FRAME_BYTES));
    await vi.waitFor(() => expect(told.data).toHaveLength(1));
    expect(told).toMatchObject({ closed: 0, place: { open: true } });
  });

  it('M19: frames for a page that does not read are dropped and counted, not kept', async () => {
    const told = place();
    const client = dial(`/audio/${told.place.id}?token=${TOKEN}`);
    await once(client, 'open');
    await vi.waitFor(() => expect(told.place.open).toBe(true));
    client.pause();
    // The kernel's buffers take a few megabytes first.
    const frame = Buffer.alloc(AUDIO_FRAME_BYTES);
    let sent = 0;
    while (told.place.dropped < 100 && sent < 50_000) {
      told.place.send(frame);
      sent += 1;
      if (sent % 500 === 0) await new Promise((next) => setImmediate(next));
    }
    expect(told.place.dropped).toBe(100);
    expect(sent).toBeLessThan(50_000);
  });
});
