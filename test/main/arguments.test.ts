import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../src/main/cli/arguments.ts';

const parse = (...argv: string[]) => parseCommandLine(argv, '1.2.3');

function printed(...argv: string[]): string {
  const invocation = parse(...argv);
  return invocation.kind === 'print' ? invocation.text : expect.unreachable();
}

describe('the command line', () => {
  it('runs serve and trunk with their defaults', () => {
    expect(parse('serve')).toEqual({
      kind: 'run',
      options: {
        command: 'serve',
        configFile: undefined,
        json: false,
        open: true,
        port: undefined,
        logLevel: 'warn',
        consoleUrl: undefined,
      },
    });
    expect(parse('trunk', '--json', '--config', 'a.json', '--port', '0', '--no-open')).toMatchObject({
      kind: 'run',
      options: { command: 'trunk', json: true, configFile: 'a.json', port: 0, open: false },
    });
    expect(parse('serve', '--port=80', '--console-url', 'http://localhost:5173/x', '--log-level=debug')).toMatchObject({
      options: { port: 80, consoleUrl: new URL('http://localhost:5173/x'), logLevel: 'debug' },
    });
  });

  it.each([
    [[], 'A command is missing: serve or trunk.'],
    [['frob'], "Unknown command 'frob': use serve or trunk."],
    [['server'], "Unknown command 'server'. Did you mean serve?"],
    [['--json', 'serve'], 'Options stand behind the command.'],
    [['--frob'], "Unknown option '--frob'."],
  ])('says what is wrong with %j, and where to read on', (argv, problem) => {
    expect(parse(...argv)).toEqual({ kind: 'wrong', problem, help: 'patchcord --help' });
  });

  it.each([
    [['x'], "Too many arguments for 'serve'. Expected 0 arguments but got 1: x."],
    [['--frob'], "Unknown option '--frob'."],
    [['--prot', '80'], "Unknown option '--prot'. Did you mean --port?"],
    [['--port', '65536'], "Option '--port <N>' argument '65536' is invalid. It is a number from 0 to 65535."],
    [['--port', '80x'], "Option '--port <N>' argument '80x' is invalid. It is a number from 0 to 65535."],
    [['--port', ''], "Option '--port <N>' argument '' is invalid. It is a number from 0 to 65535."],
    [
      ['--log-level', 'loud'],
      "Option '--log-level <LEVEL>' argument 'loud' is invalid. Allowed choices are debug, info, warn, error, silent.",
    ],
    [['--console-url', 'x'], "Option '--console-url <URL>' argument 'x' is invalid. It is a URL."],
    [['--config'], "Option '--config <FILE>' argument missing."],
  ])('says what is wrong with serve %j, and where to read on', (argv, problem) => {
    expect(parse('serve', ...argv)).toEqual({ kind: 'wrong', problem, help: 'patchcord serve --help' });
  });

  it('explains itself, also beside a wrong command', () => {
    expect(printed('--help')).toMatch(/^Usage: patchcord <command> \[options\]\n[^]*\n {2}serve [^]*\n {2}trunk /);
    expect(printed('frob', '-h')).toBe(printed('--help'));
    expect([printed('-v'), printed('--version')]).toEqual(['1.2.3\n', '1.2.3\n']);
  });

  it('explains each command with the options that it has, and no others', () => {
    const optionsOf = (command: string) => printed(command, '--help').match(/^ {2}(-h, )?--[\w-]+/gm);
    const common = ['  --config', '  --port', '  --json', '  --log-level'];
    expect(optionsOf('serve')).toEqual([...common, '  --no-open', '  --console-url', '  -h, --help']);
    expect(optionsOf('trunk')).toEqual([...common, '  -h, --help']);
    expect(printed('trunk', '-h')).not.toContain('console-url');
  });
});
