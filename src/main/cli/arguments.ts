/** The command line of `patchcord`. */
import { parseArgs } from 'node:util';

const commandNames = ['serve', 'trunk'] as const;
const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;

export interface RunOptions {
  readonly command: (typeof commandNames)[number];
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
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'wrong'; readonly problem: string };

export const help = `Usage: patchcord <command> [options]

Commands
  serve   the trunk and its console, which opens in a browser
  trunk   the trunk alone, without a console

Options
  --config FILE       configuration, JSON (every key has a default); it is written only on request in the console.
                      Without it the settings live in the folder for application data, and the console writes them
  --port N            HTTP port instead of listen.http; 0 takes any free one
  --json              one JSON object a line on stdout: first \`ready\`, then events
  --no-open           do not open a browser
  --log-level LEVEL   debug, info, warn (default), error or silent; the log goes to stderr
  --console-url URL   allow a console that is served elsewhere (used by npm run dev)
  --help, --version

The console opens in a window of Chrome, Chromium, Edge, Brave or Vivaldi, the first that is found or the one whose path
is in PATCHCORD_BROWSER, with a profile of its own and --allow-loopback-in-peer-connection: without that switch a browser
finds no way for sound where loopback is the only network that is up. Where there is none, the default browser opens, and
what is lost is said. With --no-open a browser of yours needs the same switch in that case; Firefox has
media.peerconnection.ice.loopback in about:config. The window closes with the trunk; the trunk does not stop with the
window.

The ready line carries the addresses, the token of the control API, the domain and the provider. SIP addresses are
for other machines, where the trunk listens for them: with listen.host 0.0.0.0 or :: that of the first interface, or
listen.advertise. http and ws are for this machine:
  {"event":"ready","sip":{"udp":"…","tcp":"…","tls":"…","ws":"…"},"http":"…","token":"…","domain":"…","provider":"…"}

With {"provider":"twilio"} in the configuration numbers may run TwiML (\`twiml\`, a URL), and +14155550199 is a demo
of <Refer>. Live calls take other TwiML at /api/calls/{id}/twiml, or by an API like Twilio's below /2010-04-01 with
twilio.accountSid and twilio.authToken. Requests to applications: /api/webhooks, notices: /api/notices. The events
\`webhook\` and \`notice\` tell of both. docs/TWILIO.md says more.

Exit status: 0 stopped by SIGINT or SIGTERM, 1 cannot start (a port in use), 2 wrong usage or configuration.
`;

export function parseCommandLine(argv: readonly string[]): Invocation {
  try {
    return interpret(argv);
  } catch (error) {
    // parseArgs explains at length how to pass a file called `--x`; the first sentence is what matters.
    const sentence = (error as Error).message.split('. ')[0] ?? '';
    return wrong(sentence.replace(/\.?$/, '.'));
  }
}

function interpret(argv: readonly string[]): Invocation {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      config: { type: 'string' },
      port: { type: 'string' },
      json: { type: 'boolean', default: false },
      'no-open': { type: 'boolean', default: false },
      'log-level': { type: 'string', default: 'warn' },
      'console-url': { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
      version: { type: 'boolean', short: 'v', default: false },
    },
  });
  if (values.help) return { kind: 'help' };
  if (values.version) return { kind: 'version' };

  const [name, ...rest] = positionals;
  if (name === undefined) return wrong(`A command is missing: ${commandNames.join(' or ')}.`);
  const command = commandNames.find((known) => known === name);
  if (!command) return wrong(`Unknown command '${name}': use ${commandNames.join(' or ')}.`);
  if (rest.length > 0) return wrong(`Unexpected argument '${rest[0]}'.`);

  const port = values.port === undefined ? undefined : portNumber(values.port);
  if (Number.isNaN(port)) return wrong(`--port takes a number from 0 to 65535, not '${values.port}'.`);
  const logLevel = logLevels.find((level) => level === values['log-level']);
  if (!logLevel) return wrong(`--log-level takes ${logLevels.join(', ')}, not '${values['log-level']}'.`);
  const consoleUrl = values['console-url'];
  if (consoleUrl !== undefined && !URL.canParse(consoleUrl)) {
    return wrong(`--console-url takes a URL, not '${consoleUrl}'.`);
  }
  return {
    kind: 'run',
    options: {
      command,
      configFile: values.config,
      json: values.json,
      open: !values['no-open'],
      port,
      logLevel,
      consoleUrl: consoleUrl === undefined ? undefined : new URL(consoleUrl),
    },
  };
}

function portNumber(text: string): number {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : Number.NaN;
}

function wrong(problem: string): Invocation {
  return { kind: 'wrong', problem };
}
