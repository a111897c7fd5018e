/** What calls go through: the trunk, and its peers. */
import { fork, type ChildProcess } from 'node:child_process';
import { on, once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Sample } from './trunk-process.ts';
import { end, run, sleep, words } from './process.ts';
import { NUMBER } from './sipp.ts';

const bench = path.join(import.meta.dirname, '..');

export interface Server {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

export interface TrunkServer extends Server {
  sample(): Promise<Sample>;
}

/** As its users start it: `patchcord trunk`, from the bundle that was built. */
export async function startTrunkServer(port: number, endpointPort: number): Promise<Server> {
  const folder = mkdtempSync(path.join(tmpdir(), 'patchcord-bench-'));
  const file = path.join(folder, 'patchcord.json');
  writeFileSync(file, JSON.stringify({ ...configFor(port, endpointPort), records: { file: 'records.sqlite' } }));
  const child = run(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    path.join(bench, '..', 'scripts', 'patchcord.mjs'),
    ...words('trunk --config'),
    file,
  ]);
  await saying(child, 'Ctrl+C stops it.');
  return {
    name: 'patchcord',
    pid: child.pid!,
    port,
    stop: async () => {
      await end(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Waits for its last line of greeting. */
async function saying(child: ChildProcess, wanted: string): Promise<void> {
  let said = '';
  for await (const chunk of on(child.stdout!, 'data', { close: ['end'] })) {
    said += String(chunk);
    if (said.includes(wanted)) return;
  }
  throw new Error(`the trunk did not start: ${said}`);
}

function configFor(port: number, endpointPort: number): object {
  return {
    listen: { udp: port, tcp: 0, tls: 0, http: 0 },
    rtp: { portMin: 30_000, portMax: 60_000 },
    numbers: [{ number: NUMBER, to: [`sip:endpoint@127.0.0.1:${endpointPort}`] }],
    limits: {
      concurrentCalls: 100_000,
      callsPerSecond: 10_000,
      requestsPerSecond: 100_000,
      requestsPerSecondPerSource: 100_000,
    },
  };
}

/**
 * From its sources, so that it can be asked for samples of its heap.
 * @param execArgv flags for the trunk's Node, such as `--cpu-prof`
 */
export async function startSampledTrunk(
  port: number,
  endpointPort: number,
  execArgv: readonly string[] = [],
): Promise<TrunkServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'patchcord-bench-'));
  const config = { ...configFor(port, endpointPort), recordsFile: path.join(folder, 'records.sqlite') };
  const child = fork(path.join(bench, 'lib', 'trunk-process.ts'), [JSON.stringify(config)], {
    execArgv: ['--disable-warning=ExperimentalWarning', '--expose-gc', ...execArgv],
  });
  await message(child, 'ready');
  return {
    name: 'patchcord',
    pid: child.pid!,
    port,
    sample: async () => {
      const answer = once(child, 'message');
      child.send('sample');
      return (await answer)[0] as Sample;
    },
    stop: async () => {
      const gone = once(child, 'exit');
      child.send('stop');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function message(child: ChildProcess, wanted: string): Promise<void> {
  const failed = once(child, 'exit').then(() => {
    throw new Error('the trunk did not start');
  });
  const [got] = (await Promise.race([once(child, 'message'), failed])) as [unknown];
  if (got !== wanted) throw new Error(`expected ${wanted} of the trunk`);
  failed.catch(() => {});
}

export async function startNpmSip(port: number, endpointPort: number): Promise<Server> {
  const child = run(process.execPath, [
    path.join(bench, 'peers', 'npm-sip-b2bua.mjs'),
    String(port),
    String(endpointPort),
  ]);
  await once(child.stdout!, 'data');
  return { name: 'npm sip', pid: child.pid!, port, stop: () => end(child) };
}

export async function startKamailio(port: number, endpointPort: number): Promise<Server> {
  const child = run('kamailio', [
    ...words(`-DD -E -m 256 -A LISTEN_PORT=${port} -A ENDPOINT_PORT=${endpointPort}`),
    '-f',
    path.join(bench, 'peers', 'kamailio.cfg'),
  ]);
  await sleep(1500);
  if (child.exitCode !== null) throw new Error('kamailio did not start');
  return { name: 'kamailio', pid: child.pid!, port, stop: () => end(child) };
}
