/** M6: keys towards a telephone that takes no telephone-event are tones, measured in what it is sent. */
import { describe, expect, it } from 'vitest';
import { play } from '../../src/core/media/player.ts';
import { pressKeys } from '../../src/core/media/press-keys.ts';
import { tone } from '../../src/core/media/sound.ts';
import type { AudioFrame, Frame } from '../../src/core/rtp/frame.ts';
import { decodeG711, type G711Name } from '../../src/core/codec/g711.ts';
import { parseRtp, type RtpPacket } from '../../src/core/rtp/packet.ts';
import { memoryLeg } from '../support/memory-ports.ts';
import { energyAt } from '../support/tone.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const LOW = [697, 770, 852, 941];
const HIGH = [1209, 1336, 1477, 1633];
const KEYS = '123A456B789C*0#D';
const VOICE_HZ = 440;
/** Of a sine of 0 dBm0: 3.14 dB below full scale. */
const ZERO_DBM0 = 32_767 * 10 ** (-3.14 / 20);
const dBm0 = (amplitude: number): number => 20 * Math.log10(amplitude / ZERO_DBM0);

async function listening(formats = '0') {
  const clock = new VirtualClock();
  const { session, onSent } = await memoryLeg(clock, formats);
  const packets: (RtpPacket & { at: number })[] = [];
  onSent((datagram) => {
    const parsed = parseRtp(datagram.slice());
    if (parsed.ok) packets.push({ ...parsed.value, at: clock.now() });
  });
  return { clock, session, packets };
}

/** What a frame is: `-` silence, `v` voice, or a key. */
function readFrame(samples: Int16Array): string {
  const [low, high] = [LOW, HIGH].map((row) => {
    const levels = row.map((hz) => energyAt(samples, hz));
    const best = Math.max(...levels);
    return best > 2000 && levels.filter((level) => level > best / 2).length === 1 ? levels.indexOf(best) : -1;
  }) as [number, number];
  if (low >= 0 && high >= 0) return KEYS[low * 4 + high]!;
  if (energyAt(samples, VOICE_HZ) > 2000) return 'v';
  return samples.every((sample) => Math.abs(sample) <= 8) ? '-' : '?';
}

function heard(packets: readonly RtpPacket[], codec: G711Name = 'PCMU'): string {
  return packets.map(({ payload }) => readFrame(decodeG711(payload, codec))).join('');
}

function expectUnbroken(packets: readonly (RtpPacket & { at: number })[]): void {
  packets.slice(1).forEach((packet, index) => {
    const before = packets[index]!;
    expect((packet.sequenceNumber - before.sequenceNumber) & 0xffff).toBe(1);
    expect((packet.timestamp - before.timestamp) >>> 0).toBe(160);
    expect(packet.at).toBeGreaterThanOrEqual(before.at);
    expect(packet.at - before.at).toBeLessThanOrEqual(30);
    expect(packet.payload).toHaveLength(160);
  });
}

interface Pressing {
  /** Between its packets. */
  readonly everyMs?: number;
  /** How many of the last packet arrive, all at once. */
  readonly ends?: number;
  /** What the first packet says of its length. */
  readonly firstMs?: number;
}

const audioFrame = (sequenceNumber: number): AudioFrame => ({
  kind: 'audio',
  codec: 'PCMU',
  payload: tone([VOICE_HZ]).frame(0),
  ssrc: 5,
  sequenceNumber,
  timestamp: 0,
  marker: false,
});

/** Somebody who speaks, and in place of the voice sends the events of keys, as telephones do. */
function speaker(clock: VirtualClock, sink: { write(frame: Frame): void }) {
  const voice = tone([VOICE_HZ]);
  let sequenceNumber = 65_500;
  let timestamp = 0xffff_f000;
  const next = () => ({ ssrc: 5, sequenceNumber: sequenceNumber++ & 0xffff, marker: false });
  const wait = (ms: number): void => {
    clock.advance(ms);
    timestamp = (timestamp + ms * 8) >>> 0;
  };
  let index = 0;
  return {
    say(ms: number): void {
      for (let n = 0; n < ms / 20; n += 1) {
        sink.write({ kind: 'audio', codec: 'PCMU', payload: voice.frame(index++), timestamp, ...next() });
        wait(20);
      }
    },
    press(key: string, ms: number, how: Pressing = {}): void {
      const { everyMs = 20, ends = 3 } = how;
      const { firstMs = everyMs } = how;
      const began = timestamp;
      const packet = (durationMs: number, end: boolean): void =>
        sink.write({
          kind: 'dtmf',
          event: '0123456789*#ABCD'.indexOf(key),
          end,
          volume: 10,
          duration: durationMs * 8,
          timestamp: began,
          ...next(),
          marker: durationMs === firstMs,
        });
      for (let at = firstMs; at < ms; at += everyMs) {
        packet(at, false);
        wait(everyMs);
      }
      for (let n = 0; n < ends; n += 1) packet(ms, true);
      wait(Math.max(20, ms - ((timestamp - began) >>> 0) / 8));
    },
  };
}

describe('keys towards a telephone without telephone-event', () => {
  it.each(KEYS.split(''))('M6: %s is its two frequencies, as loud and as long as it should be', async (key) => {
    const { clock, session, packets } = await listening();
    const { say, press } = speaker(clock, session);
    say(200);
    press(key, 160);
    say(200);
    expectUnbroken(packets);
    expect(heard(packets)).toMatch(new RegExp(`^v{10}${key === '*' ? '\\*' : key}{8}-?v{9,10}$`));
    const samples = packets.slice(10, 18).flatMap(({ payload }) => [...decodeG711(payload, 'PCMU')]);
    const [low, high] = [LOW, HIGH].map((row) => Math.max(...row.map((hz) => energyAt(samples, hz))));
    expect(dBm0(low!)).toBeCloseTo(-9, 0);
    expect(dBm0(high!)).toBeCloseTo(-7, 0);
  });

  it.each([
    ['packets every 50 ms', { everyMs: 50 }],
    ['packets every 10 ms', { everyMs: 10 }],
    ['a first packet that says nothing of a length', { firstMs: 0 }],
    ['a single last packet', { ends: 1 }],
  ])('M6: %s leave no hole in the sound', async (_, how) => {
    const { clock, session, packets } = await listening('8');
    const { say, press } = speaker(clock, session);
    say(100);
    press('5', 200, how);
    say(100);
    expectUnbroken(packets);
    const text = heard(packets, 'PCMA');
    expect(text).toMatch(/^v{5}5{10,11}-?v{3,5}$/);
  });

  it('M6: a key whose last packets are lost ends by itself', async () => {
    const { clock, session, packets } = await listening();
    const { say, press } = speaker(clock, session);
    say(100);
    press('5', 100, { ends: 0 });
    clock.advance(2000);
    expectUnbroken(packets);
    expect(heard(packets)).toMatch(/^v{5}5{9,13}-{1,11}$/);
    // RTCP's.
    expect(clock.pending).toBe(1);
    say(100);
    expect(heard(packets.slice(-5))).toBe('vvvvv');
  });

  it('M6: repeated last packets between the sound leave no gap in the numbers', async () => {
    const { clock, session, packets } = await listening();
    const { say, press } = speaker(clock, session);
    press('5', 100, { ends: 1 });
    const began = { ssrc: 5, event: 5, volume: 10, duration: 800, timestamp: 0xffff_f000, marker: false };
    say(100);
    for (const sequenceNumber of [65_510, 65_511, 65_512])
      session.write({ kind: 'dtmf', end: true, ...began, sequenceNumber });
    const before = packets.length;
    session.write({ ...audioFrame(65_513), timestamp: (0xffff_f000 + 1600) >>> 0 });
    expect(packets).toHaveLength(before + 1);
    expectUnbroken(packets);
  });

  it('M6: fast keys come once each and in order, with a pause between them', async () => {
    const { clock, session, packets } = await listening();
    const { press, say } = speaker(clock, session);
    say(100);
    for (const key of '1199#') press(key, 40);
    say(1000);
    expect(heard(packets)).toMatch(/^v{5}1{3}-{2,}1{3}-{2,}9{3}-{2,}9{3}-{2,}#{3}-*v+$/);
    expectUnbroken(packets);
  });

  it('M6: a key that was pressed for somebody takes the place of what he hears, as tone and as event', async () => {
    for (const formats of ['0', '0 101']) {
      const { clock, session, packets } = await listening(formats);
      const playing = play(tone([VOICE_HZ]), session, { clock });
      clock.advance(199);
      pressKeys('7', session, { clock, ssrc: 3 });
      clock.advance(1000);
      playing.stop();
      packets.slice(1).forEach((packet, index) => {
        expect((packet.sequenceNumber - packets[index]!.sequenceNumber) & 0xffff).toBe(1);
        const step = (packet.timestamp - packets[index]!.timestamp) | 0;
        expect(step).toBeGreaterThanOrEqual(0);
        expect(step).toBeLessThanOrEqual(240 * 8);
      });
      const [first, last] = [packets[0]!, packets.at(-1)!];
      expect(Math.abs(((last.timestamp - first.timestamp) | 0) - (last.at - first.at) * 8)).toBeLessThanOrEqual(320);
      if (formats === '0') expect(heard(packets)).toMatch(/^v{10}7{8}-{0,2}v+$/);
      else expect(packets.filter(({ payloadType }) => payloadType === 101)).toHaveLength(11);
    }
  });

  it('closes with its session in the middle of a tone', async () => {
    const { clock, session } = await listening();
    pressKeys('7', session, { clock, ssrc: 3 }).stop();
    await session.close();
    clock.advance(1000);
    expect(clock.pending).toBe(0);
  });
});
