/** The command line of `patchcord`: its commands, their options, and what is said when it is used wrongly. */
import { Command, CommanderError, InvalidArgumentError, Option, type OutputConfiguration } from 'commander';
import { afterProgram, afterServe, afterTrunk } from './help.ts';

const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;

export interface RunOptions {
  readonly command: 'serve' | 'trunk';
  readonly configFile: string | undefined;
  readonly json: boolean;
  /** Whether a browser may be opened. */
  readonly open: boolean;
  /** HTTP port instead of the configured one. */
  readonly port: number | undefined;
  readonly logLevel: (typeof logLevels)[number];
  /** Where the console is served instead of by us, e.g. by the development server. */
  readonly consoleUrl: URL | undefined;
}

export type Invocation =
  | { readonly kind: 'run'; readonly options: RunOptions }
  /** The help of a command, or the version: it is printed, and that is all. */
  | { readonly kind: 'print'; readonly text: string }
  /** `help` is the command that explains the right usage. */
  | { readonly kind: 'wrong'; readonly problem: string; readonly help: string };

/** As Commander reads them: what was not given is missing, or has its default. */
type Given = Pick<RunOptions, 'open' | 'logLevel'> &
  Partial<Pick<RunOptions, 'json' | 'port' | 'consoleUrl'>> & {
    readonly config?: string;
  };

/** @param argv without the interpreter and the script */
export function parseCommandLine(argv: readonly string[], version: string): Invocation {
  let run: RunOptions | undefined;
  let text = '';
  const program = patchcord(version, (options) => (run = options), {
    writeOut: (part) => (text += part),
    // The error that is thrown says the same.
    writeErr: () => {},
  });
  const names = program.commands.map((command) => command.name());
  const known = names.filter((name) => name === argv[0]);
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'print', text };
    const behind = known.length === 0 && argv.some((each) => names.includes(each));
    const problem = behind ? 'Options stand behind the command.' : problemOf(error, names.join(' or '));
    return { kind: 'wrong', problem, help: ['patchcord', ...known, '--help'].join(' ') };
  }
  if (!run) throw new Error('no command has run');
  return { kind: 'run', options: run };
}

/** Every command has its own options and its own `--help`; a new one is added here. */
function patchcord(version: string, run: (options: RunOptions) => void, output: OutputConfiguration): Command {
  // What is set before a command is added holds for the command too.
  const program = new Command('patchcord')
    .usage('<command> [options]')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .configureHelp({ helpWidth: 100 })
    .configureOutput(output)
    // Every way out is thrown; by default it would end the process.
    .exitOverride();
  runCommand(program, 'serve', 'the trunk and its console, which opens in a browser', run)
    .option('--no-open', 'do not open a browser')
    .option('--console-url <URL>', 'allow a console that is served elsewhere (used by npm run dev)', url)
    .addHelpText('after', afterServe);
  // Without a console the last two change nothing, and so they are no fault either.
  runCommand(program, 'trunk', 'the trunk alone, without a console', run)
    .addOption(new Option('--no-open').hideHelp())
    .addOption(new Option('--console-url <URL>').argParser(url).hideHelp())
    .addHelpText('after', afterTrunk);
  return program.version(version, '-v, --version', 'print the version').addHelpText('after', afterProgram);
}

function runCommand(
  program: Command,
  name: RunOptions['command'],
  summary: string,
  run: (options: RunOptions) => void,
): Command {
  return program
    .command(name)
    .summary(summary)
    .description(`Runs ${summary}.`)
    .option(
      '--config <FILE>',
      'configuration, JSON (every key has a default); it is written only on request in the console. Without it the ' +
        'settings live in the folder for application data, and the console writes them',
    )
    .option('--port <N>', 'HTTP port instead of listen.http; 0 takes any free one', portNumber)
    .option('--json', 'one JSON object a line on stdout: first `ready`, then events')
    .addOption(new Option('--log-level <LEVEL>', 'the log goes to stderr').choices(logLevels).default('warn'))
    .action(({ config, json = false, open, port, logLevel, consoleUrl }: Given) => {
      run({ command: name, configFile: config, json, open, port, logLevel, consoleUrl });
    });
}

/** @throws InvalidArgumentError */
function portNumber(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError('It is a number from 0 to 65535.');
}

/** @throws InvalidArgumentError */
function url(text: string): URL {
  if (URL.canParse(text)) return new URL(text);
  throw new InvalidArgumentError('It is a URL.');
}

/** Sentences of what Commander throws: `error: unknown option '--prot'\n(Did you mean --port?)`. */
function problemOf({ code, message }: CommanderError, names: string): string {
  if (code === 'commander.help') return `A command is missing: ${names}.`;
  const [what = '', near] = message.replace(/^error: /, '').split('\n');
  const sentence = what.charAt(0).toUpperCase() + what.slice(1).replace(/\.?$/, '.');
  if (near !== undefined) return `${sentence} ${near.slice(1, -1)}`;
  return code === 'commander.unknownCommand' ? sentence.replace(/\.$/, `: use ${names}.`) : sentence;
}
