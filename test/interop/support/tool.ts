/** Programs of other people that these tests talk to. Where one is missing the tests fail: they are never skipped. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Which Debian package has it. */
const PACKAGES = {
  sipp: 'sip-tester',
  baresip: 'baresip-core',
  linphonec: 'linphone-cli',
  tshark: 'tshark',
  kamailio: 'kamailio',
  ip: 'iproute2',
};

export type ToolName = keyof typeof PACKAGES;

/** @throws when the program is not installed; the message names the package */
export function requireTool(tool: ToolName): void {
  const { error } = spawnSync(tool, ['-h'], { stdio: 'ignore' });
  if (error && 'code' in error && error.code === 'ENOENT') {
    throw new Error(`${tool} is not installed, and the interop tests need it: apt-get install ${PACKAGES[tool]}`);
  }
}

/** Runs a program to its end. @returns what it printed @throws when it failed */
export function askTool(tool: ToolName, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(tool, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${tool} failed: ${stderr}`);
  return stdout;
}

export interface ToolRun {
  readonly process: ChildProcess;
  /** Resolves with the exit code when the program has ended; -1 when a signal ended it. */
  readonly exit: Promise<number>;
  /** What it has printed so far. */
  output(): string;
  /** Types a line into a program that was started with `typed`. */
  type(line: string): void;
  /** Ends it, if it has not ended by itself. */
  stop(): Promise<number>;
}

const LAST_WORDS_MS = 3000;

export interface ToolWishes {
  /** Variables, besides those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether it reads commands from its standard input, which is closed otherwise. */
  readonly typed?: boolean;
}

export function startTool(
  tool: ToolName,
  args: readonly string[],
  cwd: string,
  { env = {}, typed = false }: ToolWishes = {},
): ToolRun {
  const child = spawn(tool, args, {
    cwd,
    stdio: [typed ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    env: { ...process.env, TERM: 'dumb', ...env },
  });
  // It may end before what was typed has reached it.
  child.stdin?.on('error', () => {});
  const printed: string[] = [];
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (data: Buffer) => printed.push(data.toString()));
  const exit = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? -1));
  });
  return {
    process: child,
    exit,
    output: () => printed.join(''),
    type: (line) => void child.stdin?.write(`${line}\n`),
    stop: () => {
      child.stdin?.end();
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), LAST_WORDS_MS);
      return exit.finally(() => clearTimeout(force));
    },
  };
}

export interface Folder {
  readonly path: string;
  remove(): void;
}

export function temporaryFolder(): Folder {
  const folder = mkdtempSync(path.join(tmpdir(), 'patchcord-interop-'));
  return { path: folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
