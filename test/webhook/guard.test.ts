import { describe, expect, it } from 'vitest';
import { destinationGuard } from '../../src/core/webhook/guard.ts';
import { Application, ask, makeClient, twiml } from './web.ts';

const strict = destinationGuard({ urls: () => [], allow: () => [] });

describe('the guard', () => {
  it.each([
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '192.0.2.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '0:0:0:0:0:ffff:a01:203',
    '::7f00:1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '2001:db8::1',
    'localhost',
    '',
  ])('refuses %s', (address) => {
    expect(strict('host.example', 80, [address])).toBe(false);
  });

  it.each([
    '8.8.8.8',
    '172.15.255.255',
    '172.32.0.1',
    '100.63.255.255',
    '223.255.255.255',
    '2a00:1450:4001::1',
    '::ffff:8.8.8.8',
  ])('lets %s pass', (address) => {
    expect(strict('host.example', 80, [address])).toBe(true);
  });

  it('refuses a name when one of its addresses is private, and one without addresses', () => {
    expect(strict('host.example', 80, ['8.8.8.8', '10.0.0.1'])).toBe(false);
    expect(strict('host.example', 80, [])).toBe(false);
  });

  it('lets pass what "webhooks.allow" names, as it stands at the time', () => {
    let allow = ['127.0.0.0/8', 'fd00::/8', '10.0.0.7'];
    const guard = destinationGuard({ urls: () => [], allow: () => allow });
    expect(guard('h', 80, ['127.0.0.1'])).toBe(true);
    expect(guard('h', 80, ['::ffff:127.0.0.1'])).toBe(true);
    expect(guard('h', 80, ['fd00::1', '10.0.0.7'])).toBe(true);
    expect(guard('h', 80, ['10.0.0.8'])).toBe(false);
    expect(guard('h', 80, ['127.0.0.1', '192.168.0.1'])).toBe(false);
    allow = [];
    expect(guard('h', 80, ['127.0.0.1'])).toBe(false);
  });

  it('lets pass the hosts and ports that the configuration names, and only these', () => {
    const urls = ['http://127.0.0.1:9000/voice', 'https://app.internal/refer', 'demo', 'http://[::1]:9001/x'];
    const guard = destinationGuard({ urls: () => urls, allow: () => [] });
    expect(guard('127.0.0.1', 9000, ['127.0.0.1'])).toBe(true);
    expect(guard('127.0.0.1', 9002, ['127.0.0.1'])).toBe(false);
    expect(guard('localhost', 9000, ['127.0.0.1'])).toBe(false);
    expect(guard('app.internal', 443, ['10.0.0.1'])).toBe(true);
    expect(guard('app.internal', 80, ['10.0.0.1'])).toBe(false);
    expect(guard('::1', 9001, ['::1'])).toBe(true);
  });
});

describe('a request to an address that is not public', () => {
  it('is refused before a connection, with the key that would allow it', async () => {
    await using application = await Application.start();
    const { client, exchanges } = makeClient({ mayReach: strict });
    expect(await client.request(ask(application.url()))).toEqual({
      ok: false,
      error: {
        code: 11205,
        text: `127.0.0.1 port ${application.port} is not a public address; "webhooks.allow" in the configuration can name its network.`,
        fatal: true,
      },
    });
    expect(exchanges[0]).toMatchObject({ attempts: 0, problem: { code: 11205 } });
    expect(application.connections).toBe(0);
  });

  it.each([
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://0/',
  ])('is refused however it is written: %s', async (url) => {
    const { client } = makeClient({ mayReach: strict });
    expect(await client.request(ask(url))).toMatchObject({ error: { code: 11205 } });
  });

  it('is refused when a name leads there', async () => {
    await using application = await Application.start();
    const { client } = makeClient({ mayReach: strict, resolve: async () => ['127.0.0.1'] });
    expect(await client.request(ask(application.url('/', 'rebound.example')))).toMatchObject({
      error: { code: 11205, text: expect.stringContaining('rebound.example (127.0.0.1) port ') },
    });
    expect(application.asked).toEqual([]);
  });

  it('is refused when a redirect leads there, by address or by name', async () => {
    await using inside = await Application.start();
    for (const host of ['127.0.0.1', 'inside.example']) {
      await using outside = await Application.start((_, response) => {
        response.writeHead(307, { Location: inside.url('/secret', host).href }).end();
      });
      const mayReach = destinationGuard({ urls: () => [outside.url().href], allow: () => [] });
      const { client, exchanges } = makeClient({ mayReach, resolve: async () => ['127.0.0.1'] });
      expect(await client.request(ask(outside.url()))).toMatchObject({ error: { code: 11205 } });
      expect(exchanges[0]).toMatchObject({ redirects: [inside.url('/secret', host).href], problem: { code: 11205 } });
    }
    expect(inside.asked).toEqual([]);
  });

  it('is connected where it was checked, whatever the name resolves to afterwards', async () => {
    await using application = await Application.start(twiml);
    let resolved = 0;
    const checked: (readonly string[])[] = [];
    const { client } = makeClient({
      mayReach: (_host, _port, addresses) => {
        checked.push(addresses);
        return true;
      },
      // A second look-up would lead elsewhere.
      resolve: async () => ((resolved += 1) === 1 ? ['127.0.0.1'] : ['127.0.0.99']),
    });
    expect(await client.request(ask(application.url('/', 'rebinding.example')))).toMatchObject({ ok: true });
    expect(application.asked[0]!.headers.host).toBe(`rebinding.example:${application.port}`);
    expect([resolved, checked]).toEqual([1, [['127.0.0.1']]]);
  });
});
