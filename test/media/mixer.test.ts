/** M3: a mix of speakers whose codecs have different rates, heard in each of these codecs. */
import { beforeAll, expect, it } from 'vitest';
import type { CodecName } from '../../src/core/codec/codec.ts';
import { codecs, prepareCodecs } from '../../src/core/codec/registry.ts';
import { FrameClock } from '../../src/core/media/frame-clock.ts';
import { Mixer } from '../../src/core/media/mixer.ts';
import type { Frame } from '../../src/core/rtp/frame.ts';
import { CodecTalker } from '../support/codec-talker.ts';
import { energyAt } from '../support/tone.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const AMPLITUDE = 4000;
const names: CodecName[] = ['PCMU', 'PCMA', 'G722', 'opus'];
const HZ: Record<CodecName, number> = { PCMU: 500, PCMA: 800, G722: 1150, opus: 1600 };

beforeAll(() => prepareCodecs());

/** What each hears in the second half of `ms`, as samples of its own codec. */
function talk(ms: number, pausing: (name: CodecName, at: number) => boolean = () => false) {
  const clock = new VirtualClock();
  const owner = { failed: (error: unknown): void => expect.unreachable(String(error)) };
  const mixer = new Mixer({ clock, frames: new FrameClock(clock), owner });
  const parties = names.map((codec) => ({
    codec,
    speaker: mixer.speaker(),
    talker: new CodecTalker(codec, HZ[codec], AMPLITUDE),
    heard: [] as Frame[],
  }));
  const mixes = parties.map(({ codec, heard, speaker }) =>
    mixer.listen(
      { codec, write: (frame) => void heard.push(frame) },
      parties.filter((other) => other.speaker !== speaker).map((other) => other.speaker),
    ),
  );
  for (let at = 0; at < ms; at += 20) {
    for (const { codec, speaker, talker } of parties) {
      const frame = talker.frame();
      if (!pausing(codec, at)) speaker.input.write(frame);
      clock.advance(4);
    }
    clock.advance(20 - 4 * parties.length);
  }
  for (const mix of mixes) mix.stop();
  return new Map(
    parties.map(({ codec, heard }) => {
      const decoder = codecs[codec].decoder();
      const samples = heard.flatMap((frame) => (frame.kind === 'audio' ? [...decoder.decode(frame.payload)] : []));
      return [codec, samples.slice(samples.length / 2)];
    }),
  );
}

/** Whom a listener hears, each within two decibels of what was said. */
function voices(samples: readonly number[], rateHz: number): CodecName[] {
  return names.filter((name) => {
    const level = energyAt(samples, HZ[name], rateHz);
    if (level < AMPLITUDE / 20) return false;
    expect(level).toBeGreaterThan(AMPLITUDE * 0.8);
    expect(level).toBeLessThan(AMPLITUDE * 1.26);
    return true;
  });
}

it('M3: each hears exactly the three others, whatever the rates of their codecs', () => {
  const heard = talk(2000);
  for (const [name, samples] of heard) {
    const { sampleRateHz } = codecs[name];
    // The whole second half, without a gap.
    expect(samples.length).toBeGreaterThanOrEqual(sampleRateHz * 0.95);
    expect(voices(samples, sampleRateHz)).toEqual(names.filter((other) => other !== name));
  }
});

it('M3: whoever pauses is not heard, and the others are', () => {
  const heard = talk(2000, (name, at) => name === 'G722' && at > 800);
  for (const [name, samples] of heard) {
    const others = names.filter((other) => other !== name && other !== 'G722');
    expect(voices(samples.slice(samples.length / 4), codecs[name].sampleRateHz)).toEqual(others);
  }
});
