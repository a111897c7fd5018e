import { describe, expect, it } from 'vitest';
import { bodyLimit } from '../../src/main/host/exchange.ts';
import { consoleFolder, startFixture } from './host-fixture.ts';

describe('who may use the HTTP server', () => {
  it('refuses a missing and a wrong token with 401, on the contract and on the control API', async () => {
    const { ask, host } = await startFixture();
    for (const target of ['/contract/snapshot', '/api/calls']) {
      const method = target.startsWith('/contract') ? 'POST' : 'GET';
      for (const authorization of ['', 'Bearer wrong', `Basic ${host.token}`, `Bearer ${host.token}x`]) {
        const answer = await ask(target, { method, headers: authorization ? { authorization } : {} });
        expect([target, authorization, answer.status]).toEqual([target, authorization, 401]);
        expect(answer.json().error.code).toBe('unauthorized');
        expect(answer.headers['www-authenticate']).toBe('Bearer');
      }
    }
  });

  it('refuses a host name that is not its own with 403, as DNS rebinding sends it', async () => {
    const { ask, port } = await startFixture({ consoleFolder: await consoleFolder() });
    for (const host of ['evil.example', `evil.example:${port}`, `127.0.0.1.evil.example:${port}`, 'not a host']) {
      for (const target of ['/', '/healthz', '/api/openapi.json']) {
        expect([host, (await ask(target, { headers: { host } })).status]).toEqual([host, 403]);
      }
    }
  });

  it('is known as localhost and by address literals', async () => {
    const { ask, port } = await startFixture();
    for (const host of ['localhost', `LOCALHOST:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`]) {
      expect([host, (await ask('/healthz', { headers: { host } })).status]).toEqual([host, 200]);
    }
  });

  it('refuses pages of other origins with 403 even when they have the token', async () => {
    const { ask, host, port } = await startFixture({ origins: ['app://patchcord'] });
    const authorization = `Bearer ${host.token}`;
    const statusFor = async (origin: string): Promise<number> =>
      (await ask('/api/calls', { headers: { authorization, origin } })).status;
    expect(await statusFor('http://evil.example')).toBe(403);
    expect(await statusFor('null')).toBe(403);
    expect(await statusFor(`http://127.0.0.1:${port + 1}`)).toBe(403);
    expect(await statusFor(host.url)).toBe(200);
    expect(await statusFor(`http://localhost:${port}`)).toBe(200);
    expect(await statusFor('app://patchcord')).toBe(200);
  });

  it('lets no other origin read an answer', async () => {
    const { command, ask } = await startFixture();
    expect((await command('/api/calls')).headers).not.toHaveProperty('access-control-allow-origin');
    expect((await ask('/api/calls', { method: 'OPTIONS' })).status).toBe(405);
  });

  it('makes another token at each start', async () => {
    const [first, second] = [await startFixture(), await startFixture()];
    expect(first.host.token).not.toBe(second.host.token);
    expect(first.host.token.length).toBeGreaterThanOrEqual(32);
  });
});

describe('what the server does with bad requests', () => {
  it('answers 413 to a body over the limit, and takes one at the limit', async () => {
    const { ask, host } = await startFixture();
    const headers = { authorization: `Bearer ${host.token}` };
    const post = (body: Buffer) => ask('/contract/snapshot', { method: 'POST', headers, body });
    const over = await post(Buffer.alloc(bodyLimit + 1, ' '));
    expect(over.status).toBe(413);
    expect(over.headers.connection).toBe('close');
    const fitting = Buffer.alloc(bodyLimit, ' ');
    fitting.write('{}');
    expect((await post(fitting)).status).toBe(200);
  });

  it('answers 400 to a body that is not JSON or not what the command takes', async () => {
    const { ask, host, command } = await startFixture();
    const headers = { authorization: `Bearer ${host.token}` };
    for (const body of ['', '{', 'null', '[]', '"snapshot"', '{"extra":1}']) {
      const answer = await ask('/contract/snapshot', { method: 'POST', headers, body });
      expect([body, answer.status, answer.json().error.code]).toEqual([body, 400, 'bad-request']);
    }
    const named = await command('/contract/party.set', 'POST', { number: '1', behaviour: 'sing' });
    expect(named.json().error.message).toMatch(/^behaviour: /);
  });

  it('answers 404 to what does not exist, and 405 with Allow to the wrong method', async () => {
    const { ask, command } = await startFixture();
    for (const name of ['nothing', 'constructor', '__proto__', 'toString']) {
      const answer = await command(`/contract/${name}`, 'POST', {});
      expect([name, answer.status, answer.json().error.code]).toEqual([name, 404, 'not-found']);
    }
    expect((await ask('/nowhere')).status).toBe(404);
    const wrongMethod = await command('/api/calls', 'PUT', {});
    expect([wrongMethod.status, wrongMethod.headers.allow]).toEqual([405, 'POST, GET']);
  });

  it('answers 400 to a target that is not a path', async () => {
    const { ask } = await startFixture();
    expect((await ask('//evil.example/healthz')).status).toBe(400);
    expect((await ask('http://evil.example/healthz')).status).toBe(400);
  });

  it('tells nothing about a bug, but logs it', async () => {
    const errors: object[] = [];
    const log = { debug() {}, info() {}, warn() {}, error: (fields: object) => errors.push(fields), child: () => log };
    const { command } = await startFixture({ log });
    const answer = await command('/contract/practice.call', 'POST', { caller: 'bug' });
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('secret');
    expect(errors).toEqual([{ err: expect.any(TypeError) }]);
  });
});

describe('the console files', () => {
  it('serves the page and its assets without a token, with a strict policy', async () => {
    const { ask, host } = await startFixture({ consoleFolder: await consoleFolder() });
    const page = await ask('/');
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.text).toContain('Patchcord');
    expect(page.headers['cache-control']).toBe('no-cache');
    expect(page.headers['x-content-type-options']).toBe('nosniff');
    expect(page.headers['referrer-policy']).toBe('no-referrer');
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain(`connect-src 'self' ${host.url.replace('http', 'ws')}`);
    expect(policy).not.toContain('unsafe');
    const script = await ask('/assets/index-abc.js');
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(script.headers['cache-control']).toContain('immutable');
  });

  it('serves HEAD without a body and refuses to be written to', async () => {
    const { ask } = await startFixture({ consoleFolder: await consoleFolder() });
    const head = await ask('/', { method: 'HEAD' });
    expect([head.status, head.text]).toEqual([200, '']);
    expect(Number(head.headers['content-length'])).toBeGreaterThan(0);
    const post = await ask('/', { method: 'POST', body: '' });
    expect([post.status, post.headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  it('serves nothing outside its folder, however the path is written', async () => {
    const { ask } = await startFixture({ consoleFolder: await consoleFolder() });
    const attempts = [
      '/../secret.json',
      '/assets/../../secret.json',
      '/%2e%2e/secret.json',
      '/..%2fsecret.json',
      '/..%5csecret.json',
      '/assets/%2e%2e%2f%2e%2e%2fsecret.json',
      '/....//secret.json',
      '/%00',
      '/%',
      '/assets',
      '/assets/index-abc.js.map',
    ];
    for (const attempt of attempts) {
      const answer = await ask(attempt);
      expect([attempt, answer.status]).toEqual([attempt, 404]);
      expect(answer.text).not.toContain('"secret"');
    }
  });

  it('serves none when it was given none', async () => {
    const { ask } = await startFixture();
    expect((await ask('/')).status).toBe(404);
  });
});
