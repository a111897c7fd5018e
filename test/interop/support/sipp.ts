/** Runs the SIPp scenarios. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePorts, listening } from './ports.ts';
import { startTool, temporaryFolder, type ToolRun } from './tool.ts';

const SCENARIOS = path.resolve(import.meta.dirname, '../sipp');

export type SippTransport = 'udp' | 'tcp' | 'tls';

export interface SippOptions {
  /** `host:port` of the trunk: SIPp calls it. Without it, SIPp waits for a call. */
  readonly trunk?: string;
  /** Number or user name that SIPp calls or registers. */
  readonly service?: string;
  /** What it answers a challenge with. */
  readonly credentials?: { readonly username: string; readonly password: string };
  /** Generic parameters of the scenario, by name. */
  readonly keys?: Readonly<Record<string, string>>;
  /** Local SIP port; by default a free one. */
  readonly port?: number;
  /** UDP by default. Debian's SIPp is built without TLS: it speaks `tls` in TCP, for a tunnel to carry. */
  readonly transport?: SippTransport;
  /** Port that is told to the trunk instead of the local one: that of a tunnel. */
  readonly publicPort?: number;
  /** How many calls, one after the other begun; 1 by default. */
  readonly calls?: number;
  /** How many it begins in a second; 10 by default. */
  readonly perSecond?: number;
  /** Sends no sound back: many calls that echo each other keep a machine busy. */
  readonly silent?: boolean;
  /** File in the scenario folder with one line for each call. */
  readonly lines?: string;
  /** Milliseconds of the scenario's plain pause. */
  readonly pauseMs?: number;
}

export interface Sipp {
  /** Local SIP port. */
  readonly port: number;
  /** RTP that comes in on it goes back to where it came from. */
  readonly mediaPort: number;
  /** Resolves when the scenario went through. @throws with SIPp's own report when it did not */
  readonly passed: Promise<void>;
  /** SIGKILL: its system closes its sockets. SIGSTOP: they stay open, and nothing is answered any more. */
  signal(signal: 'SIGKILL' | 'SIGSTOP'): void;
}

/** A scenario that hangs fails after this many seconds. */
const TIME_LIMIT = 40;

export async function startSipp(scenario: string, wanted: SippOptions = {}): Promise<Sipp> {
  const { trunk, service, keys = {}, calls = 1, lines, pauseMs, transport = 'udp' } = wanted;
  const { perSecond = 10, silent = false, credentials } = wanted;
  const port = wanted.port ?? (await freePorts());
  const mediaPort = await freePorts();
  const folder = temporaryFolder();
  const errors = path.join(folder.path, 'errors.log');
  const messages = path.join(folder.path, 'messages.log');
  const file = path.join(folder.path, 'scenario.xml');
  writeFileSync(file, scenarioText(scenario, wanted));
  const options = {
    '-sf': file,
    '-t': transport === 'udp' ? 'u1' : 't1',
    '-i': '127.0.0.1',
    '-p': port,
    '-mp': mediaPort,
    '-m': calls,
    '-l': calls,
    '-r': perSecond,
    '-timeout': `${TIME_LIMIT}s`,
    '-error_file': errors,
    '-message_file': messages,
    ...(service === undefined ? {} : { '-s': service }),
    ...(credentials && { '-au': credentials.username, '-ap': credentials.password }),
    ...(lines === undefined ? {} : { '-inf': path.join(SCENARIOS, lines) }),
    ...(pauseMs === undefined ? {} : { '-d': pauseMs }),
  };
  const run = startTool(
    'sipp',
    [
      ...(trunk === undefined ? [] : [trunk]),
      ...Object.entries(options).flatMap(([option, value]) => [option, String(value)]),
      ...Object.entries(keys).flatMap(([name, value]) => ['-key', name, value]),
      ...(silent ? [] : ['-rtp_echo']),
      '-nostdin',
      '-timeout_error',
      '-trace_err',
      '-trace_msg',
    ],
    folder.path,
  );
  const passed = run.exit.then((code) => {
    const report = code === 0 ? '' : reportOf(scenario, code, run, errors, messages);
    folder.remove();
    if (code !== 0) throw new Error(report);
  });
  // Whoever awaits it gets the failure; a test that ended earlier is not to be failed by it.
  passed.catch(() => {});
  if (trunk === undefined) await Promise.race([listening(port, transport === 'udp' ? 'udp' : 'tcp'), passed]);
  return { port, mediaPort, passed, signal: (signal) => void run.process.kill(signal) };
}

function scenarioText(scenario: string, { transport, publicPort }: SippOptions): string {
  const text = readFileSync(path.join(SCENARIOS, `${scenario}.xml`), 'utf8');
  const secured = transport === 'tls' ? text.replaceAll('[transport]', 'TLS') : text;
  return publicPort === undefined ? secured : secured.replaceAll('[local_port]', String(publicPort));
}

function reportOf(scenario: string, code: number, run: ToolRun, ...files: string[]): string {
  const logs = files.map((file) => (existsSync(file) ? readFileSync(file, 'utf8') : ''));
  return [`SIPp scenario ${scenario} ended with exit code ${code}.`, ...logs, run.output().slice(-2000)].join('\n');
}
