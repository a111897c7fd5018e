import { describe, expect, it } from 'vitest';
import { Overload, type OverloadOptions } from '../../src/core/transport/overload.ts';
import type { Arrival } from '../../src/core/transport/index.ts';

function from(host: string, more: Partial<Arrival> = {}): Arrival {
  return { transport: 'UDP', remote: { host, port: 5060 }, local: { host: '192.0.2.1', port: 5060 }, ...more };
}

function guarded(options: Partial<OverloadOptions> = {}) {
  const time = { now: 0 };
  const overload = new Overload({ perSecond: 100, perSecondPerSource: 10, now: () => time.now, ...options });
  const admitted = (arrival: Arrival, tries: number): number =>
    Array.from({ length: tries }, () => overload.admits(arrival)).filter(Boolean).length;
  return { overload, time, admitted };
}

describe('limits on new transactions', () => {
  it('hold a source to its rate, after a burst of one second’s worth', () => {
    const { time, admitted } = guarded();
    expect(admitted(from('192.0.2.7'), 50)).toBe(10);
    time.now += 500;
    expect(admitted(from('192.0.2.7'), 50)).toBe(5);
    time.now += 60_000;
    expect(admitted(from('192.0.2.7'), 50)).toBe(10);
  });

  it('hold all sources together to theirs, and what one has too much costs the others nothing', () => {
    const { admitted } = guarded();
    expect(admitted(from('192.0.2.7'), 1000)).toBe(10);
    const others = Array.from({ length: 20 }, (_, i) => admitted(from(`198.51.100.${i}`), 10));
    expect(others.reduce((sum, count) => sum + count)).toBe(90);
    expect(others.slice(0, 9)).toEqual(Array(9).fill(10));
  });

  it('count a /64 of IPv6 as one source', () => {
    const { admitted } = guarded();
    expect(admitted(from('2001:db8:1:2:3::1'), 10)).toBe(10);
    expect(admitted(from('2001:db8:1:2::9'), 10)).toBe(0);
    expect(admitted(from('2001:db8:1:3::9'), 10)).toBe(10);
  });

  it('count every WebSocket by itself, apart from its address', () => {
    const { admitted } = guarded();
    expect(admitted(from('127.0.0.1'), 10)).toBe(10);
    expect(admitted(from('127.0.0.1', { transport: 'WS', flow: 'ws1' }), 10)).toBe(10);
    expect(admitted(from('127.0.0.1', { transport: 'WS', flow: 'ws2' }), 10)).toBe(10);
  });

  it('do not concern who is exempt', () => {
    const { admitted } = guarded({ exempt: ({ host }) => host === '127.0.0.1' });
    expect(admitted(from('127.0.0.1'), 1000)).toBe(1000);
  });
});

it('answers malformed requests of a source 100 times a second', () => {
  const { overload } = guarded();
  const answered = Array.from({ length: 500 }, () => overload.answersMalformed(from('192.0.2.7'))).filter(Boolean);
  expect(answered).toHaveLength(100);
  expect(overload.answersMalformed(from('192.0.2.8'))).toBe(true);
});

it('remembers no more than 10,000 sources, forged ones among them', () => {
  const { overload } = guarded({ perSecond: 1e6 });
  for (let i = 0; i < 50_000; i++) overload.admits(from(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`));
  expect(overload.sources).toBeLessThanOrEqual(10_000);
});
