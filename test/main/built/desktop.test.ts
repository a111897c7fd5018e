import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { WebSocket } from 'ws';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Bridge } from '../../../src/contract/channels.ts';
import type { ContractEvent } from '../../../src/contract/events.ts';
import { ipcClient } from '../../../src/contract/ipc.ts';
import { createElectron, type ElectronOptions } from '../../support/electron-double.ts';

const main = path.resolve(import.meta.dirname, '../../../out/main/electron.js');
const quiet = { listen: { udp: 0, tcp: 0, tls: 0, http: 0 }, records: { file: ':memory:' } };

afterEach(() => {
  vi.doUnmock('electron');
  vi.resetModules();
});

// Each launch listens for the signals of this one process.
process.setMaxListeners(50);

describe('the built desktop app', () => {
  it('opens one window on its own scheme, under the strict policy', async () => {
    const electron = await launch();
    const window = await electron.window();
    expect(window.shown).toBe(true);
    expect(electron.privileged).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
    ]);
    expect(window.webContents.mainFrame.url).toBe('app://patchcord/');
    expect(window.options['webPreferences']).toMatchObject({ webviewTag: false });
    const policy = window.page?.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/connect-src 'self' ws:\/\/127\.0\.0\.1:\d+;/);
    expect(policy).not.toContain('unsafe');
    expect(await window.page?.text()).toContain('<script type="module"');
  });

  it('W6: asks before a close, a quit or a reload with a call up, and goes only after a yes', async () => {
    const electron = await launch();
    const window = await electron.window();
    const client = ipcClient(window.world['patchcord'] as Bridge);
    await client.send('practice.call', { caller: '+14155550142' });
    window.guarded = true;
    window.close();
    electron.app.quit();
    expect(electron.questions).toMatchObject([{ message: 'A call is up', buttons: ['Stay', 'Close'] }]);
    electron.questions[0]?.answer(0);
    await new Promise(setImmediate);
    expect(window.isDestroyed()).toBe(false);

    window.webContents.reload();
    expect(electron.questions[1]).toMatchObject({ buttons: ['Stay', 'Reload'] });
    electron.questions[1]?.answer(1);
    await vi.waitFor(() => expect(window.reloads).toBe(1));

    // One yes is good for one time.
    window.webContents.reload();
    expect(window.reloads).toBe(1);
    electron.questions[2]?.answer(0);
    await new Promise(setImmediate);
    window.close();
    electron.questions[3]?.answer(1);
    await vi.waitFor(() => expect(window.isDestroyed()).toBe(true));
    client.close();
    expect(await electron.exited).toBe(0);
  });

  it('W6: does not ask a signal', async () => {
    const electron = await launch();
    const window = await electron.window();
    window.guarded = true;
    process.emit('SIGTERM', 'SIGTERM');
    expect(await electron.exited).toBe(0);
    expect(electron.questions).toEqual([]);
  });

  it.each(['SIGHUP', 'shutdown', 'session-end'] as const)('W7: ends its calls in order at %s', async (end) => {
    const electron = await launch();
    const window = await electron.window();
    window.guarded = true;
    const client = ipcClient(window.world['patchcord'] as Bridge);
    await client.send('practice.call', { caller: '+14155550142' });
    const ended = new Promise<void>((resolve) => {
      client.onEvent((event) => {
        if (event.type === 'callChanged' && event.call.state === 'ended') resolve();
      });
    });
    if (end === 'SIGHUP') process.emit('SIGHUP', 'SIGHUP');
    else if (end === 'shutdown') electron.powerMonitor.emit('shutdown');
    else window.emit('session-end');
    if (end === 'session-end') await ended;
    // The system ends the process after that; here the app does.
    if (end === 'session-end') {
      window.guarded = false;
      electron.app.quit();
    }
    client.close();
    expect(await electron.exited).toBe(0);
    expect(electron.questions).toEqual([]);
  });

  it('serves the files of the console and nothing else', async () => {
    const electron = await launch();
    const window = await electron.window();
    const script = /src="\.(\/assets\/[^"]+\.js)"/.exec((await window.page?.text()) ?? '')?.[1];
    const served = await electron.fetchScheme(`app://patchcord${script}`);
    expect(served.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    for (const url of [
      'app://patchcord/../main/electron.js',
      'app://patchcord/%2e%2e/main/electron.js',
      'app://patchcord/..%2fmain%2felectron.js',
      'app://elsewhere/index.html',
      'app://patchcord.evil/index.html',
    ]) {
      expect([url, (await electron.fetchScheme(url)).status]).toEqual([url, 404]);
    }
    expect((await electron.fetchScheme('app://patchcord/', 'POST')).status).toBe(404);
  });

  it('opens the SIP WebSocket for the page of its own scheme, whose origin is no http address, and for no other', async () => {
    const electron = await launch();
    const { world } = await electron.window();
    const client = ipcClient(world['patchcord'] as Bridge);
    const { phone } = await client.send('snapshot', {});
    // As Chromium writes the Origin of a page of a standard scheme.
    expect(await opens(phone.url, 'app://patchcord')).toBe('open');
    for (const origin of ['null', 'app://evil', 'https://evil.example', 'file://']) {
      expect([origin, await opens(phone.url, origin)]).toEqual([origin, 'refused']);
    }
    client.close();
  });

  it('carries commands, failures and events over the bridge to a real trunk', async () => {
    const electron = await launch();
    const { world } = await electron.window();
    expect(Object.keys(world)).toEqual(['patchcord']);
    expect(Object.keys(world['patchcord'])).toEqual(['send', 'onEvent']);
    const client = ipcClient(world['patchcord'] as Bridge);
    const snapshot = await client.send('snapshot', {});
    expect(snapshot.trunk).toMatchObject({ state: 'running', provider: 'plivo' });
    expect(snapshot.phone.url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/sip\?token=/);
    expect(await client.send('records.list', {})).toEqual({ records: [] });
    await expect(client.send('call.hangup', { callId: 'none' })).rejects.toMatchObject({
      name: 'ContractFailure',
      code: 'not-found',
    });

    const events: ContractEvent[] = [];
    client.onEvent((event) => events.push(event));
    const party = snapshot.directory.find(({ kind }) => kind === 'party');
    await client.send('party.set', { number: party?.number ?? '', behaviour: 'decline' });
    await vi.waitFor(() => expect(events.map(({ type }) => type)).toContain('directoryChanged'));
    client.close();
  });

  it('carries what applications were asked, sends it again, and runs TwiML on a live call', async () => {
    const electron = await launch({}, { ...quiet, provider: 'twilio' });
    const { world } = await electron.window();
    const client = ipcClient(world['patchcord'] as Bridge);
    const asked = Promise.withResolvers<ContractEvent & { type: 'webhookFinished' }>();
    client.onEvent((event) => {
      if (event.type === 'webhookFinished') asked.resolve(event);
    });
    const { callId } = await client.send('practice.call', { caller: '+14155550142', to: '+14155550199' });
    const { exchange } = await asked.promise;
    expect(exchange).toMatchObject({ callId, why: 'voice-url', response: { status: 200 } });
    expect(await client.send('webhooks.list', {})).toEqual({ webhooks: [exchange] });
    const { webhook } = await client.send('webhook.replay', { id: exchange.id });
    expect(webhook).toMatchObject({ why: 'replay', url: exchange.url, parameters: exchange.parameters });
    expect((await client.send('webhooks.list', { limit: 1 })).webhooks).toEqual([webhook]);

    const xml = '<Response><Refer><Sip>sip:a@b.test</Sip></Refer></Response>';
    await client.send('call.twiml', { callId, source: { xml } });
    await vi.waitFor(async () => expect((await client.send('snapshot', {})).calls).toEqual([]), 5_000);
    expect((await client.send('notices.list', {})).notices[0]).toMatchObject({ callId, code: 13_801 });
    client.close();
  });

  it('gives listeners the event alone, and stops when they unsubscribe', async () => {
    const electron = await launch();
    const window = await electron.window();
    const heard: unknown[][] = [];
    const bridge = window.world['patchcord'] as Bridge;
    const unsubscribe = bridge.onEvent((...args) => heard.push(args));
    window.webContents.send('patchcord:event', { type: 'x' });
    unsubscribe();
    window.webContents.send('patchcord:event', { type: 'y' });
    expect(heard).toEqual([[{ type: 'x' }]]);
  });

  it('refuses commands of unknown shape and of other frames', async () => {
    const electron = await launch();
    const window = await electron.window();
    const outcome = (args: unknown[], frame: object | null = window.webContents.mainFrame): Promise<unknown> =>
      window.invoke('patchcord:command', args, frame);
    const code = (expected: string): object => ({ ok: false, error: { code: expected, message: expect.any(String) } });
    expect(await outcome(['snapshot', {}], { url: 'app://patchcord/' })).toEqual(code('refused'));
    expect(await outcome(['snapshot', {}], null)).toEqual(code('refused'));
    expect(await outcome([42, {}])).toEqual(code('bad-request'));
    expect(await outcome(['nothing', {}])).toEqual(code('not-found'));
    expect(await outcome(['snapshot', { extra: 1 }])).toEqual(code('bad-request'));
    window.webContents.mainFrame.url = 'https://evil.example/';
    expect(await outcome(['snapshot', {}])).toEqual(code('refused'));
  });

  it('stays where it is: no other page, no window, no embedded one', async () => {
    const window = await (await launch()).window();
    for (const url of ['https://evil.example/', 'file:///etc/passwd', 'app://evil/', 'javascript:alert(1)', '']) {
      expect([url, window.mayNavigate(url), window.mayNavigate(url, 'will-redirect')]).toEqual([url, false, false]);
      expect(window.mayOpen(url)).toBe(false);
    }
    expect(window.mayNavigate('app://patchcord/')).toBe(true);
    expect(window.mayEmbed()).toBe(false);
  });

  it('W27: asks Chromium for candidates on loopback, before the app is ready', async () => {
    const electron = await launch();
    const window = await electron.window();
    expect(electron.appended).toEqual(['allow-loopback-in-peer-connection']);
    expect(window.options['webPreferences']).toMatchObject({ autoplayPolicy: 'no-user-gesture-required' });
  });

  it.each([
    // Local network access, under each of the names that Chromium has given it: without them no WebSocket to the trunk.
    'loopback-network',
    'local-network',
    'local-network-access',
    'notifications',
    'clipboard-sanitized-write',
  ])('gives %s to its own page alone, in the check and in the request', async (permission) => {
    const electron = await launch();
    await electron.window();
    const asks = (requestingUrl: string): Promise<boolean> =>
      electron.grants(permission, { requestingUrl, isMainFrame: true });
    const check = (origin: string): boolean => electron.checks(permission, origin, { isMainFrame: true });
    expect([await asks('app://patchcord/'), check('app://patchcord/')]).toEqual([true, true]);
    for (const other of [
      'https://evil.example/',
      'app://patchcord.evil/',
      'app://evil/',
      'http://127.0.0.1:8060/',
      '',
    ]) {
      expect([other, await asks(other), check(other)]).toEqual([other, false, false]);
    }
  });

  it('gives the microphone to its own page, and no other device or permission', async () => {
    const electron = await launch();
    await electron.window();
    const own = { requestingUrl: 'app://patchcord/' };
    const grants = (permission: string, details: object): Promise<boolean> => electron.grants(permission, details);
    expect(await grants('media', { ...own, mediaTypes: ['audio'] })).toBe(true);
    expect(await grants('media', { ...own, mediaTypes: ['audio', 'video'] })).toBe(false);
    expect(await grants('media', { ...own, mediaTypes: ['video'] })).toBe(false);
    expect(await grants('media', own)).toBe(false);
    expect(await grants('media', { requestingUrl: 'https://evil.example/', mediaTypes: ['audio'] })).toBe(false);
    expect(await grants('geolocation', own)).toBe(false);
    expect(await grants('clipboard-read', own)).toBe(false);
    expect(electron.checks('media', 'app://patchcord/', { mediaType: 'audio' })).toBe(true);
    expect(electron.checks('media', 'app://patchcord/', { mediaType: 'video' })).toBe(false);
    expect(electron.checks('media', 'https://evil.example', { mediaType: 'audio' })).toBe(false);
    expect(electron.checks('usb', 'app://patchcord/', {})).toBe(false);
  });

  it('runs once: a second start brings the first window to the front, and ends itself', async () => {
    const electron = await launch();
    const window = await electron.window();
    electron.app.emit('second-instance');
    expect(window.focused).toBe(true);
    const second = await launch({ first: false });
    expect(await second.exited).toBe(0);
    expect(second.windows).toEqual([]);
  });

  it('stops the trunk before it quits, within 3 s, when its window closes', async () => {
    const electron = await launch();
    const window = await electron.window();
    const port = await udpPortOf(window.world['patchcord']);
    const begun = performance.now();
    window.close();
    expect(await electron.exited).toBe(0);
    expect(performance.now() - begun).toBeLessThan(3_000);
    await expect(bindUdp(port)).resolves.toBeUndefined();
  });

  it('shows in one line which port is in use, and exits with 1', async () => {
    const squatter = createServer();
    squatter.listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    onTestFinished(() => void squatter.close());
    const { port } = squatter.address() as AddressInfo;
    const electron = await launch({}, { ...quiet, listen: { udp: 0, tcp: 0, tls: 0, http: port } });
    expect(await electron.exited).toBe(1);
    expect(electron.errorBoxes).toEqual([
      ['Patchcord cannot start', expect.stringMatching(new RegExp(`^HTTP address 127\\.0\\.0\\.1:${port} .*--port`))],
    ]);
    expect(electron.windows).toEqual([]);
  });

  it('shows each problem of a wrong configuration, and exits with 1', async () => {
    const electron = await launch({}, { ...quiet, provder: 'plivo' });
    expect(await electron.exited).toBe(1);
    expect(electron.errorBoxes[0]?.[1]).toContain('provder');
  });
});

/** Runs the built main bundle against a double of its own; the app quits with the test. */
async function launch(
  options: ElectronOptions = {},
  config: object = quiet,
): Promise<ReturnType<typeof createElectron>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'patchcord-'));
  const file = path.join(folder, 'Config.json');
  writeFileSync(file, JSON.stringify(config));
  const electron = createElectron(options);
  const before = process.argv;
  process.argv = ['electron', '--no-sandbox', path.dirname(main), '--enable-logging', `--config=${file}`];
  onTestFinished(() => {
    process.argv = before;
  });
  forgetProcessListeners();
  vi.resetModules();
  vi.doMock('electron', () => electron.module);
  await import(main);
  onTestFinished(async () => {
    electron.app.quit();
    await electron.exited;
    rmSync(folder, { recursive: true });
  });
  return electron;
}

/** How a WebSocket handshake ends for a page of that origin. */
function opens(url: string, origin: string): Promise<'open' | 'refused'> {
  const socket = new WebSocket(url, 'sip', { origin });
  return new Promise((resolve) => {
    socket.on('error', () => resolve('refused'));
    socket.on('open', () => {
      socket.close();
      resolve('open');
    });
  });
}

/** The bundle listens to this process as if it were its own; several of them run in one here. */
function forgetProcessListeners(): void {
  for (const event of ['SIGINT', 'SIGTERM', 'exit'] as const) {
    const before = process.rawListeners(event);
    onTestFinished(() => {
      for (const listener of process.rawListeners(event)) {
        if (!before.includes(listener)) process.removeListener(event, listener as () => void);
      }
    });
  }
}

async function udpPortOf(bridge: Bridge): Promise<number> {
  const { trunk } = await ipcClient(bridge).send('snapshot', {});
  return Number(trunk.sip.udp.split(':').at(-1));
}

async function bindUdp(port: number): Promise<void> {
  const socket = createSocket('udp4');
  socket.bind(port, '127.0.0.1');
  await once(socket, 'listening');
  socket.close();
}
