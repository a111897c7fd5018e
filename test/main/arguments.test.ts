import { describe, expect, it } from 'vitest';
import { help, parseCommandLine } from '../../src/main/cli/arguments.ts';

describe('the command line', () => {
  it('runs serve and trunk with their defaults', () => {
    expect(parseCommandLine(['serve'])).toEqual({
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
    expect(parseCommandLine(['trunk', '--json', '--config', 'a.json', '--port', '0', '--no-open'])).toMatchObject({
      kind: 'run',
      options: { command: 'trunk', json: true, configFile: 'a.json', port: 0, open: false },
    });
  });

  it.each([
    [[], 'A command is missing: serve or trunk.'],
    [['server'], "Unknown command 'server': use serve or trunk."],
    [['serve', 'x'], "Unexpected argument 'x'."],
    [['serve', '--frob'], "Unknown option '--frob'."],
    [['serve', '--port', '65536'], "--port takes a number from 0 to 65535, not '65536'."],
    [['serve', '--port', '80x'], "--port takes a number from 0 to 65535, not '80x'."],
    [['serve', '--port', ''], "--port takes a number from 0 to 65535, not ''."],
    [['serve', '--log-level', 'loud'], "--log-level takes debug, info, warn, error, silent, not 'loud'."],
    [['serve', '--console-url', 'x'], "--console-url takes a URL, not 'x'."],
    [['serve', '--config'], "Option '--config <value>' argument missing."],
  ])('says what is wrong with %j', (argv, problem) => {
    expect(parseCommandLine(argv)).toEqual({ kind: 'wrong', problem });
  });

  it('explains itself, also beside a wrong command', () => {
    expect(parseCommandLine(['--help'])).toEqual({ kind: 'help' });
    expect(parseCommandLine(['frob', '-h'])).toEqual({ kind: 'help' });
    expect(parseCommandLine(['-v'])).toEqual({ kind: 'version' });
    for (const option of ['--config', '--port', '--json', '--no-open', '--log-level', '--version']) {
      expect(help).toContain(option);
    }
  });
});
