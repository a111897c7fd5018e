import { describe, expect, it } from 'vitest';
import { middleOf, ntpOf, shortSpan, shortSpanMs } from '../../../src/core/rtp/rtcp/ntp.ts';
import { rtcpInterval, type Traffic } from '../../../src/core/rtp/rtcp/timing.ts';

const call: Traffic = {
  members: 2,
  senders: 2,
  weSent: true,
  bandwidth: 10_000,
  averageSize: 128,
  initial: false,
};
const range = (traffic: Traffic) => [0, 1].map((chance) => Math.round(rtcpInterval(traffic, chance)));

describe('the RTCP interval', () => {
  it('M1: of a call is five seconds on average, evened out, and half of it at first', () => {
    expect(range(call)).toEqual([2052, 6156]);
    expect(range({ ...call, initial: true })).toEqual([1026, 3078]);
  });

  it('M1: grows with the members, so that all of them together take 5 % of the bandwidth', () => {
    // 1000 receivers share three quarters of 500 bytes a second.
    const crowd = { ...call, members: 1001, senders: 1, weSent: false };
    expect(range(crowd)[0]).toBe(Math.round((0.5 * 1000 * 128 * 1000) / 375 / (Math.E - 1.5)));
    // The one sender has a quarter for itself.
    expect(range({ ...crowd, weSent: true })).toEqual([2052, 6156]);
  });
});

describe('NTP times', () => {
  it('M1: begin in 1900, and their middle counts 1/65536 s', () => {
    expect(ntpOf(0)).toEqual({ seconds: 2_208_988_800, fraction: 0 });
    expect(ntpOf(1500).fraction).toBe(0x8000_0000);
    // RFC 3550 figure 2: 0xb44db705:20000000, and 5.25 s.
    expect(middleOf(0xb44d_b705, 0x2000_0000)).toBe(0xb705_2000);
    expect(shortSpan(5250)).toBe(0x0005_4000);
    expect(shortSpanMs(0x0005_4000)).toBe(5250);
  });

  it('M1: a span across the end of the 32 bits, and one that went back', () => {
    expect(shortSpanMs(0x0001_0000 - 0xffff_0000)).toBe(2000);
    expect(shortSpanMs(0x0001_0000 - 0x0002_0000)).toBe(-1000);
  });
});
