import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { silent } from '../../src/core/log/logger.ts';
import { startHost, type Host, type HostOptions } from '../../src/main/host/host.ts';
import { FakeTrunk } from '../support/fake-trunk.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  json(): any;
}

export interface Asking {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

export interface Fixture {
  host: Host;
  trunk: FakeTrunk;
  clock: VirtualClock;
  port: number;
  /** Without a token unless the headers carry one; sets no Origin. */
  ask(target: string, asking?: Asking): Promise<Answer>;
  /** With the right token, a JSON body where one is given. */
  command(target: string, method?: string, body?: unknown): Promise<Answer>;
}

/** A host on a free port with a fake trunk; both end with the test. */
export async function startFixture(options: Partial<HostOptions> = {}): Promise<Fixture> {
  const trunk = new FakeTrunk();
  const clock = new VirtualClock();
  const host = await startHost({
    listen: { host: '127.0.0.1', port: 0 },
    startTrunk: async () => trunk,
    clock,
    log: silent,
    version: '1.2.3',
    ...options,
  });
  onTestFinished(() => host.stop());
  const port = Number(new URL(host.url).port);
  const ask: Fixture['ask'] = (target, asking) => send(port, target, asking);
  return {
    host,
    trunk,
    clock,
    port,
    ask,
    command: (target, method = 'GET', body) =>
      ask(target, {
        method,
        headers: { authorization: `Bearer ${host.token}` },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
  };
}

/** One request on a connection of its own, its target sent exactly as given. */
function send(port: number, target: string, { method = 'GET', headers = {}, body }: Asking = {}) {
  return new Promise<Answer>((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path: target, method, headers, agent: false });
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          json: () => JSON.parse(text),
        });
      });
    });
    request.end(body);
  });
}

/** A folder with a built console, and a file beside it that must never be served. */
export async function consoleFolder(): Promise<string> {
  const base = await mkdtemp(path.join(tmpdir(), 'patchcord-'));
  onTestFinished(() => rm(base, { recursive: true }));
  const folder = path.join(base, 'renderer');
  await mkdir(path.join(folder, 'assets'), { recursive: true });
  await writeFile(path.join(base, 'secret.json'), '"secret"');
  await writeFile(path.join(folder, 'index.html'), '<!doctype html><title>Patchcord</title>');
  await writeFile(path.join(folder, 'assets', 'index-abc.js'), 'export {};');
  await writeFile(path.join(folder, 'assets', 'index-abc.js.map'), '{}');
  return folder;
}
