/** P28 over real sockets and real RTP: what is in the files, measured by tone. */
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { CallRecord } from '../../src/nouns/record.ts';
import { RecordStore } from '../../src/core/cdr/index.ts';
import { silent } from '../../src/core/log/logger.ts';
import type { PartyPhone } from '../../src/core/parties/phone.ts';
import { inProgress } from '../cdr/fixture.ts';
import { nextPhone, startEndpoint, startRealTrunk, type RealEndpoint, type RealTrunk } from '../support/real-trunk.ts';
import { readStereo, type Stereo } from '../support/stereo-wav.ts';
import { energyAt } from '../support/tone.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const LINE = '+14155550101';
const DANA = '+14155550142';
const BILLING = '+14155551234';
const HZ = { dana: 440, billing: 1000, agent: 700 };
const SECOND = 8000;
/** Of 32,767. */
const AUDIBLE = 1000;

let folder: string;
let agent: RealEndpoint;
let real: RealTrunk;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'patchcord-recording-'));
  agent = await startEndpoint(HZ.agent);
});
afterEach(async () => {
  await real.close();
  await agent.close();
  await rm(folder, { recursive: true });
});

async function start(recording: object): Promise<void> {
  real = await startRealTrunk(
    { numbers: [{ number: LINE, to: [agent.uri('agent')] }], recording: { ...recording, folder } },
    { [DANA]: HZ.dana, [BILLING]: HZ.billing },
    ':memory:',
    folder,
  );
}

const sleep = (ms: number) => new Promise<void>((resolve) => void real.clock.after(ms, resolve));

async function connect(): Promise<{ dana: PartyPhone; phone: PartyPhone }> {
  const danas = nextPhone(real.trunk.parties);
  const agents = nextPhone(agent.host);
  await real.trunk.practiceCall({ caller: DANA, to: LINE });
  const [dana, phone] = await Promise.all([danas, agents]);
  return { dana, phone };
}

function transferToBilling(phone: PartyPhone): Promise<void> {
  return new Promise((resolve, reject) => {
    phone.session?.refer(`<sip:${BILLING}@demo.zt.patchcord.test>`, [], {
      accepted: () => {},
      refused: (status) => reject(new Error(`refused with ${status}`)),
      notified: ({ status }) => void (status === 200 && resolve()),
    });
  });
}

/** The records of the one call, once it is over and its files are complete. */
async function recordsWith(recordings: number): Promise<{ original: CallRecord; transfer: CallRecord | undefined }> {
  return vi.waitFor(
    () => {
      const { records } = real.trunk.records.list({});
      expect(records.filter(({ recording }) => recording)).toHaveLength(recordings);
      const of = (kind: string) => records.find((record) => record.kind === kind);
      return { original: of('original')!, transfer: of('transfer') };
    },
    { timeout: 5000 },
  );
}

const fileOf = (record: CallRecord): Stereo => readStereo(real.trunk.recording(record.id)!);
/** Loudness of each tone in each channel. */
const tones = ({ left, right }: Stereo) =>
  Object.fromEntries(
    Object.entries(HZ).map(([who, hz]) => [who, [left, right].map((side) => energyAt(side, hz) > AUDIBLE)]),
  );

it('P28: records the caller on the left and the endpoint on the right, until the endpoint is disconnected', async () => {
  await start({ trunk: true });
  const { dana, phone } = await connect();
  await sleep(1200);
  await transferToBilling(phone);
  await vi.waitFor(() => expect(phone.over).toBe(true));
  await sleep(1200);
  dana.hangUp();
  await vi.waitFor(() => expect(real.trunk.calls()).toEqual([]));

  const { original, transfer } = await recordsWith(2);
  const first = fileOf(original);
  expect(tones(first)).toEqual({ dana: [true, false], agent: [false, true], billing: [false, false] });
  // It ends with its record, which ends with the endpoint's BYE; Billing talks for a second more.
  expect(first.left.length / SECOND).toBeCloseTo(original.durationMs / 1000, 1);
  expect(original.recording!.durationMs).toBe((first.left.length * 1000) / SECOND);
  expect(original.endedAt).toBeLessThan(transfer!.endedAt - 1000);

  const second = fileOf(transfer!);
  expect(tones(second)).toEqual({ dana: [true, false], agent: [false, false], billing: [false, true] });
  expect(second.left.length / SECOND).toBeCloseTo(transfer!.durationMs / 1000, 1);
  expect((await readdir(folder)).toSorted((a, b) => a.localeCompare(b))).toEqual(
    [original.id, transfer!.id].map((id) => `${id}.wav`).toSorted((a, b) => a.localeCompare(b)),
  );
});

it('P28: records the original leg alone when recording is on for its number only', async () => {
  await start({ numbers: [LINE] });
  const { dana, phone } = await connect();
  await sleep(600);
  await transferToBilling(phone);
  await vi.waitFor(() => expect(phone.over).toBe(true));
  dana.hangUp();
  const { original, transfer } = await recordsWith(1);
  expect([original.recording !== undefined, transfer?.recording]).toEqual([true, undefined]);
  expect(await readdir(folder)).toEqual([`${original.id}.wav`]);
});

it('P28: records nothing when it is off, and completes the files when the trunk stops in the middle of a call', async () => {
  await start({});
  const { dana } = await connect();
  await sleep(200);
  dana.hangUp();
  await recordsWith(0);
  expect(await readdir(folder)).toEqual([]);
  await real.close();

  await start({ trunk: true });
  await connect();
  await sleep(400);
  await real.trunk.stop();
  const [file] = await readdir(folder);
  expect(file).toMatch(/^[0-9a-f]{16}\.wav$/);
  expect(tones(readStereo(path.join(folder, file!)))).toEqual({
    dana: [true, false],
    agent: [false, true],
    billing: [false, false],
  });
});

it('P28: deletes a recording for good, though not while it is being made, and keeps the record', async () => {
  await start({ trunk: true });
  const changes: (CallRecord | undefined)[] = [];
  real.trunk.onEvent((event) => event.type === 'recordChanged' && changes.push(event.record), ['recordChanged']);
  const { dana } = await connect();
  await sleep(300);
  const [id = ''] = (await readdir(folder)).map((name) => name.replace('.wav.part', ''));
  await expect(real.trunk.deleteRecording(id)).rejects.toMatchObject({ code: 'refused' });
  dana.hangUp();
  const { original } = await recordsWith(1);
  expect(original.id).toBe(id);
  changes.length = 0;
  await real.trunk.deleteRecording(id);
  expect(await readdir(folder)).toEqual([]);
  expect(changes.map((record) => [record?.id, record?.recording])).toEqual([[id, undefined]]);
  expect(real.trunk.records.get(id)?.recording).toBeUndefined();
  await expect(real.trunk.deleteRecording(id)).rejects.toMatchObject({ code: 'not-found' });
});

it('keeps recordings as long as the configuration says, and no file that is none of its own', async () => {
  const recordsFile = path.join(folder, 'records.sqlite');
  const store = RecordStore.open(recordsFile, { log: silent, clock: new VirtualClock() });
  for (const id of ['old', 'young']) {
    store.begin(inProgress(id, { answeredAt: 2000 }));
    store.setRecording(id, 1000);
  }
  store.close();
  const recordings = path.join(folder, 'recordings');
  await mkdir(recordings);
  for (const name of ['old.wav', 'young.wav', 'holiday.wav', 'old.txt'])
    await writeFile(path.join(recordings, name), '');
  const aWeekAgo = Date.now() / 1000 - 7 * 86_400;
  for (const name of ['old.wav', 'holiday.wav', 'old.txt'])
    await utimes(path.join(recordings, name), aWeekAgo, aWeekAgo);
  real = await startRealTrunk({ recording: { keepDays: 8 } }, {}, recordsFile, recordings);
  const left = async () => (await readdir(recordings)).toSorted((a, b) => a.localeCompare(b));
  await real.trunk.stop();
  expect(await left()).toEqual(['holiday.wav', 'old.txt', 'old.wav', 'young.wav']);

  await real.close();
  real = await startRealTrunk({}, {}, recordsFile, recordings);
  expect(real.trunk.configure({ recording: { keepDays: 6 } })).toMatchObject({ changed: ['recording.keepDays'] });
  await vi.waitFor(async () => expect(await left()).toEqual(['holiday.wav', 'old.txt', 'young.wav']));
  await vi.waitFor(() => expect(real.trunk.records.get('old')?.recording).toBeUndefined());
  expect(real.trunk.records.get('young')?.recording).toEqual({ durationMs: 1000 });
});

it('P28: a crash in the middle of a call leaves a record that was interrupted, with what had been recorded of it', async () => {
  const recordsFile = path.join(folder, 'records.sqlite');
  const store = RecordStore.open(recordsFile, { log: silent, clock: new VirtualClock() });
  store.begin(inProgress('dead', { answeredAt: 2000 }));
  store.close();
  await mkdir(path.join(folder, 'recordings'));
  await writeFile(path.join(folder, 'recordings', 'dead.wav.part'), new Uint8Array(44 + 32_000));
  real = await startRealTrunk({ recording: { trunk: true } }, {}, recordsFile, path.join(folder, 'recordings'));
  const { records } = real.trunk.records.list({});
  expect(records.map(({ id, result, recording }) => [id, result, recording])).toEqual([
    ['dead', 'interrupted', { durationMs: 1000 }],
  ]);
  expect(readStereo(real.trunk.recording('dead')!).left).toHaveLength(8000);
});
