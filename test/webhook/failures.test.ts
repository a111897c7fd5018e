import { createServer as createHttps } from 'node:https';
import { createServer as createTcp } from 'node:net';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { ownIdentity } from '../../src/core/transport/certificate.ts';
import { Application, ask, makeClient, TWIML, twiml } from './web.ts';

/** A TCP server that does with each connection what it is told. */
async function rawServer(answer = '') {
  let connections = 0;
  const server = createTcp((socket) => {
    connections += 1;
    socket.on('error', () => {});
    socket.once('data', () => socket.end(answer));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    [Symbol.dispose]: () => void server.close(),
  };
}

/** A port on which nothing listens. */
async function closedPort(): Promise<number> {
  const application = await Application.start();
  const { port } = application;
  await application[Symbol.asyncDispose]();
  return port;
}

describe('redirects', () => {
  it.each([
    [301, 'GET', ''],
    [302, 'GET', ''],
    [303, 'GET', ''],
    [307, 'POST', 'Digits=1'],
    [308, 'POST', 'Digits=1'],
  ])('%i repeats a POST as %s', async (status, method, body) => {
    await using application = await Application.start((asked, response) => {
      if (asked.path === '/a') response.writeHead(status, { Location: 'b?c=d' }).end();
      else twiml(asked, response);
    });
    const { client, exchanges } = makeClient();
    const result = await client.request(ask(application.url('/a'), { parameters: [['Digits', '1']] }));
    expect(result).toMatchObject({ ok: true, value: { finalUrl: application.url('/b?c=d') } });
    expect(application.asked[1]).toMatchObject({ path: '/b?c=d', method, body });
    expect(exchanges[0]).toMatchObject({ attempts: 1, redirects: [application.url('/b?c=d').href] });
  });

  it('for ever end with 11215 after ten', async () => {
    let count = 0;
    await using application = await Application.start((_, response) => {
      response.writeHead(302, { Location: `/again/${(count += 1)}` }).end();
    });
    const { client, exchanges, clock } = makeClient();
    expect(await client.request(ask(application.url()))).toEqual({
      ok: false,
      error: { code: 11215, text: 'The request was redirected more than 10 times.', fatal: true },
    });
    expect(application.asked).toHaveLength(11);
    expect(exchanges[0]!.redirects).toHaveLength(10);
    expect(clock.pending).toBe(0);
  });

  it.each([undefined, 'file:///etc/passwd', 'http://', 'javascript:alert(1)'])('to %s are 11216', async (location) => {
    await using application = await Application.start((_, response) => {
      response.writeHead(302, location === undefined ? {} : { Location: location }).end();
    });
    const { client } = makeClient();
    expect(await client.request(ask(application.url()))).toMatchObject({ ok: false, error: { code: 11216 } });
  });
});

describe('time', () => {
  it('runs out when nobody answers: 11203 after 15 s', async () => {
    await using application = await Application.start(() => {});
    const { client, clock, exchanges } = makeClient();
    const asking = client.request(ask(application.url()));
    await expect.poll(() => application.asked.length).toBe(1);
    await clock.advanceAsync(14_999);
    expect(exchanges).toEqual([]);
    await clock.advanceAsync(1);
    expect(await asking).toEqual({
      ok: false,
      error: { code: 11203, text: 'There was no answer within 15 s.', fatal: true },
    });
    expect(exchanges[0]).toMatchObject({ attempts: 1, ms: 15_000, problem: { code: 11203 } });
    await expect.poll(() => application.connections).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('runs out when the answer trickles', async () => {
    await using application = await Application.start((_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/xml' });
      response.write('<Response>');
    });
    const { client, clock } = makeClient({ timeoutMs: () => 2000 });
    const asking = client.request(ask(application.url()));
    await expect.poll(() => application.asked.length).toBe(1);
    await clock.advanceAsync(2000);
    expect(await asking).toMatchObject({ error: { code: 11203, text: 'There was no answer within 2 s.' } });
  });

  it('is one limit for all redirects together', async () => {
    await using application = await Application.start((asked, response) => {
      if (asked.path !== '/2') response.writeHead(302, { Location: asked.path === '/0' ? '/1' : '/2' }).end();
    });
    const { client, clock } = makeClient();
    const asking = client.request(ask(application.url('/0')));
    await expect.poll(() => application.asked.length).toBe(3);
    await clock.advanceAsync(15_000);
    expect(await asking).toMatchObject({ error: { code: 11203 } });
  });

  it('for a connection is 5 s, twice: 11201', async () => {
    const { client, clock, exchanges } = makeClient({ resolve: () => new Promise(() => {}) });
    const asking = client.request(ask('http://slow.example/'));
    await clock.advanceAsync(5000);
    expect(exchanges).toEqual([]);
    await clock.advanceAsync(4999);
    expect(exchanges).toEqual([]);
    await clock.advanceAsync(1);
    expect(await asking).toMatchObject({ error: { code: 11201, text: 'slow.example was not resolved in time.' } });
    expect(exchanges[0]).toMatchObject({ attempts: 2, ms: 10_000 });
    expect(clock.pending).toBe(0);
  });
});

describe('a connection that fails', () => {
  it('is tried once more: refused twice is 11202', async () => {
    const port = await closedPort();
    const { client, exchanges, clock } = makeClient();
    expect(await client.request(ask(`http://127.0.0.1:${port}/`))).toEqual({
      ok: false,
      error: { code: 11202, text: `127.0.0.1:${port} refused the connection.`, fatal: true },
    });
    expect(exchanges[0]).toMatchObject({ attempts: 2, problem: { code: 11202 } });
    expect(exchanges[0]).not.toHaveProperty('response');
    expect(clock.pending).toBe(0);
  });

  it('is tried once more, and then it succeeds', async () => {
    await using application = await Application.start();
    const closed = await closedPort();
    let resolved = 0;
    // The name leads nowhere at first: another loopback address, on which nothing listens at this port.
    const resolve = async () => [(resolved += 1) === 1 ? '127.0.0.2' : '127.0.0.1'];
    const { client, exchanges } = makeClient({ resolve });
    expect(closed).not.toBe(application.port);
    expect(await client.request(ask(application.url('/', 'flaky.example')))).toMatchObject({ ok: true });
    expect(exchanges[0]).toMatchObject({ attempts: 2 });
    expect(application.asked).toHaveLength(1);
    expect(application.asked[0]!.headers['i-twilio-idempotency-token']).toBe('exchange-1');
  });

  it('has one retry in all, redirects included', async () => {
    const port = await closedPort();
    await using application = await Application.start((_, response) => {
      response.writeHead(307, { Location: `http://127.0.0.1:${port}/` }).end();
    });
    let resolved = 0;
    const resolve = async () => [(resolved += 1) === 1 ? '127.0.0.2' : '127.0.0.1'];
    const { client, exchanges } = makeClient({ resolve });
    expect(await client.request(ask(application.url('/', 'flaky.example')))).toMatchObject({ error: { code: 11202 } });
    expect(exchanges[0]!.attempts).toBe(2);
  });

  it('is not tried again once it stood: the application may have acted', async () => {
    using server = await rawServer();
    const { client, exchanges } = makeClient();
    expect(await client.request(ask(`http://127.0.0.1:${server.port}/`))).toMatchObject({
      error: { code: 11200, text: `127.0.0.1:${server.port} closed the connection before it had answered.` },
    });
    expect(server.connections()).toBe(1);
    expect(exchanges[0]!.attempts).toBe(1);
  });

  it('to a name that nobody knows is 11210', async () => {
    const { client, exchanges } = makeClient({ resolve: () => Promise.reject(new Error('ENOTFOUND')) });
    expect(await client.request(ask('http://nowhere.example/'))).toMatchObject({ error: { code: 11210 } });
    expect(exchanges[0]!.attempts).toBe(0);
    const empty = makeClient({ resolve: () => Promise.resolve([]) });
    expect(await empty.client.request(ask('http://nowhere.example/'))).toMatchObject({ error: { code: 11210 } });
  });

  it('is 11100 when the URL is no web address', async () => {
    expect(await makeClient().client.request(ask('ftp://127.0.0.1/'))).toMatchObject({ error: { code: 11100 } });
  });
});

describe('an answer that is not HTTP, or not all of it', () => {
  it.each([
    ['SSH-2.0-OpenSSH_9.9\r\n', 11206],
    ['HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n', 11206],
    ['HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 11206],
    [`HTTP/1.1 200 OK\r\nX: ${'y'.repeat(40_000)}\r\n\r\n`, 11206],
    ['HTTP/1.1 200 OK\r\nContent-Length: 500\r\nContent-Type: text/xml\r\n\r\n<Resp', 11200],
    ['HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n', 11200],
  ])('%j', async (bytes, code) => {
    using server = await rawServer(bytes);
    const { client, clock } = makeClient();
    expect(await client.request(ask(`http://127.0.0.1:${server.port}/`))).toMatchObject({ ok: false, error: { code } });
    expect(clock.pending).toBe(0);
  });
});

describe('an answer that cannot be used', () => {
  it.each([
    [404, 'text/xml', TWIML, 11217],
    [500, 'text/html', '<h1>Oops</h1>', 11217],
    [503, undefined, '', 11217],
    [304, undefined, '', 11217],
    [200, 'text/html; charset=utf-8', '<!doctype html><html><body>It works!</body></html>', 12300],
    [200, 'application/json', '{"ok":true}', 12300],
    [200, undefined, TWIML, 12300],
    [200, 'text/xml', '', 11770],
    [204, undefined, '', 11770],
    [200, 'text/xml', `<Response>${' '.repeat(65_536)}</Response>`, 11750],
  ])('%i with %s: %j is %i', async (status, type, body, code) => {
    await using application = await Application.start((_, response) => {
      response.writeHead(status, type === undefined ? {} : { 'Content-Type': type }).end(body);
    });
    const { client, exchanges } = makeClient();
    expect(await client.request(ask(application.url()))).toMatchObject({ ok: false, error: { code, fatal: true } });
    expect(exchanges).toMatchObject([{ response: { status, body: body.slice(0, 65_536) }, problem: { code } }]);
  });

  it.each([
    ['text/xml', TWIML],
    ['application/xml; charset=utf-8', TWIML],
    ['TEXT/XML', TWIML],
    ['text/html', `<?xml version="1.0"?>\n${TWIML}`],
    ['text/plain', 'Hello'],
    ['audio/mpeg', 'ID3'],
  ])('but %s with %j can', async (type, body) => {
    await using application = await Application.start((_, response) => {
      response.writeHead(200, { 'Content-Type': type }).end(body);
    });
    expect(await makeClient().client.request(ask(application.url()))).toMatchObject({ ok: true });
  });

  it('names what it was and what it must be', async () => {
    await using application = await Application.start((_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html></html>');
    });
    expect(await makeClient().client.request(ask(application.url()))).toMatchObject({
      error: { text: 'The answer is text/html; it must be TwiML (text/xml or application/xml).' },
    });
  });

  it('is audio where audio is wanted, and nothing else is', async () => {
    await using application = await Application.start((asked, response) => {
      const type = asked.path === '/a.wav' ? 'audio/x-wav' : 'text/xml';
      response.writeHead(200, { 'Content-Type': type }).end(Buffer.alloc(200_000));
    });
    const { client, exchanges } = makeClient();
    const wav = await client.request(ask(application.url('/a.wav'), { method: 'GET', expects: 'audio' }));
    expect(wav).toMatchObject({ ok: true, value: { contentType: 'audio/x-wav' } });
    expect(wav.ok && wav.value.body.length).toBe(200_000);
    expect(exchanges[0]!.response).toMatchObject({ body: '', truncated: true });
    const xml = await client.request(ask(application.url('/a.xml'), { method: 'GET', expects: 'audio' }));
    expect(xml).toMatchObject({ error: { code: 12300, text: 'The answer is text/xml; it must be audio.' } });
  });

  it('of 10 MB is read no further than 64 kB', async () => {
    let sent = 0;
    let closed = false;
    await using application = await Application.start((_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/xml' });
      response.on('close', () => (closed = true));
      const piece = Buffer.alloc(16_384, 'x');
      const more = (): void => {
        while (!closed && sent < 10_000_000) {
          sent += piece.length;
          if (!response.write(piece)) return;
        }
        response.end();
      };
      response.on('drain', more);
      more();
    });
    const { client, exchanges } = makeClient();
    expect(await client.request(ask(application.url()))).toMatchObject({ error: { code: 11750 } });
    await expect.poll(() => closed).toBe(true);
    expect(sent).toBeLessThan(10_000_000);
    expect(exchanges[0]!.response).toMatchObject({ truncated: true });
    expect(exchanges[0]!.response!.body).toHaveLength(65_536);
  });
});

describe('https', () => {
  it('goes to the address that was checked and holds the certificate to the name', async () => {
    const { cert, key } = await ownIdentity(undefined, ['app.example'], Date.now());
    const trusted = getCACertificates();
    setDefaultCACertificates([...trusted, cert]);
    try {
      await using application = await Application.start(twiml, createHttps({ cert, key }));
      const { client } = makeClient({ resolve: async () => ['127.0.0.1'] });
      const right = await client.request(ask(`https://app.example:${application.port}/voice`));
      expect(right).toMatchObject({ ok: true, value: { status: 200 } });
      const wrong = await client.request(ask(`https://other.example:${application.port}/voice`));
      expect(wrong).toMatchObject({ error: { code: 11235 } });
      expect(application.asked).toHaveLength(1);
    } finally {
      setDefaultCACertificates(trusted);
    }
  });

  it('with a certificate that nobody trusts is 11237, and no request is sent', async () => {
    const { cert, key } = await ownIdentity(undefined, ['127.0.0.1'], Date.now());
    await using application = await Application.start(twiml, createHttps({ cert, key }));
    const { client, exchanges } = makeClient();
    const result = await client.request(ask(`https://127.0.0.1:${application.port}/`));
    expect(result).toMatchObject({ error: { code: 11237 } });
    expect(application.asked).toEqual([]);
    expect(exchanges[0]!.attempts).toBe(1);
  });

  it('where plain HTTP is spoken is 11220', async () => {
    await using application = await Application.start();
    const result = await makeClient().client.request(ask(`https://127.0.0.1:${application.port}/`));
    expect(result).toMatchObject({ error: { code: 11220 } });
  });
});

describe('giving up', () => {
  it('happens at once when the call no longer needs it', async () => {
    await using application = await Application.start(() => {});
    const { client, clock, exchanges } = makeClient();
    const call = new AbortController();
    const asking = client.request(ask(application.url()), call.signal);
    await expect.poll(() => application.asked.length).toBe(1);
    call.abort();
    expect(await asking).toEqual({
      ok: false,
      error: { code: 11200, text: 'The request was given up: the call no longer needs it.', fatal: true },
    });
    expect(exchanges).toHaveLength(1);
    await expect.poll(() => application.connections).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('happens to a request that fails in a way that nobody foresaw, and leaves nothing', async () => {
    const { client, clock, exchanges } = makeClient({
      mayReach: () => {
        throw new TypeError('undefined is not a function');
      },
    });
    expect(await client.request(ask('http://127.0.0.1:9/'))).toMatchObject({
      ok: false,
      error: { code: 11200, text: 'The request could not be sent: undefined is not a function.' },
    });
    expect(exchanges).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('asks nothing for a call that has ended already', async () => {
    await using application = await Application.start();
    const { client, exchanges } = makeClient();
    expect(await client.request(ask(application.url()), AbortSignal.abort())).toMatchObject({ error: { code: 11200 } });
    expect(exchanges).toMatchObject([{ problem: { code: 11200 } }]);
    expect(application.asked).toEqual([]);
  });

  it('happens to every request when the client is closed, and to all later ones', async () => {
    await using application = await Application.start(() => {});
    const { client, clock, exchanges } = makeClient({ resolve: () => new Promise(() => {}) });
    const asking = [
      client.request(ask(application.url('/1'))),
      client.request(ask(application.url('/2'))),
      client.request(ask('http://slow.example/')),
    ];
    await expect.poll(() => application.asked.length).toBe(2);
    client.close();
    for (const result of await Promise.all(asking)) {
      expect(result).toMatchObject({ error: { code: 11200, text: 'The request was given up: the trunk is closing.' } });
    }
    expect(await client.request(ask(application.url('/3')))).toMatchObject({ error: { code: 11200 } });
    expect(exchanges).toHaveLength(4);
    expect(clock.pending).toBe(0);
    await expect.poll(() => application.connections).toBe(0);
    expect(application.asked).toHaveLength(2);
  });
});
