/** M3: from each codec to each, packet by packet, as an outlet sends it. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { CodecName } from '../../src/core/codec/codec.ts';
import { codecs, prepareCodecs } from '../../src/core/codec/registry.ts';
import { Outlet } from '../../src/core/media/outlet.ts';
import type { AudioFrame } from '../../src/core/rtp/frame.ts';
import type { RtpPacket } from '../../src/core/rtp/packet.ts';
import { CodecTalker } from '../support/codec-talker.ts';
import { energyAt } from '../support/tone.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

beforeAll(() => prepareCodecs());

const names: CodecName[] = ['PCMU', 'PCMA', 'G722', 'opus'];
const pairs = names.flatMap((from) => names.map((to) => [from, to] as const));
/** Whole periods in 20 ms, and as many different samples as there are. */
const HZ = 450;
const LEVEL = 8000;
const PAYLOAD_TYPE = 96;

interface Call {
  readonly outlet: Outlet;
  readonly packets: RtpPacket[];
  send(frame: AudioFrame, to: CodecName, ms?: number): void;
}

function call(): Call {
  const clock = new VirtualClock();
  const packets: RtpPacket[] = [];
  const outlet = new Outlet(clock, 1, (packet) => packets.push(packet));
  return {
    outlet,
    packets,
    send(frame, to, ms = 20) {
      outlet.write(frame, { codec: to, payloadType: PAYLOAD_TYPE });
      clock.advance(ms);
    },
  };
}

function heard(packets: readonly RtpPacket[], name: CodecName): Int16Array {
  const decoder = codecs[name].decoder();
  return Int16Array.from(packets.flatMap(({ payload }) => [...decoder.decode(payload)]));
}

/** Of the tone to all else, in dB: what a sine of its frequency does not explain is noise. Segments of 20 ms. */
function signalToNoise(samples: Int16Array, rateHz: number): number {
  const segment = rateHz / 50;
  const ratios: number[] = [];
  for (let at = 0; at + segment <= samples.length; at += segment) {
    let [inPhase, quadrature, power] = [0, 0, 0];
    for (let n = at; n < at + segment; n += 1) {
      const angle = (2 * Math.PI * HZ * n) / rateHz;
      inPhase += samples[n]! * Math.sin(angle);
      quadrature += samples[n]! * Math.cos(angle);
      power += samples[n]! ** 2;
    }
    const tone = (2 * (inPhase ** 2 + quadrature ** 2)) / segment;
    ratios.push(10 * Math.log10(tone / Math.max(1e-9, power - tone)));
  }
  return ratios.reduce((sum, each) => sum + each, 0) / ratios.length;
}

function steps(packets: readonly RtpPacket[]): { numbers: Set<number>; times: Set<number> } {
  const numbers = new Set<number>();
  const times = new Set<number>();
  for (const [index, packet] of packets.slice(1).entries()) {
    numbers.add((packet.sequenceNumber - packets[index]!.sequenceNumber) & 0xffff);
    times.add((packet.timestamp - packets[index]!.timestamp) >>> 0);
  }
  return { numbers, times };
}

function judge(packets: readonly RtpPacket[], from: CodecName, to: CodecName): void {
  const { sampleRateHz, clockRateHz } = codecs[to];
  const sound = heard(packets, to).subarray(sampleRateHz / 10);
  expect(Math.abs(20 * Math.log10(energyAt(sound, HZ, sampleRateHz) / LEVEL))).toBeLessThan(1);
  if (from !== 'opus' && to !== 'opus') {
    const least = from === 'G722' || to === 'G722' ? 20 : 35;
    expect(signalToNoise(sound, sampleRateHz)).toBeGreaterThan(least);
  }
  // One stream without a gap, at the clock of its codec.
  expect(steps(packets)).toEqual({ numbers: new Set([1]), times: new Set([clockRateHz / 50]) });
}

describe.each(pairs)('M3: from %s to %s', (from, to) => {
  it('keeps frequency and level, in one unbroken stream', () => {
    const { packets, send } = call();
    const talker = new CodecTalker(from, HZ, LEVEL);
    for (let packet = 0; packet < 25; packet += 1) send(talker.frame(), to);
    expect(packets).toHaveLength(25);
    judge(packets, from, to);
  });

  it('passes untouched where the codecs agree, and only there', () => {
    const { packets, send } = call();
    const frame = new CodecTalker(from, HZ, LEVEL).frame();
    send(frame, to);
    expect(packets[0]!.payload === frame.payload).toBe(from === to);
  });
});

describe('a source in another codec', () => {
  it('M3: with packets of 30 ms comes in packets of 20 ms', () => {
    const { packets, send } = call();
    const talker = new CodecTalker('PCMU', HZ, LEVEL, 30);
    for (let packet = 0; packet < 20; packet += 1) send(talker.frame(), 'opus', 30);
    expect(packets).toHaveLength(30);
    judge(packets, 'PCMU', 'opus');
  });

  it.each(pairs.filter(([from, to]) => from !== to && codecs[from].sampleRateHz !== codecs[to].sampleRateHz))(
    'M3: from %s to %s has no gap where a packet was lost, and none twice that came again',
    (from, to) => {
      const { packets, send } = call();
      const talker = new CodecTalker(from, HZ, LEVEL);
      for (let packet = 0; packet < 30; packet += 1) {
        const frame = talker.frame();
        if (packet === 10) continue;
        send(frame, to);
        if (packet === 20) send(frame, to, 0);
      }
      expect(packets).toHaveLength(30);
      expect(steps(packets).numbers).toEqual(new Set([1]));
    },
  );

  it('M3: is put in order where two packets were swapped', () => {
    const { packets, send } = call();
    const talker = new CodecTalker('G722', HZ, LEVEL);
    const frames = Array.from({ length: 25 }, () => talker.frame());
    [frames[10], frames[11]] = [frames[11]!, frames[10]!];
    for (const frame of frames) send(frame, 'PCMU');
    judge(packets, 'G722', 'PCMU');
  });

  it('M3: keeps its pauses, by the clock of the other codec', () => {
    const { packets, send } = call();
    const talker = new CodecTalker('PCMA', HZ, LEVEL);
    send(talker.frame(), 'opus', 20 * 50);
    const later = talker.frame();
    send({ ...later, timestamp: (later.timestamp + 160 * 49) >>> 0, marker: true }, 'opus');
    expect(steps(packets)).toEqual({ numbers: new Set([1]), times: new Set([960 * 50]) });
    expect(packets[1]!.marker).toBe(true);
  });

  it.each(pairs.filter(([first, second]) => first !== second))(
    'M3: a listener that changes from %s to %s hears on, in one numbering',
    (first, second) => {
      const { packets, send } = call();
      const talker = new CodecTalker('PCMU', HZ, LEVEL);
      for (let packet = 0; packet < 10; packet += 1) send(talker.frame(), first);
      for (let packet = 0; packet < 15; packet += 1) send(talker.frame(), second);
      expect(steps(packets).numbers).toEqual(new Set([1]));
      const sound = heard(packets.slice(10), second).subarray(codecs[second].sampleRateHz / 10);
      expect(energyAt(sound, HZ, codecs[second].sampleRateHz)).toBeGreaterThan(LEVEL * 0.89);
    },
  );

  it('M3: gives what it used back when the leg is closed', () => {
    const { outlet, packets, send } = call();
    const talker = new CodecTalker('opus', HZ, LEVEL);
    send(talker.frame(), 'PCMU');
    outlet.close();
    outlet.close();
    expect(packets).toHaveLength(1);
  });
});
