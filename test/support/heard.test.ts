/** The listener of the listening tests hears what is wrong. */
import { expect, it } from 'vitest';
import type { Frame, FrameSink } from '../../src/core/rtp/frame.ts';
import { encodeG711 } from '../../src/core/codec/g711.ts';
import { FakeMediaSession } from './fake-media.ts';
import { Heard } from './heard.ts';
import { sine } from './tone.ts';

const tones = { a: 500, b: 800 };
const payloads = {
  a: encodeG711(sine(500, 8000, 160), 'PCMU'),
  b: encodeG711(sine(800, 8000, 160), 'PCMU'),
  '-': encodeG711(sine(0, 0, 160), 'PCMU'),
};

/** @param frames one letter for each 20 ms; a blank is a packet that never came, and is not missed in the timestamps */
function problems(frames: string, expected: readonly string[], cues: Record<string, number> = {}): string[] {
  let now = 1000;
  const heard = new Heard(() => now, tones);
  const media = new FakeMediaSession('rtp');
  const sinks: FrameSink[] = [];
  media.tap = (sink) => {
    sinks.push(sink);
    return () => {};
  };
  heard.to(media);
  for (const [number, letter] of frames.split('').entries()) {
    const payload = payloads[letter as keyof typeof payloads];
    const position = { ssrc: 1, sequenceNumber: number, timestamp: number * 160, marker: false };
    const frame: Frame | undefined = payload && { kind: 'audio', codec: 'PCMU', payload, ...position };
    if (frame) for (const sink of sinks) sink.write(frame);
    now += 20;
  }
  return heard.problems(expected, new Map(Object.entries(cues)));
}

it('a gap of 60 ms is none, one of 80 ms is', () => {
  expect(problems('aaaa---bbbb', ['a', 'b'])).toEqual([]);
  expect(problems('aaaa   aaaa', ['a'])).toEqual([]);
  expect(problems('aaaa----bbbb', ['a', 'b'])).toEqual([
    'hears a from 1000 to 1080 ms, nobody from 1080 to 1160 ms, b from 1160 to 1240 ms; expected a, b',
  ]);
});

it('a single frame of somebody else is heard', () => {
  expect(problems('aaaabaaaa', ['a'])).toEqual([
    'hears a from 1000 to 1080 ms, b from 1080 to 1100 ms, a from 1100 to 1180 ms; expected a',
  ]);
  expect(problems('-----', [])).toEqual([]);
  expect(problems('aa', [])).toEqual(['hears a from 1000 to 1040 ms; expected nobody at all']);
});

it('a sound that begins late after its cue, or before it, is named', () => {
  expect(problems('aaaaaabbbbb', ['a', 'go: b'], { go: 1100 })).toEqual([]);
  expect(problems('aaaaaaaaaabbbbb', ['a', 'go: b'], { go: 1040 })).toEqual([
    'hears b from 1200 ms, which is 160 ms after "go"',
  ]);
  expect(problems('aabbbbb', ['a', 'go: b'], { go: 1100 })).toEqual([
    'hears b from 1040 ms, which is -60 ms after "go"',
  ]);
  expect(problems('aabb', ['a', 'go: b'])).toEqual(['there was no "go", after which b was to be heard']);
});
