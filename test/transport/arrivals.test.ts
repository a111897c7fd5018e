/** W8: what comes is taken out of the socket at once, and what is too much is refused early. */
import { describe, expect, it } from 'vitest';
import { Arrivals, isUrgent } from '../../src/core/transport/arrivals.ts';
import { Overload } from '../../src/core/transport/overload.ts';
import { StandingDelay } from '../../src/core/transport/standing-delay.ts';
import type { Arrival } from '../../src/core/transport/index.ts';

const from: Arrival = {
  transport: 'UDP',
  remote: { host: '127.0.0.1', port: 5060 },
  local: { host: '127.0.0.1', port: 5062 },
};

interface Message {
  readonly call: number;
  /** 0 is the INVITE; the others follow when it was admitted. */
  readonly step: number;
}

/** Milliseconds that a message costs: a whole call one, a refusal a tenth. */
const COST = { first: 0.4, later: 0.1, refusal: 0.1 };
const STEPS = 7;
const CAPACITY = 1000;

/**
 * A trunk that can do 1,000 calls a second, in virtual time: its time passes as it works, and what is sent to it
 * meanwhile waits in the socket.
 * @param pauseAtMs it stands still for `pauseMs`, as when garbage is collected
 */
function simulate(rate: number, seconds: number, { pauseAtMs = Infinity, pauseMs = 0 } = {}) {
  let now = 0;
  const overload = new Overload({ perSecond: 1e6, perSecondPerSource: 1e6, now: () => now });
  const turns: (() => void)[] = [];
  const socket: { at: number; message: Message }[] = [];
  const waits: number[] = [];
  const result = { succeeded: 0, refused: 0, repeated: 0, slowest: 0, refusedAfter: 0 };
  const arrivals = new Arrivals<Message>({
    now: () => now,
    later: (turn) => turns.push(turn),
    handle: ({ call, step }, waitedMs) => {
      if (step > 0) {
        result.slowest = Math.max(result.slowest, waitedMs);
        now += COST.later;
      } else if (overload.admits(from, waitedMs)) {
        waits.push(waitedMs);
        // Its sender would have said it again.
        if (waitedMs > 500) result.repeated += 1;
        now += COST.first;
      } else {
        result.refused += 1;
        if (now > pauseAtMs) result.refusedAfter += 1;
        now += COST.refusal;
        return;
      }
      if (step + 1 < STEPS) socket.push({ at: now + 1, message: { call, step: step + 1 } });
      else result.succeeded += 1;
    },
  });
  let placed = 0;
  let paused = false;
  while (now < seconds * 1000) {
    if (!paused && now >= pauseAtMs) {
      now += pauseMs;
      paused = true;
    }
    while (placed < (now * rate) / 1000) {
      socket.push({ at: (placed * 1000) / rate, message: { call: placed, step: 0 } });
      placed += 1;
    }
    // Node reads 32 datagrams between two turns.
    socket.sort((a, b) => a.at - b.at);
    for (const { message } of socket.splice(0, Math.min(32, socket.findLastIndex(({ at }) => at <= now) + 1))) {
      arrivals.add(message, message.step > 0);
    }
    const turn = turns.shift();
    if (turn) turn();
    else now += 0.1;
  }
  return { ...result, placed };
}

describe('W8: overload', () => {
  it.each([1, 1.5, 2, 3])('at %s times what it can do, at least 80 %% of what it can do succeed', (times) => {
    const seconds = 20;
    const { succeeded, repeated, slowest, placed } = simulate(CAPACITY * times, seconds);
    expect(placed).toBeGreaterThan(CAPACITY * times * seconds * 0.99);
    const possible = CAPACITY * seconds;
    // Refusals cost something too: at three times, a fifth of it.
    expect(succeeded / possible).toBeGreaterThan(times > 2 ? 0.7 : 0.8);
    expect(repeated).toBe(0);
    // Nobody inside a call feels it.
    expect(slowest).toBeLessThan(50);
  });

  it('refuses nobody below what it can do, also after it stood still for a quarter of a second', () => {
    expect(simulate(CAPACITY * 0.8, 20).refused).toBe(0);
    const { refused, succeeded } = simulate(CAPACITY * 0.5, 20, { pauseAtMs: 5000, pauseMs: 240 });
    expect(refused).toBe(0);
    expect(succeeded).toBeGreaterThan(CAPACITY * 0.5 * 19.9);
  });

  it('takes long waits for overload only when they stay, and ends that only when there is hardly any wait', () => {
    const delay = new StandingDelay({ targetMs: 60, intervalMs: 250, calmMs: 10 });
    expect(delay.refuses(400, 1000)).toBe(false);
    expect(delay.refuses(80, 1070)).toBe(false);
    expect(delay.refuses(120, 1180)).toBe(false);
    expect(delay.refuses(120, 1249)).toBe(false);
    expect(delay.refuses(80, 1250)).toBe(true);
    // Overloaded still: one that did not wait for long is admitted, one that did is not.
    expect(delay.refuses(40, 1260)).toBe(false);
    expect(delay.refuses(61, 1270)).toBe(true);
    expect(delay.refuses(9, 1278)).toBe(false);
    expect(delay.overloaded).toBe(false);
    expect(delay.refuses(61, 1290)).toBe(false);
  });

  it('takes two pauses with nobody waiting in between for two pauses', () => {
    const delay = new StandingDelay({ targetMs: 60, intervalMs: 250, calmMs: 10 });
    expect(delay.refuses(100, 1000)).toBe(false);
    expect(delay.refuses(100, 1500)).toBe(false);
    expect(delay.refuses(300, 1700)).toBe(false);
    expect(delay.refuses(200, 2000)).toBe(false);
  });

  it('handles what belongs to a call first, and never an end before its beginning', () => {
    const order: string[] = [];
    const turns: (() => void)[] = [];
    const arrivals = new Arrivals<string>({
      now: () => 0,
      later: (turn) => turns.push(turn),
      handle: (text) => order.push(text.split(' ')[0]!),
    });
    const to = (tag = '') => `\r\nVia: x\r\nTo: <sip:a@b>${tag}\r\nCall-ID: 1\r\n\r\n`;
    const texts = [
      `INVITE sip:a@b SIP/2.0${to()}`,
      `CANCEL sip:a@b SIP/2.0${to()}`,
      `OPTIONS sip:a@b SIP/2.0${to()}`,
      `BYE sip:a@b SIP/2.0${to(';tag=1')}`,
      `INFO sip:a@b SIP/2.0${to(';tag=1')}`,
      `SIP/2.0 200 OK${to(';tag=1')}`,
    ];
    for (const text of texts) arrivals.add(text, isUrgent(Buffer.from(text)));
    turns.shift()?.();
    expect(order).toEqual(['BYE', 'INFO', 'SIP/2.0', 'INVITE', 'CANCEL', 'OPTIONS']);
    expect(isUrgent(Buffer.from(`INVITE sip:a@b SIP/2.0${to(';tag=1')}`))).toBe(true);
    expect(isUrgent(Buffer.from('INVITE sip:a@b SIP/2.0\r\nt: <sip:a@b>;tag=1\r\n\r\n'))).toBe(false);
  });

  it('goes on with the others when one cannot be handled', () => {
    const handled: number[] = [];
    const turns: (() => void)[] = [];
    const arrivals = new Arrivals<number>({
      now: () => 0,
      later: (turn) => turns.push(turn),
      handle: (item) => {
        if (item === 1) throw new Error('a bug');
        handled.push(item);
      },
    });
    for (const item of [1, 2, 3]) arrivals.add(item, true);
    expect(() => turns.shift()?.()).toThrow('a bug');
    turns.shift()?.();
    expect(handled).toEqual([2, 3]);
  });
});
