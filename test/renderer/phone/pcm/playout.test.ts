/** M19: the buffer between the WebSocket and the loudspeaker, in its own time: that of the samples. */
import { describe, expect, it } from 'vitest';
import { readFrame, writeFrame } from '../../../../src/renderer/phone/pcm/format.ts';
import { Interpolator } from '../../../../src/renderer/phone/pcm/interpolator.ts';
import { Playout } from '../../../../src/renderer/phone/pcm/playout.ts';
import { seeded } from '../../../support/random.ts';
import { energyAt } from '../../../support/tone.ts';

const OUT = 48_000;
const QUANTUM = 128;
const FRAME_MS = 20;

const frame = (number: number, hz = 700): Int16Array =>
  Int16Array.from({ length: 320 }, (_, index) =>
    Math.round(16_000 * Math.sin((2 * Math.PI * hz * (number * 320 + index)) / 16_000)),
  );

/**
 * Plays for some seconds.
 * @param lateMs how late each frame is
 * @param pace of the sender's clock against ours
 */
function play(seconds: number, lateMs: (number: number) => number = () => 0, pace = 1) {
  const playout = new Playout(16_000, OUT);
  const out: number[] = [];
  const due = Array.from({ length: Math.ceil((seconds * 1000) / FRAME_MS) + 5 }, (_, number) => {
    return { number, at: (number * FRAME_MS) / pace + lateMs(number) };
  }).sort((a, b) => a.at - b.at || a.number - b.number);
  let next = 0;
  const waiting: number[] = [];
  for (let at = 0; at < seconds * OUT; at += QUANTUM) {
    // The WebSocket keeps the order: what comes after a late frame is late too.
    for (; next < due.length && due[next]!.at <= (at * 1000) / OUT; next += 1) playout.push(frame(due[next]!.number));
    const quantum = new Float32Array(QUANTUM);
    playout.pull(quantum);
    for (const sample of quantum) out.push(sample * 32_768);
    waiting.push(playout.stats.waitingMs);
  }
  return { playout, out, waiting };
}

describe('frames of the WebSocket', () => {
  it('M19: come back as they were written', () => {
    const samples = Int16Array.from({ length: 320 }, (_, index) => index * 200 - 32_000);
    expect(readFrame(writeFrame(7, samples))).toEqual(samples);
    for (const bad of ['text', new ArrayBuffer(0), new ArrayBuffer(643), undefined]) {
      expect(readFrame(bad)).toBeUndefined();
    }
  });
});

describe('a stream read at another pace', () => {
  it.each([48_000, 44_100, 16_000, 8000])('M19: keeps a tone and its level between 16 kHz and %i Hz', (rate) => {
    for (const [from, to] of [
      [16_000, rate],
      [rate, 16_000],
    ] as const) {
      const stream = new Interpolator(from / to);
      const out: number[] = [];
      for (let at = 0; at < from; at += 160) {
        stream.write(Array.from({ length: 160 }, (_, i) => 10_000 * Math.sin((2 * Math.PI * 1000 * (at + i)) / from)));
        const some = new Float32Array(1000);
        out.push(...some.subarray(0, stream.read(some, from / to)));
      }
      expect(Math.abs(out.length - to)).toBeLessThan(to / 100 + 200);
      const level = energyAt(out.slice(1000, 1000 + to / 2), 1000, to);
      expect(Math.abs(20 * Math.log10(level / 10_000))).toBeLessThan(0.1);
    }
  });

  it('M19: lets nothing of what is above half the lower rate come back as another tone', () => {
    const stream = new Interpolator(3);
    stream.write(Array.from({ length: 24_000 }, (_, at) => 10_000 * Math.sin((2 * Math.PI * 12_000 * at) / OUT)));
    const out = new Float32Array(7800);
    stream.read(out, 3);
    expect(energyAt(out.slice(200), 4000, 16_000)).toBeLessThan(20);
  });
});

describe('the playout buffer', () => {
  it('M19: keeps a steady stream waiting for less than 40 ms, without a gap', () => {
    const { playout, out, waiting } = play(5);
    expect(playout.stats).toMatchObject({ gaps: 0, droppedMs: 0 });
    expect(Math.max(...waiting.slice(500))).toBeLessThan(40);
    expect(energyAt(out.slice(-OUT / 10), 700, OUT)).toBeGreaterThan(15_000);
  });

  it('M19: learns to live with frames that are up to 40 ms late', () => {
    const random = seeded(19);
    let at = 0;
    const late = Array.from({ length: 1500 }, (_, number) => {
      // No frame overtakes another.
      at = Math.max(at, number * FRAME_MS + random() * 40);
      return at - number * FRAME_MS;
    });
    const { playout, out } = play(25, (number) => late[number] ?? 0);
    expect(playout.stats.gaps).toBeLessThan(10);
    expect(playout.stats.targetMs).toBeLessThanOrEqual(70);
    const silent = out.slice(10 * OUT).filter((sample) => sample === 0).length;
    expect(silent).toBeLessThan(OUT / 10);
  });

  it('M19: a burst after a stall is cut short: it does not stay behind', () => {
    const { playout, waiting } = play(6, (number) => (number >= 50 && number < 75 ? 1500 - number * 20 : 0));
    expect(playout.stats.droppedMs).toBeGreaterThan(100);
    expect(waiting.at(-1)).toBeLessThan(80);
  });

  it.each([0.9998, 1.0002])('M19: a clock that goes %f times as fast neither fills nor empties it', (pace) => {
    const { playout, waiting } = play(60, () => 0, pace);
    expect(playout.stats.gaps).toBeLessThanOrEqual(1);
    expect(playout.stats.droppedMs).toBe(0);
    expect(Math.max(...waiting.slice(10_000))).toBeLessThan(45);
  });

  it('M19: plays nothing but silence before the first frame and after the last, without a click', () => {
    const playout = new Playout(16_000, OUT);
    const out = new Float32Array(QUANTUM);
    playout.pull(out);
    expect(out.every((sample) => sample === 0)).toBe(true);
    playout.push(frame(0, 25));
    playout.push(frame(1, 25));
    let [last, jump] = [0, 0];
    for (let quantum = 0; quantum < 40; quantum += 1) {
      playout.pull(out);
      for (const sample of out) {
        jump = Math.max(jump, Math.abs(sample - last));
        last = sample;
      }
    }
    expect(last).toBe(0);
    expect(jump).toBeLessThan(0.02);
    expect(playout.stats.gaps).toBe(1);
  });
});
