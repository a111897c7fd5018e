/** The `patchcord` command: the headless shell, with or without the browser console. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createLogger } from '../core/log/pino-logger.ts';
import { RealClock } from '../core/time/real-clock.ts';
import { help, parseCommandLine, type RunOptions } from './cli/arguments.ts';
import { hasDisplay, openBrowser } from './cli/browser.ts';
import { printJson, printSummary } from './cli/output.ts';
import { untilStopped } from './cli/signals.ts';
import type { Host } from './host/host.ts';
import { startFailure } from './host/start-failure.ts';
import { BadConfig, ownConfigFile, start, version } from './start.ts';

const consoleFolder = path.join(import.meta.dirname, '../renderer');

/**
 * Runs until a signal ends it, then exits the process: 0 stopped, 1 cannot start, 2 wrong usage.
 * @param parent process id of who started us, taken before the build
 */
export async function main(argv: readonly string[], parent: number): Promise<never> {
  const invocation = parseCommandLine(argv);
  switch (invocation.kind) {
    case 'help':
      return finish(0, help);
    case 'version':
      return finish(0, `${version}\n`);
    case 'wrong':
      process.stderr.write(`patchcord: ${invocation.problem}\nTry: patchcord --help\n`);
      return process.exit(2);
    case 'run':
      return process.exit(await run(invocation.options, parent));
  }
}

async function run(options: RunOptions, parent: number): Promise<number> {
  const served = options.command === 'serve';
  let host: Host;
  try {
    host = await start({
      configFile: options.configFile,
      port: options.port,
      log: createLogger(options.logLevel),
      warn: (sentence) => process.stderr.write(`patchcord: ${sentence}\n`),
      consoleFolder: served && !options.consoleUrl ? consoleFolder : undefined,
      origins: options.consoleUrl ? [options.consoleUrl.origin] : [],
    });
  } catch (error) {
    return report(error, options.configFile);
  }
  const page = served ? `${options.consoleUrl?.origin ?? host.url}/#token=${host.token}` : undefined;
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  if (options.json) printJson(host, print);
  else printSummary(host, page, version, print);
  if (page !== undefined && options.open && hasDisplay(process.platform, process.env)) {
    openBrowser(page, process.platform);
  }
  await untilStopped(process, new RealClock(), parent);
  await host.stop();
  return 0;
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
