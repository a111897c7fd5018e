/** The `patchcord` command: the headless shell, with or without the browser console. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { createLogger } from '../core/log/pino-logger.ts';
import type { Clock } from '../core/time/clock.ts';
import { RealClock } from '../core/time/real-clock.ts';
import { parseCommandLine, type RunOptions } from './cli/arguments.ts';
import { byHand, hasDisplay, openConsole, type OpenConsole } from './cli/browser.ts';
import { printJson, printSummary } from './cli/output.ts';
import { untilStopped } from './cli/signals.ts';
import { dataFolder } from './host/data-folder.ts';
import type { Host } from './host/host.ts';
import { startFailure } from './host/start-failure.ts';
import { outliveExceptions } from './last-resort.ts';
import { BadConfig, ownConfigFile, start, version } from './start.ts';

const consoleFolder = path.join(import.meta.dirname, '../renderer');

/**
 * Runs until a signal ends it, then exits the process: 0 stopped, 1 cannot start, 2 wrong usage.
 * @param parent process id of who started us, taken before the build
 */
export async function main(argv: readonly string[], parent: number): Promise<never> {
  const invocation = parseCommandLine(argv, version);
  switch (invocation.kind) {
    case 'print':
      return finish(0, invocation.text);
    case 'wrong':
      process.stderr.write(`patchcord: ${invocation.problem}\nTry: ${invocation.help}\n`);
      return process.exit(2);
    case 'run':
      return process.exit(await run(invocation.options, parent));
  }
}

async function run(options: RunOptions, parent: number): Promise<number> {
  const served = options.command === 'serve';
  const log = createLogger(options.logLevel);
  let host: Host;
  try {
    host = await start({
      configFile: options.configFile,
      port: options.port,
      log,
      warn: (sentence) => process.stderr.write(`patchcord: ${sentence}\n`),
      consoleFolder: served && !options.consoleUrl ? consoleFolder : undefined,
      origins: options.consoleUrl ? [options.consoleUrl.origin] : [],
    });
  } catch (error) {
    return report(error, options.configFile);
  }
  outliveExceptions(process, log);
  const page = served ? `${options.consoleUrl?.origin ?? host.url}/#token=${host.token}` : undefined;
  const opens = page !== undefined && options.open && hasDisplay(process.platform, process.env);
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  if (options.json) printJson(host, print);
  else printSummary(host, page, version, print, opens ? [] : byHand);
  const clock = new RealClock();
  const opened = opens ? open(() => host.addressOnce(page), clock) : undefined;
  await untilStopped(process, clock, parent);
  await host.stop();
  opened?.close();
  return 0;
}

function open(address: () => string, clock: Clock): OpenConsole {
  const { platform, env } = process;
  const home = homedir();
  return openConsole(address, {
    clock,
    platform,
    env,
    home,
    exists: existsSync,
    dataFolder: dataFolder(platform, env, home),
    root: process.getuid?.() === 0,
    say: (line) => void process.stderr.write(`patchcord: ${line}\n`),
  });
}

/** The exit status that fits a failed start. */
function report(error: unknown, configFile: string | undefined): number {
  if (error instanceof BadConfig) {
    for (const problem of error.problems) process.stderr.write(`patchcord: ${problem}\n`);
    return 2;
  }
  const line = startFailure(error);
  if (line === undefined) throw error;
  process.stderr.write(`patchcord: ${line}\n`);
  // Who chose a file knows where it is.
  const own = ownConfigFile();
  if (configFile === undefined && existsSync(own)) process.stderr.write(`patchcord: The configuration is ${own}\n`);
  return 1;
}

/** Exits once the text has gone out, also into a pipe. */
function finish(status: number, text: string): Promise<never> {
  return new Promise(() => process.stdout.write(text, () => process.exit(status)));
}
