import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { openConsole, type Surroundings } from '../../src/main/cli/browser.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

class Process extends EventEmitter {
  readonly signals: string[] = [];
  readonly command: readonly string[];

  constructor(command: readonly string[]) {
    super();
    this.command = command;
  }

  unref(): void {}

  kill(signal: string): void {
    this.signals.push(signal);
  }
}

function opened(more: Partial<Surroundings> = {}) {
  const started: Process[] = [];
  const said: string[] = [];
  const clock = new VirtualClock();
  let addresses = 0;
  const console = openConsole(
    () => {
      addresses += 1;
      return `http://127.0.0.1:8060/open/${addresses}`;
    },
    {
      clock,
      platform: 'linux',
      env: { PATH: '/usr/bin' },
      home: '/home/ann',
      dataFolder: '/home/ann/.local/share/patchcord',
      root: false,
      exists: (file) => file === '/usr/bin/chromium',
      say: (line) => said.push(line),
      spawn: (program, args, options) => {
        // Ctrl+C must not reach it, and its end must not be ours.
        expect(options).toEqual({ stdio: 'ignore', detached: true });
        const process = new Process([program, ...args]);
        started.push(process);
        return process as unknown as ChildProcess;
      },
      ...more,
    },
  );
  return { console, started, said, clock };
}

const DEFAULT = ['xdg-open', 'http://127.0.0.1:8060/open/1'];
const LOST = 'In it, calls have no sound where loopback is the only network that is up (flight mode).';

describe('W27: the console opens', () => {
  it('in a window of its own, with loopback candidates and a profile that nobody else uses', () => {
    const { started, said } = opened();
    expect(started.map(({ command }) => command.slice(0, 4))).toEqual([
      [
        '/usr/bin/chromium',
        '--app=http://127.0.0.1:8060/open/1',
        '--user-data-dir=/home/ann/.local/share/patchcord/browser',
        '--allow-loopback-in-peer-connection',
      ],
    ]);
    expect(started[0]?.command).toEqual(
      expect.arrayContaining([
        '--autoplay-policy=no-user-gesture-required',
        '--no-first-run',
        '--no-default-browser-check',
      ]),
    );
    expect(started[0]?.command).not.toContain('--no-sandbox');
    expect(said).toEqual([]);
  });

  it('with the profile where a snap may have one', () => {
    const { started } = opened({ env: { PATH: '/snap/bin' }, exists: (file) => file === '/snap/bin/chromium' });
    expect(started[0]?.command).toContain('--user-data-dir=/home/ann/snap/chromium/common/patchcord-browser');
  });

  it('in the default browser where there is no other, and says what is lost', () => {
    const { started, said } = opened({ exists: () => false });
    expect(started.map(({ command }) => command)).toEqual([DEFAULT]);
    expect(said).toEqual([`No Chrome, Chromium, Edge or Brave was found, so the default browser opens. ${LOST}`]);
  });

  it('in the default browser for root, for whom Chromium gives up its sandbox only when somebody says so', () => {
    const { started, said } = opened({ root: true });
    expect(started.map(({ command }) => command)).toEqual([DEFAULT]);
    expect(said).toEqual([
      `As root Chromium would need --no-sandbox, which is for you to decide, so the default browser opens. ${LOST}`,
    ]);
    const wrapper = opened({ root: true, env: { PATCHCORD_BROWSER: '/w' }, exists: (file) => file === '/w' });
    expect(wrapper.started[0]?.command[0]).toBe('/w');
  });

  it('in the default browser when the one that is named is not there', () => {
    const { started, said } = opened({ env: { PATCHCORD_BROWSER: '/opt/gone' } });
    expect(started.map(({ command }) => command)).toEqual([DEFAULT]);
    expect(said).toEqual([`There is no /opt/gone, so the default browser opens. ${LOST}`]);
  });

  it.each([
    ['it ends with a failure', (process: Process) => process.emit('exit', 21, null)],
    ['it cannot be started', (process: Process) => process.emit('error', new Error('EACCES'))],
  ])('in the default browser, by an address that is still good, when %s', (_, fail) => {
    const { started, said } = opened();
    fail(started[0]!);
    expect(started[1]?.command).toEqual(['xdg-open', 'http://127.0.0.1:8060/open/2']);
    expect(said).toEqual([`Chromium could not start, so the default browser opens. ${LOST}`]);
  });

  it('once: not again when the browser dies later', () => {
    const { started, said, clock } = opened();
    clock.advance(10_000);
    started[0]?.emit('exit', 1, null);
    expect([started.length, said]).toEqual([1, []]);
  });

  it.each([
    ['somebody closes the window', (process: Process) => process.emit('exit', 0, null)],
    ['a signal ends it', (process: Process) => process.emit('exit', null, 'SIGTERM')],
  ])('once: not again when %s', (_, end) => {
    const { started, said } = opened();
    end(started[0]!);
    expect([started.length, said]).toEqual([1, []]);
  });

  it('and its window closes with the trunk, whatever the browser says to that', () => {
    const { console, started, said } = opened();
    console.close();
    started[0]?.emit('exit', 1, null);
    expect([started[0]?.signals, started.length, said]).toEqual([['SIGTERM'], 1, []]);
  });

  it('and a browser that has handed the window over is left alone', () => {
    const { console, started } = opened();
    started[0]?.emit('exit', 0, null);
    console.close();
    expect(started[0]?.signals).toEqual([]);
  });

  it('and what the default browser shows stays', () => {
    const { console, started } = opened({ exists: () => false });
    started[0]?.emit('exit', 0, null);
    console.close();
    expect(started[0]?.signals).toEqual([]);
  });
});
