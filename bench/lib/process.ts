/** Processes under measurement: started, watched through /proc, ended by their own id. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { heading, line } from './report.ts';

/** Kernel clock ticks in a second: what /proc/<pid>/stat counts in, the same on every Linux. */
const TICKS = 100;

export { setTimeout as sleep } from 'node:timers/promises';

/** Says so and gives false where the programs or /proc of this part are missing. */
export function available(part: string, ...programs: string[]): boolean {
  const missing = programs.filter((program) => findProgram(program) === undefined);
  const why =
    missing.length > 0 ? `${missing.join(', ')} not found` : existsSync('/proc/self/stat') ? '' : 'no /proc here';
  if (why !== '') {
    heading(part);
    line(`SKIPPED: ${why}`);
  }
  return why === '';
}

function findProgram(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
}

export function run(program: string, args: readonly string[], cwd?: string): ChildProcess {
  const child = spawn(findProgram(program) ?? program, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd });
  // Output nobody reads would block the program once the pipe is full.
  child.stdout.resume();
  child.stderr.resume();
  return child;
}

/** A command line without quotes, as arguments. */
export function words(text: string): string[] {
  return text.split(' ');
}

export async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), 3000);
  await gone;
  clearTimeout(timer);
}

/** CPU time of a process and its children so far, user and system, in microseconds. */
export function cpuOf(pid: number): number {
  return tree(pid).reduce((total, each) => {
    const fields = statOf(each);
    return total + ((Number(fields[11]) + Number(fields[12])) / TICKS) * 1e6;
  }, 0);
}

/** Resident memory of a process and its children in MB (10^6 bytes); shared pages count once for each. */
export function residentOf(pid: number): number {
  return tree(pid).reduce((total, each) => {
    const status = readFileSync(`/proc/${each}/status`, 'utf8');
    return total + (Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024) / 1e6;
  }, 0);
}

function tree(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => Number(statOf(Number(name))[1]) === pid)
    .flatMap((name) => tree(Number(name)));
  return [pid, ...children];
}

/** The fields after the command, which may hold blanks: state, parent, …; empty when the process is gone. */
function statOf(pid: number): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
