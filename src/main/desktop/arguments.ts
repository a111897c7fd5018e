/** The command line of the desktop app. */
import { parseArgs } from 'node:util';

/**
 * The file behind `--config`. Chromium's switches stand on the same command line, and Electron's own way to read one
 * (`app.commandLine`) is not meant for those of an application.
 * @param argv all of `process.argv`
 */
export function configFileIn(argv: readonly string[]): string | undefined {
  const { values } = parseArgs({
    args: argv.slice(1),
    options: { config: { type: 'string' } },
    strict: false,
    allowPositionals: true,
  });
  return typeof values.config === 'string' && values.config !== '' ? values.config : undefined;
}
