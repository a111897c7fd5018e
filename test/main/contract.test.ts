import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { ContractClient, LinkState } from '../../src/contract/client.ts';
import type { ContractEvent } from '../../src/contract/events.ts';
import { httpClient } from '../../src/contract/http-client.ts';
import { settingsOf } from '../../src/core/config/settings.ts';
import { exampleCall, exampleFinding, exampleLadder, exampleRecord, FakeTrunk } from '../support/fake-trunk.ts';
import { startFixture, type Fixture } from './host-fixture.ts';

describe('commands over HTTP', () => {
  it('gives the whole picture, with what the phone needs to register', async () => {
    const { command, host, port } = await startFixture();
    const snapshot = (await command('/contract/snapshot', 'POST', {})).json();
    expect(snapshot.calls).toEqual([exampleCall]);
    expect(snapshot.trunk.domain).toBe('demo.zt.patchcord.test');
    expect(snapshot.phone).toEqual({
      url: `ws://127.0.0.1:${port}/sip?token=${host.token}`,
      aor: 'sip:console@demo.zt.patchcord.test',
    });
  });

  it('passes every command on to the trunk', async () => {
    const { host, trunk } = await startFixture();
    const client = openClient(host);
    expect(await client.send('practice.call', { caller: '+1' })).toEqual({ callId: 'call-2' });
    expect(await client.send('party.set', { number: '+1', behaviour: 'busy', afterMs: 5 })).toEqual({});
    expect(await client.send('call.hangup', { callId: 'call-1' })).toEqual({});
    expect(await client.send('target.check', { input: '1234' })).toMatchObject({ ok: true, input: '1234' });
    expect(await client.send('target.check', { input: '1234', callId: 'call-1' })).toMatchObject({
      callerId: { rule: 'P20 inbound' },
    });
    expect(await client.send('records.list', { limit: 10 })).toEqual({ records: [exampleRecord] });
    expect(await client.send('ladder.get', { callId: 'call-0' })).toEqual(exampleLadder);
    expect(await client.send('findings.get', { callId: 'call-0' })).toEqual({ findings: [exampleFinding] });
    expect(trunk.asked).toEqual([
      ['practiceCall', { caller: '+1' }],
      ['setParty', '+1', 'busy', 5],
      ['hangUp', 'call-1'],
      ['list', { limit: 10 }],
    ]);
  });

  it('gives the settings without passwords, and the console what it needs to register in a new domain', async () => {
    const { command, host, trunk } = await startFixture();
    const client = openClient(host);
    const { settings, providers, needsRestart } = await client.send('settings.get', {});
    expect(settings).toEqual(settingsOf(trunk.config));
    expect(settings.auth.credentials).toEqual([{ username: 'pbx' }]);
    expect([providers, needsRestart]).toEqual([['plivo', 'sinch'], []]);
    expect((await command('/contract/settings.get', 'POST', {})).text).not.toContain('hunter2');
    trunk.status = () => ({ ...new FakeTrunk().status(), domain: 'new.test' });
    expect((await client.send('snapshot', {})).phone.aor).toBe('sip:console@new.test');
  });

  it('changes settings, or says one line a problem', async () => {
    const { host, trunk } = await startFixture();
    const client = openClient(host);
    const patch = { provider: 'sinch', limits: { ringSeconds: 5 } };
    expect(await client.send('settings.set', { patch })).toEqual({
      storage: trunk.storage(),
      changed: ['provider', 'limits'],
      needsRestart: [],
    });
    expect(await client.send('settings.save', {})).toMatchObject({ state: 'saved' });
    expect(trunk.asked).toEqual([
      ['configure', patch],
      ['saveSettings', { overwrite: false }],
    ]);
    await expect(client.send('settings.set', { patch: { colour: 'red' } })).rejects.toMatchObject({
      code: 'bad-request',
      message: 'colour: unknown key\ndomain: must be a host name',
    });
  });

  it('sends nothing that the contract does not name', async () => {
    const { command, trunk } = await startFixture();
    trunk.live = [{ ...exampleCall, internal: 'secret' } as typeof exampleCall];
    expect((await command('/contract/snapshot', 'POST', {})).text).not.toContain('secret');
  });

  it('rejects with a typed failure when the trunk refuses, is wrong, or is gone', async () => {
    const { host } = await startFixture();
    const client = openClient(host);
    await expect(client.send('practice.call', { caller: 'nobody' })).rejects.toMatchObject({
      name: 'ContractFailure',
      code: 'not-found',
      message: 'nobody is not in the directory.',
    });
    await expect(client.send('ladder.get', { callId: 'none' })).rejects.toMatchObject({ code: 'not-found' });
    await expect(client.send('records.list', { cursor: 'wrong' })).rejects.toMatchObject({ code: 'bad-request' });
    await expect(client.send('practice.call', { caller: 'bug' })).rejects.toMatchObject({ code: 'internal' });
    await host.stop();
    await expect(client.send('snapshot', {})).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('rejects a reply of unexpected shape', async () => {
    const { host, trunk } = await startFixture();
    trunk.practiceCall = async () => ({ id: 'call-2' }) as never;
    await expect(openClient(host).send('practice.call', { caller: '+1' })).rejects.toMatchObject({ code: 'internal' });
  });

  it('answers 503 while the trunk is starting', async () => {
    let port = 0;
    const statuses: number[] = [];
    const handshakes: string[] = [];
    const starting = startFixture({
      startTrunk: async ({ upgrades }) => {
        port = (upgrades('/sip').address() as { port: number }).port;
        statuses.push((await fetch(`http://127.0.0.1:${port}/healthz`)).status);
        // W6: nor may a handshake wait, though the trunk's own socket is served: the browser would open no other one meanwhile.
        upgrades('/sip').on('upgrade', () => {});
        handshakes.push(await handshake(port, '/contract/events'));
        throw new Error('no trunk');
      },
    });
    await expect(starting).rejects.toThrow('no trunk');
    expect(statuses).toEqual([503]);
    expect(handshakes).toEqual(['HTTP/1.1 503 Refused']);
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
  });
});

describe('events over the WebSocket', () => {
  it('reach every client that showed the token, in order', async () => {
    const { host, trunk } = await startFixture();
    const seen: ContractEvent[][] = [[], []];
    for (const list of seen) {
      const client = openClient(host);
      client.onEvent((event) => list.push(event));
      await connected(client);
    }
    trunk.emit({ type: 'callChanged', call: exampleCall });
    trunk.emit({ type: 'recordAdded', record: exampleRecord });
    await vi.waitFor(() =>
      expect(seen.map((list) => list.map(({ type }) => type))).toEqual(seen.map(() => ['callChanged', 'recordAdded'])),
    );
    expect(seen[0]?.[0]).toEqual({ type: 'callChanged', call: exampleCall });
  });

  it('stop with the subscription, and leave nothing behind when the client closes', async () => {
    const { host, trunk } = await startFixture();
    const client = openClient(host);
    const seen: string[] = [];
    const unsubscribe = client.onEvent(({ type }) => seen.push(type));
    await connected(client);
    unsubscribe();
    const all: string[] = [];
    client.onEvent(({ type }) => all.push(type));
    trunk.emit({ type: 'recordAdded', record: exampleRecord });
    await vi.waitFor(() => expect(all).toEqual(['recordAdded']));
    expect(seen).toEqual([]);
  });

  it('are refused with 4401 to a wrong token, to none in time, and to anything else said first', async () => {
    const { port, clock } = await startFixture();
    for (const hello of ['{"token":"wrong"}', '{}', 'token', Buffer.from('{}')]) {
      const socket = await openSocket(port);
      socket.send(hello);
      expect((await once(socket, 'close'))[0]).toBe(4401);
    }
    const quiet = await openSocket(port);
    clock.advance(5_000);
    expect((await once(quiet, 'close'))[0]).toBe(4401);
  });

  it('are refused to pages of other origins, other host names, and on other paths', async () => {
    const { port } = await startFixture();
    const refusal = async (path: string, headers: Record<string, string>): Promise<string> => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
      const [error] = (await once(socket, 'error').catch((thrown: unknown) => [thrown])) as [Error];
      return error.message;
    };
    expect(await refusal('/contract/events', { origin: 'http://evil.example' })).toContain('403');
    expect(await refusal('/contract/events', { host: 'evil.example' })).toContain('403');
    expect(await refusal('/contract/other', {})).toContain('404');
  });

  it('leave the upgrade of the SIP path to the trunk', async () => {
    const { port } = await startFixture({
      startTrunk: async ({ upgrades }) => {
        upgrades('/sip').on('upgrade', (_request, socket) => socket.end('HTTP/1.1 418 The trunk\r\n\r\n'));
        return new FakeTrunk();
      },
    });
    expect(await handshake(port, '/sip')).toBe('HTTP/1.1 418 The trunk');
  });

  it('drop a client that does not read, without holding up the others', async () => {
    const { port, host, trunk } = await startFixture();
    const slow = await openSocket(port);
    slow.send(JSON.stringify({ token: host.token }));
    await once(slow, 'message');
    slow.pause();
    const client = openClient(host);
    let heard = 0;
    client.onEvent(() => (heard += 1));
    await connected(client);
    const big = { ...exampleRecord, fromName: 'x'.repeat(500_000) };
    for (let sent = 1; sent <= 60; sent += 1) {
      trunk.emit({ type: 'recordAdded', record: big });
      await vi.waitFor(() => expect(heard).toBe(sent), { interval: 2 });
    }
    const closed = once(slow, 'close');
    slow.resume();
    expect((await closed)[0]).toBe(1006);
  });

  it('drop a client that answers no ping', async () => {
    const { port, host, clock } = await startFixture();
    const socket = new WebSocket(`ws://127.0.0.1:${port}/contract/events`, { autoPong: false });
    onTestFinished(() => socket.terminate());
    await once(socket, 'open');
    socket.send(JSON.stringify({ token: host.token }));
    await once(socket, 'message');
    const closed = once(socket, 'close');
    clock.advance(15_000);
    expect((await closed)[0]).toBe(1006);
  });
});

describe('the link of the HTTP client', () => {
  it('is refused for good without a token or with a wrong one', async () => {
    const { host } = await startFixture();
    const none = statesOf(httpClient({ base: host.url, token: undefined }));
    expect(none).toEqual(['refused']);
    const wrong = statesOf(httpClient({ base: host.url, token: 'wrong' }));
    await vi.waitFor(() => expect(wrong).toEqual(['connecting', 'refused']));
  });

  it('comes back by itself when the connection broke, and then carries events again', async () => {
    const { host, trunk, clock } = await startFixture();
    const client = openClient(host);
    const states = statesOf(client);
    const seen: string[] = [];
    client.onEvent(({ type }) => seen.push(type));
    await connected(client);
    // Two heartbeats without time for an answer between them.
    clock.advance(30_000);
    await vi.waitFor(() => expect(states).toEqual(['connecting', 'connected', 'reconnecting', 'connected']));
    trunk.emit({ type: 'recordAdded', record: exampleRecord });
    await vi.waitFor(() => expect(seen).toEqual(['recordAdded']));
  });

  it('is refused when the trunk was started again, for its token is another', async () => {
    const { host, port } = await startFixture();
    const states = statesOf(openClient(host));
    await vi.waitFor(() => expect(states).toContain('connected'));
    await host.stop();
    await startFixture({ listen: { host: '127.0.0.1', port } });
    await vi.waitFor(() => expect(states).toEqual(['connecting', 'connected', 'reconnecting', 'refused']));
  });
});

function openClient(host: Fixture['host']): ContractClient {
  const client = httpClient({ base: host.url, token: host.token });
  onTestFinished(() => client.close());
  return client;
}

function statesOf(client: ContractClient): LinkState[] {
  onTestFinished(() => client.close());
  const states: LinkState[] = [];
  client.onLink((state) => states.push(state));
  return states;
}

function connected(client: ContractClient): Promise<void> {
  return new Promise((resolve) => {
    client.onLink((state) => {
      if (state === 'connected') resolve();
    });
  });
}

async function openSocket(port: number): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/contract/events`);
  onTestFinished(() => socket.terminate());
  await once(socket, 'open');
  return socket;
}

/** The status line that answers a WebSocket handshake. */
async function handshake(port: number, target: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(
    `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return answer.toString().split('\r\n', 1)[0]!;
}
