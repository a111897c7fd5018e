import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { untilStopped } from '../../src/main/cli/signals.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

describe('the end that a signal asks for', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('W7: begins with the first %s', async (signal) => {
    const { process, stopped } = wait();
    process.emit(signal);
    await stopped;
    expect(process.exits).toEqual([]);
  });

  it('begins when nobody reads the output any more', async () => {
    const { process, stopped } = wait();
    process.stdout.emit('error', new Error('EPIPE'));
    await stopped;
  });

  it('begins when the shell of npm is gone, which passes no signal on', async () => {
    const { process, stopped, clock } = wait({ npm_lifecycle_event: 'patchcord' });
    clock.advance(1_000);
    process.ppid = 1;
    clock.advance(250);
    await stopped;
    expect(clock.pending).toBe(0);
  });

  it('does not begin when another parent is gone: that is how a daemon starts', async () => {
    const { process, clock, stopped } = wait();
    process.ppid = 1;
    await clock.advanceAsync(10_000);
    expect(await Promise.race([stopped, Promise.resolve('still running')])).toBe('still running');
  });

  it('takes the two signals that one Ctrl+C becomes under npm for one', async () => {
    const { process, stopped, clock } = wait();
    process.emit('SIGINT');
    clock.advance(500);
    process.emit('SIGINT');
    await stopped;
    expect(process.exits).toEqual([]);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ])('W7: comes at once with the second signal, a %s', (signal, status) => {
    const { process, clock } = wait();
    process.emit('SIGINT');
    clock.advance(501);
    process.emit(signal);
    expect(process.exits).toEqual([status]);
  });
});

class ProcessDouble extends EventEmitter {
  readonly stdout = new EventEmitter();
  readonly exits: number[] = [];
  ppid = 100;
  env: Record<string, string> = {};

  exit(status: number): void {
    this.exits.push(status);
  }
}

function wait(env: Record<string, string> = {}): {
  process: ProcessDouble;
  clock: VirtualClock;
  stopped: Promise<void>;
} {
  const process = Object.assign(new ProcessDouble(), { env });
  const clock = new VirtualClock();
  return { process, clock, stopped: untilStopped(process as unknown as NodeJS.Process, clock, 100) };
}
