/** M6, M7: what a leg hears that has neither telephone-event nor words for its silence. */
import { describe, expect, it } from 'vitest';
import { decodeG711, encodeG711 } from '../../src/core/codec/g711.ts';
import { Inlet } from '../../src/core/media/inlet.ts';
import { Outlet } from '../../src/core/media/outlet.ts';
import { eventOfKey } from '../../src/core/rtp/dtmf.ts';
import { dtmfTone } from '../../src/core/rtp/dtmf-tone.ts';
import type { Frame } from '../../src/core/rtp/frame.ts';
import type { RtpPacket } from '../../src/core/rtp/packet.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

function setUp(look = true) {
  const clock = new VirtualClock();
  const inlet = new Inlet(clock);
  const keys: string[] = [];
  const frames: Frame[] = [];
  inlet.onKey((key) => keys.push(key));
  inlet.tap({ write: (frame) => frames.push(frame) });
  inlet.lookForKeys(look);
  let number = 0;
  const hear = (payload: Uint8Array, format: 'PCMU' | 'CN' = 'PCMU') => {
    number += 1;
    const packet = { payloadType: 0, marker: false, sequenceNumber: number, timestamp: number * 160, ssrc: 7, payload };
    inlet.receive(packet, format);
    clock.advance(20);
  };
  const lose = () => {
    number += 1;
    clock.advance(20);
  };
  const sound = (samples: ArrayLike<number>) => {
    for (let at = 0; at + 160 <= samples.length; at += 160)
      hear(
        encodeG711(
          Array.from({ length: 160 }, (_, n) => samples[at + n]!),
          'PCMU',
        ),
      );
  };
  const press = (key: string, ms: number) => sound(dtmfTone(eventOfKey(key)!, 0, ms * 8));
  return { clock, inlet, keys, frames, hear, lose, press, pause: (ms: number) => sound(new Int16Array(ms * 8)) };
}

describe('keys in the sound of a leg', () => {
  it('M6: arrive once and in order, pressed fast or held, as events in the place of their tones', () => {
    const { keys, frames, press, pause } = setUp();
    for (const key of '1123') {
      press(key, 60);
      pause(60);
    }
    press('#', 3000);
    pause(200);
    expect(keys.join('')).toBe('1123#');
    const events = frames.filter((frame) => frame.kind === 'dtmf');
    expect(events.filter(({ marker }) => marker)).toHaveLength(5);
    expect(events.filter(({ end }) => end)).toHaveLength(15);
    expect(events.at(-1)!.duration / 8).toBeGreaterThan(2900);
    // One frame for each packet, in its place: the numbers of the stream stay the same.
    expect(frames.map(({ sequenceNumber }) => sequenceNumber)).toEqual(frames.map((_, at) => at + 1));
  });

  it('M6: are not looked for where that is off, and no more once the peer sends them by INFO', () => {
    const off = setUp(false);
    off.press('5', 200);
    expect(off.keys).toEqual([]);
    expect(off.frames.every(({ kind }) => kind === 'audio')).toBe(true);
    const { inlet, keys, press, pause } = setUp();
    press('5', 200);
    // The INFO of the same press.
    expect(inlet.keysBySignalling()).toBe('5');
    pause(100);
    press('6', 200);
    expect(keys).toEqual(['5']);
    expect(inlet.keysBySignalling()).toBeUndefined();
  });

  it('M6: a lost packet in a tone is neither its end nor another key', () => {
    const { keys, press, pause, lose } = setUp();
    press('7', 100);
    lose();
    press('7', 100);
    pause(200);
    expect(keys).toEqual(['7']);
  });
});

describe('comfort noise', () => {
  function outlet(comfortNoise?: number) {
    const clock = new VirtualClock();
    const sent: (RtpPacket & { at: number })[] = [];
    const out = new Outlet(clock, 1, (packet) => sent.push({ ...packet, at: clock.now() }));
    const wire = { codec: 'PCMA', payloadType: 8, ...(comfortNoise === undefined ? {} : { comfortNoise }) } as const;
    let number = 0;
    const say = (kind: 'audio' | 'noise', payload: Uint8Array, steps = 1) => {
      number += steps;
      const position = { ssrc: 9, sequenceNumber: number, timestamp: number * 160, marker: false };
      const frame: Frame =
        kind === 'audio' ? { kind, codec: 'PCMU', payload, ...position } : { kind, payload, ...position };
      out.write(frame, wire);
      clock.advance(20);
    };
    return { clock, sent, out, say };
  }
  const speech = encodeG711(
    Array.from({ length: 160 }, (_, n) => 8000 * Math.sin(n)),
    'PCMU',
  );

  it('M7: passes untouched to a peer that has agreed to it', () => {
    const { sent, say } = outlet(13);
    say('audio', speech);
    say('noise', Uint8Array.of(50, 1, 2));
    expect(sent.map(({ payloadType }) => payloadType)).toEqual([8, 13]);
    expect([...sent[1]!.payload]).toEqual([50, 1, 2]);
    expect((sent[1]!.timestamp - sent[0]!.timestamp) >>> 0).toBe(160);
  });

  it('M7: is quiet noise for one that has not, without a hole, until speech goes on', () => {
    const { clock, sent, say } = outlet();
    say('audio', speech);
    say('noise', Uint8Array.of(50));
    clock.advance(2000);
    const before = sent.length;
    say('audio', speech, 101);
    clock.advance(500);
    expect(before).toBeGreaterThanOrEqual(101);
    expect(sent.length).toBe(before + 1);
    for (const [at, packet] of sent.entries()) {
      if (at === 0) continue;
      expect(packet.at - sent[at - 1]!.at).toBeLessThanOrEqual(40);
      expect((packet.sequenceNumber - sent[at - 1]!.sequenceNumber) & 0xffff).toBe(1);
    }
    const noise = sent.slice(1, before).flatMap(({ payload }) => [...decodeG711(payload, 'PCMA')]);
    const level = 20 * Math.log10(Math.sqrt(noise.reduce((sum, each) => sum + each * each, 0) / noise.length) / 32_768);
    expect(level).toBeCloseTo(-50, -0.5);
    expect(clock.pending).toBe(0);
  });

  it('M7: a claim to be loud is not believed, and noise of which nothing more is said ends by itself', () => {
    const { clock, sent, say } = outlet();
    say('noise', Uint8Array.of(0));
    clock.advance(120_000);
    const loudest = sent.map(({ payload }) => Math.max(...decodeG711(payload, 'PCMA')));
    expect(Math.max(...loudest)).toBeLessThan(2100);
    expect(sent.at(-1)!.at).toBeLessThan(61_000);
    expect(clock.pending).toBe(0);
  });

  it('M7, W5: a peer that has announced its silence has no reason to send', () => {
    const { inlet, hear, frames } = setUp(false);
    inlet.expect(true);
    hear(new Uint8Array(160));
    expect(inlet.expected).toBe(true);
    hear(Uint8Array.of(60), 'CN');
    expect(inlet.expected).toBe(false);
    expect(frames.at(-1)).toMatchObject({ kind: 'noise' });
    hear(new Uint8Array(160));
    expect(inlet.expected).toBe(true);
  });
});
