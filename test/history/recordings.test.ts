import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RecordDraft } from '../../src/core/b2bua/record-draft.ts';
import { encodeG711 } from '../../src/core/codec/g711.ts';
import type { FrameSink } from '../../src/core/rtp/frame.ts';
import { Recordings } from '../../src/core/history/recordings.ts';
import { keepingLog } from '../cdr/fixture.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const LINE = '+14155550100';
const CALLER = '+14155550142';
const BILLING = '+14155551234';
const mute = { tap: () => () => {} };

async function setUp(wanted: { trunk: boolean; numbers: string[] }) {
  const made = await mkdtemp(path.join(tmpdir(), 'patchcord-recordings-'));
  onTestFinished(() => rm(made, { recursive: true }));
  const folder = path.join(made, 'recordings');
  const clock = new VirtualClock();
  const logged: string[] = [];
  const finished: [string, number][] = [];
  const gone: string[] = [];
  const recordings = new Recordings({
    clock,
    log: keepingLog(logged),
    folder,
    wanted: () => wanted,
    finished: (...each) => finished.push(each),
    gone: (id) => gone.push(id),
  });
  return { recordings, clock, folder, logged, finished, gone };
}

function draft(id: string, change: Partial<RecordDraft> = {}): RecordDraft {
  return {
    id,
    callId: 'call',
    sessionId: 'session',
    kind: 'original',
    direction: 'inbound',
    from: { number: CALLER, name: '' },
    to: { number: LINE, name: '' },
    provider: 'plivo',
    startedAt: 0,
    answeredAt: 0,
    end: undefined,
    ...change,
  } as RecordDraft;
}

const transfer = { kind: 'transfer', to: { number: BILLING, name: '' } } as const;
const outbound = {
  direction: 'outbound',
  from: { number: LINE, name: '' },
  to: { number: BILLING, name: '' },
} as const;

describe('P28: what is recorded', () => {
  it.each([
    ['nothing when it is off', { trunk: false, numbers: [] }, []],
    ['every leg of a trunk', { trunk: true, numbers: [] }, ['in', 'out', 'transfer']],
    [
      'calls to a number, and from it, but not what it is transferred to',
      { trunk: false, numbers: [LINE] },
      ['in', 'out'],
    ],
    ["a transfer leg by its target's number", { trunk: false, numbers: [BILLING] }, ['out', 'transfer']],
    ['not by the number of the caller', { trunk: false, numbers: [CALLER] }, []],
  ])('%s', async (_, wanted, expected) => {
    const { recordings, clock, finished, folder } = await setUp(wanted);
    recordings.answered(draft('in'), [mute, mute]);
    recordings.answered(draft('out', outbound), [mute, mute]);
    recordings.answered(draft('transfer', transfer), [mute, mute]);
    clock.advance(1500);
    await recordings.stop();
    expect(new Set(finished.map(([id]) => id))).toEqual(new Set(expected));
    const files = await readdir(folder).catch(() => []);
    expect(new Set(files)).toEqual(new Set(expected.map((id) => `${id}.wav`)));
  });

  it('a leg from its answer to its end, and not a leg that nobody answered', async () => {
    const { recordings, clock, finished } = await setUp({ trunk: true, numbers: [] });
    recordings.answered(draft('a'), [mute, mute]);
    recordings.answered(draft('no media'), [mute, undefined]);
    clock.advance(2000);
    recordings.ended('a');
    recordings.ended('never answered');
    clock.advance(5000);
    await recordings.stop();
    expect(finished).toEqual([['a', 2000]]);
    expect(clock.pending).toBe(0);
  });
});

describe('M17: recording by hand', () => {
  /** Somebody who says one sample value for ever. */
  const speaker = (clock: VirtualClock, value: number) => ({
    tap(sink: FrameSink) {
      const payload = encodeG711(new Int16Array(160).fill(value), 'PCMU');
      let timer: { cancel(): void };
      const say = () => {
        const n = Math.floor(clock.now() / 20);
        const position = { ssrc: value, sequenceNumber: n & 0xffff, timestamp: n * 160, marker: false };
        sink.write({ kind: 'audio', codec: 'PCMU', payload, ...position });
        timer = clock.after(20, say);
      };
      say();
      return () => timer.cancel();
    },
  });

  it('begins and stops while people talk; what is said while it is stopped is silence', async () => {
    const { recordings, clock, folder, finished } = await setUp({ trunk: false, numbers: [] });
    const pair = [speaker(clock, 4000), speaker(clock, 8000)];
    recordings.answered(draft('a'), pair);
    clock.advance(1000);
    expect(recordings.byHand(draft('a'), pair, true)).toBe('done');
    clock.advance(1000);
    expect(recordings.byHand(draft('a'), pair, false)).toBe('done');
    clock.advance(500);
    // One of them has other media meanwhile: it stays stopped.
    recordings.moved('a', pair);
    clock.advance(500);
    expect(recordings.byHand(draft('a'), pair, true)).toBe('done');
    clock.advance(1000);
    recordings.ended('a');
    await recordings.stop();
    expect(finished).toEqual([['a', 3000]]);
    const left = leftOf(await readFile(path.join(folder, 'a.wav')));
    const loud = (fromMs: number, toMs: number) => left.slice(fromMs * 8, toMs * 8).map((each) => each > 3000);
    expect(loud(100, 900)).not.toContain(false);
    expect(loud(1100, 1900)).not.toContain(true);
    expect(loud(2100, 2900)).not.toContain(false);
    expect(clock.pending).toBe(0);
  });

  it('stops what the settings have begun, leaves alone what is not recorded, and says where it cannot', async () => {
    const { recordings, clock, folder } = await setUp({ trunk: true, numbers: [] });
    recordings.answered(draft('a'), [speaker(clock, 4000), mute]);
    expect(recordings.byHand(draft('a'), [mute, mute], false)).toBe('done');
    expect(recordings.byHand(draft('other'), [mute, mute], false)).toBe('done');
    expect(recordings.byHand(draft('alone'), [mute, undefined], true)).toBe('impossible');
    clock.advance(1000);
    await recordings.stop();
    const left = leftOf(await readFile(path.join(folder, 'a.wav')));
    expect(left.slice(400).every((each) => each === 0)).toBe(true);
  });

  const leftOf = (file: Buffer) =>
    Array.from({ length: (file.length - 44) / 4 }, (_, n) => file.readInt16LE(44 + n * 4));
});

it('P28: warns once when it cannot write, and lets the calls be', async () => {
  const { recordings, clock, folder, logged, finished } = await setUp({ trunk: true, numbers: [] });
  await writeFile(folder, 'no folder');
  for (const id of ['a', 'b', 'c']) recordings.answered(draft(id), [mute, mute]);
  clock.advance(3000);
  await recordings.stop();
  expect(logged).toEqual([expect.stringMatching(/^warn recordings cannot be written; calls go on without them/)]);
  expect(finished).toEqual([]);
});

it('P28: completes what a crash left behind before anything else is recorded', async () => {
  const { recordings, folder, logged, finished } = await setUp({ trunk: true, numbers: [] });
  await mkdir(folder);
  await writeFile(path.join(folder, 'old.wav.part'), new Uint8Array(44 + 3200));
  await mkdir(path.join(folder, 'stuck.wav.part'));
  await recordings.repair();
  expect(finished).toEqual([['old', 100]]);
  expect(logged.map((line) => line.split(' ')[0])).toEqual(['warn', 'info']);
});

describe('deleting', () => {
  it('takes the file away, once it is complete, and says so', async () => {
    const { recordings, clock, folder, gone } = await setUp({ trunk: true, numbers: [] });
    recordings.answered(draft('a'), [mute, mute]);
    clock.advance(1500);
    expect(await recordings.delete('a')).toBe('busy');
    recordings.ended('a');
    expect(await recordings.delete('a')).toBe('busy');
    await recordings.stop();
    expect([await recordings.delete('a'), await readdir(folder), gone]).toEqual(['deleted', [], ['a']]);
    expect(await recordings.delete('a')).toBe('missing');
  });

  it('touches nothing outside of its folder, and no folder in it', async () => {
    const { recordings, folder, gone } = await setUp({ trunk: true, numbers: [] });
    await mkdir(path.join(folder, 'b.wav'), { recursive: true });
    await writeFile(path.join(folder, '..', 'precious.wav'), '');
    for (const id of ['../precious', '..\\precious', '', '.', 'a/../../precious']) {
      expect(await recordings.delete(id)).toBe('missing');
    }
    await expect(recordings.delete('b')).rejects.toThrow();
    expect(await readdir(path.dirname(folder))).toEqual(['precious.wav', 'recordings']);
    expect(gone).toEqual([]);
  });
});

it('gives no path to anything outside of its folder', async () => {
  const { recordings, folder } = await setUp({ trunk: true, numbers: [] });
  expect(recordings.path('0a1b')).toBe(path.join(folder, '0a1b.wav'));
  for (const id of ['', '../a', 'a/b', 'a\\b', 'a.b', '..']) expect(recordings.path(id)).toBeUndefined();
});
