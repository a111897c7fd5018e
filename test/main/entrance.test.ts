import { expect, it } from 'vitest';
import { startFixture } from './host-fixture.ts';

it('an address that is good once leads a browser to the console with its token, and nobody after it', async () => {
  const { host, ask } = await startFixture();
  const target = `${host.url}/#token=${host.token}`;
  const address = host.addressOnce(target);
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/open\/[\w-]{32}$/);
  expect(address).not.toContain(host.token);
  const path = new URL(address).pathname;
  const asked = await ask(path, { method: 'HEAD' });
  expect([asked.status, asked.headers.location]).toEqual([204, undefined]);
  const first = await ask(path);
  expect([first.status, first.headers.location, first.headers['cache-control']]).toEqual([303, target, 'no-store']);
  const second = await ask(path);
  expect((await ask(path, { method: 'HEAD' })).status).toBe(404);
  expect([second.status, second.text]).toEqual([404, expect.stringContaining('good for one use')]);
  expect((await ask('/open/')).status).toBe(404);
  expect((await ask('/open/x')).status).toBe(404);
});

it('an address that is good once is so for two minutes, and each has its own target', async () => {
  const { host, ask, clock } = await startFixture();
  const [early, late] = ['/a', '/b'].map((target) => new URL(host.addressOnce(target)).pathname);
  clock.advance(119_999);
  expect((await ask(early!)).headers.location).toBe('/a');
  clock.advance(1);
  expect((await ask(late!)).status).toBe(404);
});

it('is no part of the control API', async () => {
  const { command } = await startFixture();
  expect((await command('/api/openapi.json')).text).not.toContain('/open/');
});
