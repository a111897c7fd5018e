/** SIPp on both sides of whatever is measured. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run, words } from './process.ts';

const peers = path.join(import.meta.dirname, '..', 'peers');
const LOOPBACK = '127.0.0.1';
/** Outside the trunk's own range. SIPp binds them, though no audio flows. */
const MEDIA_PORT = { endpoint: '61000', caller: '61010' };

export const NUMBER = '+14155550101';

/** An endpoint that answers every call at once. */
export function startEndpoint(port: number): ChildProcess {
  const args = words(`-i ${LOOPBACK} -p ${port} -mp ${MEDIA_PORT.endpoint} -nostdin`);
  return run('sipp', ['-sf', path.join(peers, 'uas.xml'), ...args], tmpdir());
}

export interface CallResult {
  readonly placed: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly retransmissions: number;
  /** Calls a second over the whole run. */
  readonly rate: number;
}

/** Places `rate` calls a second for `seconds`, each hung up as soon as it is answered. */
export async function placeCalls(options: {
  to: number;
  from: number;
  rate: number;
  seconds: number;
}): Promise<CallResult> {
  const { to, from, rate, seconds } = options;
  const folder = mkdtempSync(path.join(tmpdir(), 'patchcord-bench-'));
  const stats = path.join(folder, 'stats.csv');
  const began = performance.now();
  try {
    const args = words(
      `-s ${NUMBER} -i ${LOOPBACK} -p ${from} -mp ${MEDIA_PORT.caller} -r ${rate} -m ${rate * seconds} -l 20000 ` +
        `-timeout ${seconds + 20} -nostdin -trace_stat -fd 5 ${LOOPBACK}:${to}`,
    );
    const caller = run('sipp', ['-sf', path.join(peers, 'uac.xml'), '-stf', stats, ...args], folder);
    await once(caller, 'exit');
    return read(stats, rate * seconds, (performance.now() - began) / 1000);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function read(stats: string, placed: number, seconds: number): CallResult {
  const lines = readFileSync(stats, 'utf8').trim().split('\n');
  const names = lines[0]?.split(';') ?? [];
  const values = lines.at(-1)?.split(';') ?? [];
  const of = (name: string): number => Number(values[names.indexOf(name)] ?? Number.NaN);
  const succeeded = of('SuccessfulCall(C)');
  return {
    placed,
    succeeded,
    failed: of('FailedCall(C)') + Math.max(0, placed - of('TotalCallCreated')),
    retransmissions: of('Retransmissions(C)'),
    rate: succeeded / seconds,
  };
}
