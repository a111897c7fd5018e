import { describe, expect, it } from 'vitest';
import { play } from '../../src/core/media/player.ts';
import { clip, silence, tone, type Sound } from '../../src/core/media/sound.ts';
import type { AudioFrame, Frame } from '../../src/core/rtp/frame.ts';
import { decodeG711 } from '../../src/core/codec/g711.ts';
import { energyAt } from '../support/tone.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

/** Five frames whose bytes are their index. */
const counted: Sound = { codec: 'PCMU', length: 5, frame: (index) => new Uint8Array(160).fill(index) };

function setUp() {
  const clock = new VirtualClock();
  const frames: (AudioFrame & { at: number })[] = [];
  const write = (frame: Frame): void => {
    if (frame.kind === 'audio') frames.push({ ...frame, at: clock.now() });
  };
  return { clock, frames, sink: { write } };
}

/** Time that jumps: timers fire late, as on a busy machine. */
class LateClock extends VirtualClock {
  #late = 0;
  override now(): number {
    return super.now() + this.#late;
  }
  stall(ms: number): void {
    this.#late += ms;
  }
}

describe('a player', () => {
  it('sends a frame every 20 ms and tells when the last one is over', () => {
    const { clock, frames, sink } = setUp();
    let doneAt = -1;
    play(counted, sink, { clock, onDone: () => (doneAt = clock.now()) });
    clock.advance(1000);
    expect(frames.map((frame) => frame.at)).toEqual([0, 20, 40, 60, 80]);
    expect(frames.map((frame) => frame.payload[0])).toEqual([0, 1, 2, 3, 4]);
    expect(doneAt).toBe(100);
    expect(clock.pending).toBe(0);
  });

  it('numbers its frames as one stream that begins with a marker', () => {
    const { clock, frames, sink } = setUp();
    play(counted, sink, { clock });
    clock.advance(1000);
    const [first] = frames;
    expect(frames.map((frame) => (frame.sequenceNumber - first!.sequenceNumber) & 0xffff)).toEqual([0, 1, 2, 3, 4]);
    expect(frames.map((frame) => (frame.timestamp - first!.timestamp) >>> 0)).toEqual([0, 160, 320, 480, 640]);
    expect(frames.map((frame) => frame.marker)).toEqual([true, false, false, false, false]);
    expect(new Set(frames.map((frame) => frame.ssrc)).size).toBe(1);
  });

  it('loops without a gap', () => {
    const { clock, frames, sink } = setUp();
    const playing = play(counted, sink, { clock, loop: true, onDone: () => expect.unreachable() });
    clock.advance(139);
    playing.stop();
    clock.advance(1000);
    expect(frames.map((frame) => frame.payload[0])).toEqual([0, 1, 2, 3, 4, 0, 1]);
    expect(clock.pending).toBe(0);
  });

  it('is silent at once when its sink stops it', () => {
    const { clock, frames, sink } = setUp();
    const playing = play(counted, { write: (frame) => (sink.write(frame), playing.stop()) }, { clock });
    clock.advance(1000);
    expect(frames).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('makes up for a late tick without drifting', () => {
    const { frames, sink } = setUp();
    const clock = new LateClock();
    const playing = play(counted, sink, { clock, loop: true });
    clock.advance(20);
    clock.stall(45);
    clock.advance(35);
    playing.stop();
    // Time is 100: due are the frames of 0, 20, 40, 60, 80 and 100.
    expect(frames).toHaveLength(6);
    expect(frames.filter((frame) => frame.marker)).toHaveLength(1);
  });

  it('does not flood its sink after a long stall, but tells the time that was lost', () => {
    const { frames, sink } = setUp();
    const clock = new LateClock();
    const playing = play(counted, sink, { clock, loop: true });
    clock.advance(19);
    clock.stall(1000);
    clock.advance(21);
    playing.stop();
    // Time is 1040: three at once at 1020, then the next in time.
    expect(frames.map((frame) => frame.payload[0])).toEqual([0, 1, 2, 3, 4]);
    const last = frames.at(-1)!;
    expect((last.timestamp - frames[0]!.timestamp) >>> 0).toBe(52 * 160);
    expect((last.sequenceNumber - frames[0]!.sequenceNumber) & 0xffff).toBe(4);
    expect(last.marker).toBe(true);
  });
});

describe('a sound', () => {
  const samples = (sound: Sound, from: number, count: number): number[] =>
    Array.from({ length: count }, (_, n) => [...decodeG711(sound.frame(from + n), sound.codec)]).flat();

  it('has the frequencies it was asked for, across the end of a second', () => {
    const heard = samples(tone([440], { level: 0.25 }), 25, 50);
    expect(energyAt(heard, 440)).toBeCloseTo(8192, -3);
    expect(energyAt(heard, 1000)).toBeLessThan(200);
  });

  it('can be silence', () => {
    expect(new Set(samples(silence, 0, 3))).toEqual(new Set([0]));
  });

  it.each([
    'billing-hello',
    'caller-chat',
    'caller-hello',
    'caller-thanks',
    'echo-hello',
    'goodbye',
    'hold-music',
    'lab-hello',
    'night-desk-hello',
    'target-hello',
  ])('is there as the clip %s, one to fifteen seconds, never clipped', (name) => {
    const sound = clip(name);
    expect(sound.length).toBeGreaterThan(50);
    expect(sound.length).toBeLessThan(750);
    const all = samples(sound, 0, sound.length!);
    expect(all.some((sample) => Math.abs(sample) > 2000)).toBe(true);
    expect(all.every((sample) => Math.abs(sample) < 32_000)).toBe(true);
    expect(sound.frame(sound.length! - 1)).toHaveLength(160);
    expect(clip(name)).toBe(sound);
  });

  it('ends the hold music in silence where it begins in silence, so that the loop has no seam', () => {
    const music = clip('hold-music');
    const seam = [...samples(music, music.length! - 1, 1).slice(-20), ...samples(music, 0, 1).slice(0, 20)];
    expect(Math.max(...seam.map(Math.abs))).toBeLessThan(200);
  });

  it('is not made from a file that does not exist', () => {
    expect(() => clip('no-such-clip')).toThrow('no-such-clip.wav');
  });
});
