import { describe, expect, it } from 'vitest';
import { RealClock, type ClockDriver } from '../../src/core/time/real-clock.ts';

/** A host whose time passes by hand; its setTimeout is late by `lag`, as an event loop is. */
class HandDriver implements ClockDriver {
  time = 1000;
  wallTime = 5_000_000;
  sleeps: { at: number; ms: number; wake: () => void }[] = [];
  set = 0;

  now(): number {
    return this.time;
  }

  epoch(): number {
    return this.wallTime;
  }

  setTimeout(wake: () => void, ms: number): unknown {
    this.set += 1;
    const sleep = { at: this.time + ms, ms, wake };
    this.sleeps.push(sleep);
    return sleep;
  }

  clearTimeout(handle: unknown): void {
    this.sleeps = this.sleeps.filter((sleep) => sleep !== handle);
  }

  pass(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const due = this.sleeps.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.clearTimeout(due);
      this.time = Math.max(this.time, due.at);
      due.wake();
    }
    this.time = end;
    this.wallTime += ms;
  }
}

function start(): { driver: HandDriver; clock: RealClock; fired: string[]; note: (what: string) => () => void } {
  const driver = new HandDriver();
  const fired: string[] = [];
  return {
    driver,
    clock: new RealClock((error) => fired.push(`failed: ${(error as Error).message}`), driver),
    fired,
    note: (what) => () => fired.push(`${what} at ${driver.time - 1000}`),
  };
}

describe('the real clock', () => {
  it('fires timers at their time, in order', () => {
    const { driver, clock, fired, note } = start();
    clock.after(500, note('B'));
    clock.after(20, note('A'));
    clock.after(32_000, note('C'));
    driver.pass(40_000);
    expect(fired).toEqual(['A at 20', 'B at 500', 'C at 32000']);
    expect(clock.pending).toBe(0);
  });

  it('never fires early: a fraction of a millisecond is slept through', () => {
    const { driver, clock, fired, note } = start();
    clock.after(10.25, note('A'));
    driver.pass(10);
    expect(fired).toEqual([]);
    driver.pass(1);
    expect(fired).toEqual(['A at 11']);
  });

  it('sleeps again when the host woke it too soon', () => {
    const { driver, clock, fired, note } = start();
    clock.after(10, note('A'));
    driver.sleeps[0]!.at -= 0.5;
    driver.pass(9.6);
    expect(fired).toEqual([]);
    driver.pass(1);
    expect(fired).toEqual(['A at 10.5']);
  });

  it('sleeps once for any number of timers, and anew only for an earlier one', () => {
    const { driver, clock, note } = start();
    for (let i = 0; i < 1000; i++) clock.after(32_000 + i, note('later'));
    expect(driver.set).toBe(1);
    clock.after(500, note('sooner'));
    expect(driver.set).toBe(2);
    expect(driver.sleeps).toHaveLength(1);
  });

  it('does not fire a cancelled timer, and sleeps no more when none is left', () => {
    const { driver, clock, fired, note } = start();
    const timer = clock.after(500, note('A'));
    timer.cancel();
    timer.cancel();
    expect(clock.pending).toBe(0);
    // The process may end.
    expect(driver.sleeps).toEqual([]);
    driver.pass(1000);
    expect(fired).toEqual([]);
  });

  it('lets a timer armed by a timer wait for the next wake, even one of 0 ms', () => {
    const { driver, clock, note } = start();
    let rounds = 0;
    const again = (): void => {
      rounds += 1;
      if (rounds < 3) clock.after(0, again);
    };
    clock.after(0, again);
    clock.after(0, note('other'));
    const [first] = driver.sleeps;
    driver.clearTimeout(first);
    first!.wake();
    expect(rounds).toBe(1);
    driver.pass(1);
    expect(rounds).toBe(3);
  });

  it('W3: tells the owner of a timer that throws; the other timers fire, and the clock goes on', () => {
    const { driver, clock, fired, note } = start();
    const bug = (): never => {
      throw new Error('a bug');
    };
    clock.after(5, bug, { failed: (error) => fired.push(`the owner heard of ${(error as Error).message}`) });
    clock.after(5, note('A'));
    clock.after(6, note('B'));
    driver.pass(10);
    expect(fired).toEqual(['the owner heard of a bug', 'A at 5', 'B at 6']);
    clock.after(1, note('C'));
    driver.pass(1);
    expect(fired.at(-1)).toBe('C at 11');
  });

  it('W3: says what a timer without an owner threw, and what an owner threw that was told', () => {
    const { driver, clock, fired, note } = start();
    const bug = (what: string) => (): never => {
      throw new Error(what);
    };
    clock.after(5, bug('first'));
    clock.after(5, bug('second'), { failed: bug('third') });
    clock.after(5, note('A'));
    driver.pass(5);
    expect(fired).toEqual(['failed: first', 'failed: third', 'A at 5']);
  });

  it('reaches timers further away than setTimeout can', () => {
    const { driver, clock, fired, note } = start();
    clock.after(2 ** 31 + 1000, note('A'));
    expect(driver.sleeps[0]!.ms).toBe(2 ** 31 - 1);
    driver.pass(2 ** 31 + 999);
    expect(fired).toEqual([]);
    driver.pass(1);
    expect(fired).toHaveLength(1);
  });

  it('tells the time of day with the fractions of the monotonic clock, and follows an adjusted system clock', () => {
    const { driver, clock } = start();
    expect(clock.wall()).toBe(5_000_000);
    driver.time += 1.25;
    expect(clock.wall()).toBe(5_000_001.25);
    driver.wallTime += 3_600_000;
    expect(clock.wall()).toBe(8_600_000);
  });
});

describe('the real clock on its own event loop', () => {
  it('fires a short timer no earlier than asked and in order', async () => {
    const clock = new RealClock();
    const began = clock.now();
    const late: number[] = [];
    await new Promise<void>((done) => {
      for (const ms of [3, 1, 2]) clock.after(ms, () => late.push(clock.now() - began - ms));
      clock.after(4, done);
    });
    expect(late).toHaveLength(3);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
    expect(clock.pending).toBe(0);
  });
});
