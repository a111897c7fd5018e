import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { answeringEndpoint } from './endpoint.ts';
import { configFile, runScript, type Running } from './run-command.ts';

interface Ready {
  event: 'ready';
  sip: { udp: string; tcp: string; tls: string; ws: string };
  http: string;
  token: string;
  domain: string;
  provider: string;
}

describe('patchcord --json', () => {
  it('prints the ready line first, then events, and nothing else on stdout', async () => {
    const running = runScript('patchcord', ['trunk', '--json', '--config', configFile()]);
    const ready = await readyOf(running);
    const port = /^http:\/\/127\.0\.0\.1:(\d+)$/.exec(ready.http)?.[1];
    expect(JSON.parse(running.lines[0] ?? '')).toEqual({
      event: 'ready',
      sip: {
        udp: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
        tcp: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
        tls: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
        ws: `127.0.0.1:${port}`,
      },
      http: `http://127.0.0.1:${port}`,
      token: expect.stringMatching(/^[\w-]{32,}$/),
      domain: 'demo.zt.patchcord.test',
      provider: 'plivo',
    });

    const id = await placeCall(ready);
    await running.line((line) => line.includes('"event":"call"') && line.includes(id));
    await api(ready, `/api/calls/${id}`, undefined, 'DELETE');
    await running.line((line) => line.includes('"event":"record"') && line.includes(id));
    expect(running.lines.map((line) => typeof JSON.parse(line).event)).toEqual(running.lines.map(() => 'string'));
  });

  it('serves no console as trunk, and one as serve', async () => {
    const [alone, served] = [
      runScript('patchcord', ['trunk', '--json', '--config', configFile()]),
      runScript('patchcord', ['serve', '--json', '--no-open', '--config', configFile()]),
    ];
    expect((await fetch((await readyOf(alone)).http)).status).toBe(404);
    const page = await fetch((await readyOf(served)).http);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<script type="module"')]);
  });

  it('says so when other machines can reach it, and is still reached over loopback', async () => {
    const config = configFile({
      listen: { host: '0.0.0.0', udp: 0, tcp: 0, tls: 0, http: 0 },
      auth: { credentials: [{ username: 'endpoint', password: 'secret' }] },
    });
    const running = runScript('patchcord', ['trunk', '--json', '--config', config]);
    const ready = await readyOf(running);
    expect(ready.http).toMatch(/^http:\/\/127\.0\.0\.1:/);
    expect(ready.sip.udp).not.toMatch(/^0\.0\.0\.0:/);
    expect((await fetch(`${ready.http}/healthz`)).status).toBe(200);
    expect(JSON.parse(running.stderr())).toMatchObject({
      level: 40,
      msg: expect.stringContaining('beyond this machine'),
    });
  });

  it('W29: tells other machines the address that is set, and this one loopback', async () => {
    const config = configFile({
      listen: { host: '0.0.0.0', advertise: '203.0.113.9', udp: 0, tcp: 0, tls: 0, http: 0 },
      auth: { credentials: [{ username: 'endpoint', password: 'secret' }] },
    });
    const ready = await readyOf(runScript('patchcord', ['trunk', '--json', '--config', config]));
    const { udp, tcp, tls, ws } = ready.sip;
    expect([udp, tcp, tls].map((at) => at.split(':')[0])).toEqual(Array(3).fill('203.0.113.9'));
    expect([ws, ready.http.slice('http://'.length)].map((at) => at.split(':')[0])).toEqual(Array(2).fill('127.0.0.1'));
  });

  it('never writes the token to its log', async () => {
    const running = runScript('patchcord', ['serve', '--json', '--log-level', 'debug', '--config', configFile()]);
    const ready = await readyOf(running);
    await placeCall(ready);
    await running.line((line) => line.includes('"state":"answered"'));
    running.child.kill('SIGTERM');
    expect(await running.ended).toBe(0);
    expect(running.stderr()).not.toContain(ready.token);
    expect(running.lines.slice(1).join('\n')).not.toContain(ready.token);
  });
});

describe('patchcord with the provider twilio', () => {
  it('T1, T11: runs the demo without more configuration, and other TwiML on the live call', async () => {
    const secret = 'e'.repeat(32);
    const config = configFile({ provider: 'twilio', twilio: { authToken: secret } });
    const running = runScript('patchcord', ['trunk', '--json', '--log-level', 'debug', '--config', config]);
    const ready = await readyOf(running);
    expect(ready.provider).toBe('twilio');
    const placed = await api(ready, '/api/calls', { from: '+14155550142', to: '+14155550199' });
    const { id } = (await placed.json()) as { id: string };
    const { exchange } = JSON.parse(await running.line((line) => line.startsWith('{"event":"webhook"')));
    expect(exchange).toMatchObject({ callId: id, url: `${ready.http}/demo/voice`, signed: true });
    expect(exchange.response).toMatchObject({ status: 200, body: expect.stringContaining('<Gather action="choice"') });

    const twiml = await fetch(`${ready.http}/api/calls/${id}/twiml`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ready.token}`, 'content-type': 'application/xml' },
      body: '<Response>\n<Refer><Sip>sip:a@b.test</Sip></Refer>\n</Response>',
    });
    expect(twiml.status).toBe(202);
    const { notice } = JSON.parse(await running.line((line) => line.includes('13801')));
    expect(notice).toMatchObject({ callId: id, code: 13_801, line: 2 });
    await running.line((line) => line.includes('"event":"record"') && line.includes(id));
    running.child.kill('SIGTERM');
    expect(await running.ended).toBe(0);
    expect(running.stderr() + running.lines.join('\n')).not.toContain(secret);
  });
});

describe('the end of patchcord', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'W7: comes with status 0 within 3 s of %s, with a call in progress that gets its record',
    async (signal) => {
      const records = path.join(path.dirname(configFile()), 'records.sqlite');
      const config = configFile({ records: { file: records } });
      const running = runScript('patchcord', ['trunk', '--json', '--config', config]);
      await placeCall(await readyOf(running));
      await running.line((line) => line.includes('"state":"answered"'));
      const begun = performance.now();
      running.child.kill(signal);
      expect(await running.ended).toBe(0);
      expect(performance.now() - begun).toBeLessThan(3_000);
      expect(running.lines.at(-1)).toBeDefined();
      expect(running.lines.some((line) => JSON.parse(line).event === 'record')).toBe(true);
      expect(existsSync(records)).toBe(true);
    },
  );

  it('W7: comes at once with a second signal, though a peer never answers its BYE', async () => {
    const uri = await answeringEndpoint({ leaves: ['BYE'] });
    const config = configFile({ numbers: [{ number: '+14155550100', to: [uri] }] });
    const running = runScript('patchcord', ['trunk', '--json', '--config', config]);
    const ready = await readyOf(running);
    await api(ready, '/api/calls', { from: '+14155550142', to: '+14155550100' });
    await running.line((line) => line.includes('"state":"answered"'));
    running.child.kill('SIGTERM');
    await running.line((line) => line.includes('"event":"record"'));
    // One Ctrl+C comes twice under npm: signals that are closer together than half a second are one.
    await new Promise((resolve) => setTimeout(resolve, 600));
    running.child.kill('SIGTERM');
    expect(await running.ended).toBe(143);
  });

  it('may come by kill -9 in the middle of a call: the next start has its record, as interrupted', async () => {
    const config = configFile({ records: { file: 'records.sqlite' } });
    const killed = runScript('patchcord', ['trunk', '--json', '--config', config]);
    const ready = await readyOf(killed);
    const id = await placeCall(ready);
    await killed.line((line) => line.includes('"state":"answered"'));
    // Commits are grouped; the list sees, and therefore commits, everything before it.
    await api(ready, '/api/records', undefined, 'GET');
    killed.child.kill('SIGKILL');
    expect(await killed.ended).toBe('SIGKILL');

    const next = runScript('patchcord', ['trunk', '--json', '--config', config]);
    const page = await api(await readyOf(next), '/api/records', undefined, 'GET');
    const { records } = (await page.json()) as { records: Array<{ callId: string; result: string }> };
    expect(records.length).toBeGreaterThan(0);
    expect(records.every(({ callId, result }) => callId === id && result === 'interrupted')).toBe(true);
  });

  it('comes with status 0 when nobody reads its output any more', async () => {
    const running = runScript('patchcord', ['trunk', '--json', '--config', configFile()]);
    const ready = await readyOf(running);
    running.child.stdout?.destroy();
    await placeCall(ready);
    const [status] = (await once(running.child, 'exit')) as [number];
    expect(status).toBe(0);
  });
});

describe('a start that fails', () => {
  it('names an HTTP port in use and the option that changes it, in one line, with status 1', async () => {
    const squatter = createServer();
    squatter.listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    onTestFinished(() => void squatter.close());
    const { port } = squatter.address() as AddressInfo;
    const running = runScript('patchcord', ['trunk', '--port', String(port), '--config', configFile()]);
    expect(await running.ended).toBe(1);
    expect(running.stderr()).toBe(
      `patchcord: HTTP address 127.0.0.1:${port} is already in use: ` +
        'choose another port with --port or listen.http (0 takes any free one).\n',
    );
    expect(running.lines).toEqual([]);
  });

  it('names a SIP port in use and the key that changes it, in one line, with status 1', async () => {
    const squatter = createSocket('udp4').bind(0, '127.0.0.1');
    await once(squatter, 'listening');
    onTestFinished(() => void squatter.close());
    const { port } = squatter.address();
    const running = runScript('patchcord', [
      'trunk',
      '--config',
      configFile({ listen: { udp: port, tcp: 0, tls: 0, http: 0 } }),
    ]);
    expect(await running.ended).toBe(1);
    expect(running.stderr()).toMatch(
      new RegExp(`^patchcord: UDP address 127\\.0\\.0\\.1:${port} is already in use: .*listen\\.udp.*\\n$`),
    );
  });

  it.each(['tcp', 'tls'] as const)('names the %s port in use', async (key) => {
    const squatter = createServer();
    squatter.listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    onTestFinished(() => void squatter.close());
    const { port } = squatter.address() as AddressInfo;
    const listen = { udp: 0, tcp: 0, tls: 0, http: 0, [key]: port };
    const running = runScript('patchcord', ['trunk', '--config', configFile({ listen })]);
    expect(await running.ended).toBe(1);
    expect(running.stderr()).toMatch(
      new RegExp(`^patchcord: ${key.toUpperCase()} address 127\\.0\\.0\\.1:${port} .*listen\\.${key}.*\\n$`),
    );
  });

  it('refuses a TLS certificate that is none, in one line', async () => {
    const running = runScript('patchcord', ['trunk', '--config', configFile({ tls: { certFile: 'c', keyFile: 'k' } })]);
    expect(await running.ended).toBe(1);
    expect(running.stderr()).toMatch(/^patchcord: .*\/c cannot be read \(ENOENT\): see tls in the configuration\.\n$/);
  });

  it('gives each problem of a configuration a line, with status 2', async () => {
    const running = runScript('patchcord', ['trunk', '--config', configFile({ provder: 'plivo', domain: 7 })]);
    expect(await running.ended).toBe(2);
    const problems = running.stderr().trimEnd().split('\n');
    expect(problems).toHaveLength(2);
    expect(problems.every((line) => line.startsWith('patchcord: '))).toBe(true);
    expect(running.stderr()).toContain('provder');
    expect(running.stderr()).toContain('domain');
  });

  it('says where JSON is broken, and which file is missing, with status 2', async () => {
    const broken = configFile();
    writeFileSync(broken, '{\n  "listen": }\n');
    const running = runScript('patchcord', ['trunk', '--config', broken]);
    expect(await running.ended).toBe(2);
    expect(running.stderr()).toMatch(/^patchcord: .*2.*\n$/);
    const missing = runScript('patchcord', ['trunk', '--config', `${broken}.none`]);
    expect([await missing.ended, missing.stderr()]).toEqual([2, expect.stringContaining(`${broken}.none`)]);
  });

  it('answers wrong usage with the problem and status 2, --help and --version with 0', async () => {
    const wrong = runScript('patchcord', ['trunk', '--frob']);
    expect([await wrong.ended, wrong.stderr()]).toEqual([
      2,
      "patchcord: Unknown option '--frob'.\nTry: patchcord trunk --help\n",
    ]);
    const help = runScript('patchcord', ['--help']);
    expect([await help.ended, help.lines[0]]).toEqual([0, 'Usage: patchcord <command> [options]']);
    const version = runScript('patchcord', ['--version']);
    expect([await version.ended, version.lines]).toEqual([0, [expect.stringMatching(/^\d+\.\d+\.\d+$/)]]);
  });
});

describe('npm start where there is no desktop', () => {
  it('says so in one line and opens the console at a URL that works, from any folder', async () => {
    const running = runScript('start', ['--config', configFile()], { cwd: tmpdir() });
    const row = await running.line((line) => line.includes('Console'));
    expect(running.stderr()).toBe('No desktop app here (there is no display): this is the browser console.\n');
    const url = new URL(/http:\S+/.exec(row)?.[0] ?? '');
    expect(url.hash).toMatch(/^#token=[\w-]{32,}$/);
    expect((await fetch(url)).status).toBe(200);
  });

  it('shows its first screen within 3 s of a warm start', async () => {
    const begun = performance.now();
    const running = runScript('start', ['--no-open', '--config', configFile()]);
    const row = await running.line((line) => line.includes('Console'));
    await fetch(/http:[^#\s]+/.exec(row)?.[0] ?? '');
    expect(performance.now() - begun).toBeLessThan(3_000);
    expect(running.stderr()).toBe('');
  });

  it('explains itself and its options', async () => {
    const help = runScript('start', ['--help']);
    expect([await help.ended, help.lines[0]]).toEqual([0, 'Usage: npm start -- [options]']);
    const wrong = runScript('start', ['--frob']);
    expect([await wrong.ended, wrong.stderr()]).toEqual([2, "Unknown option '--frob'.\nTry: npm start -- --help\n"]);
  });
});

async function readyOf(running: Running): Promise<Ready> {
  return JSON.parse(await running.line(() => true)) as Ready;
}

/** A call of a simulated caller to an endpoint that answers. */
async function placeCall(ready: Ready): Promise<string> {
  const placed = await api(ready, '/api/calls', { from: '+14155551234', to: await answeringEndpoint() });
  expect(placed.status).toBe(201);
  const { id } = (await placed.json()) as { id: string };
  return id;
}

function api(ready: Ready, target: string, body?: object, method = 'POST'): Promise<Response> {
  return fetch(ready.http + target, {
    method,
    headers: { authorization: `Bearer ${ready.token}` },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
}
