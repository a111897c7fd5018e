/** What calls go through: the trunk, and its peers. */
import { fork, type ChildProcess } from 'node:child_process';
import { on, once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Sample } from './sampler.ts';
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

/**
 * As its users start it: `patchcord trunk`, from the bundle that was built.
 * @param execArgv more flags for the trunk's Node
 */
export async function startTrunkServer(
  port: number,
  endpointPort: number,
  execArgv: readonly string[] = [],
): Promise<Server & { readonly child: ChildProcess }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'patchcord-bench-'));
  const file = path.join(folder, 'patchcord.json');
  writeFileSync(file, JSON.stringify({ ...configFor(port, endpointPort), records: { file: 'records.sqlite' } }));
  const child = fork(path.join(bench, '..', 'scripts', 'patchcord.mjs'), ['trunk', '--config', file], {
    execArgv: ['--disable-warning=ExperimentalWarning', ...flagsOfUsers(), ...execArgv],
    silent: true,
  });
  // Output nobody reads would block the trunk once the pipe is full.
  child.stderr?.resume();
  await saying(child, 'Ctrl+C stops it.');
  child.stdout?.resume();
  return {
    name: 'patchcord',
    pid: child.pid!,
    port,
    child,
    stop: async () => {
      await end(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The flags with which `npm run patchcord` starts Node. */
function flagsOfUsers(): string[] {
  const { scripts } = JSON.parse(readFileSync(path.join(bench, '..', 'package.json'), 'utf8')) as {
    scripts: { patchcord: string };
  };
  return words(scripts.patchcord).filter((word) => word.startsWith('--'));
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
 * The same, with a heap that can be measured. V8 throws away the bytecode of what runs at the start alone, 1 to 5 MB
 * and some minutes later: it keeps it here, so that what is measured is what calls leave behind.
 */
export async function startSampledTrunk(port: number, endpointPort: number): Promise<TrunkServer> {
  const sampler = pathToFileURL(path.join(bench, 'lib', 'sampler.ts')).href;
  const trunk = await startTrunkServer(port, endpointPort, ['--expose-gc', '--no-flush-bytecode', '--import', sampler]);
  return {
    ...trunk,
    sample: async () => {
      const answer = once(trunk.child, 'message');
      trunk.child.send('sample');
      return (await answer)[0] as Sample;
    },
  };
}

export function startNpmSip(port: number, endpointPort: number): Promise<Server> {
  return startPeer('npm sip', 'npm-sip-b2bua.mjs', port, endpointPort);
}

export function startForwarder(port: number, endpointPort: number): Promise<Server> {
  return startPeer('a bare forwarder', 'forwarder.mjs', port, endpointPort);
}

/** A program of `peers/` that says when it is ready. */
async function startPeer(name: string, program: string, port: number, endpointPort: number): Promise<Server> {
  const child = run(process.execPath, [path.join(bench, 'peers', program), String(port), String(endpointPort)]);
  await once(child.stdout!, 'data');
  return { name, pid: child.pid!, port, stop: () => end(child) };
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
