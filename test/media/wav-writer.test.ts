import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { repairParts, WavWriter } from '../../src/core/media/wav-writer.ts';
import { readStereo } from '../support/stereo-wav.ts';

async function folder(): Promise<string> {
  const made = await mkdtemp(path.join(tmpdir(), 'patchcord-wav-'));
  onTestFinished(() => rm(made, { recursive: true }));
  return path.join(made, 'recordings');
}

const ramp = Int16Array.from({ length: 1600 }, (_, index) => (index % 2 === 0 ? index : -index));
const fail = (why: unknown) => {
  throw why;
};

describe('a WAVE file in the making', () => {
  it('has the name of a part until it is finished, and is for its owner alone', async () => {
    const where = await folder();
    const writer = new WavWriter(path.join(where, 'a.wav'), fail);
    const samples = ramp.slice();
    writer.write(samples);
    samples.fill(7);
    writer.write(ramp);
    await expect.poll(() => readdir(where).catch(() => [])).toEqual(['a.wav.part']);
    expect(await writer.finish()).toBe(200);
    expect(await readdir(where)).toEqual(['a.wav']);
    expect((await stat(path.join(where, 'a.wav'))).mode & 0o777).toBe(0o600);
    expect((await stat(where)).mode & 0o777).toBe(0o700);
    const { left, right } = readStereo(path.join(where, 'a.wav'));
    expect([left.length, left[0], left[799], right[0], right[799], left[800]]).toEqual([1600, 0, 1598, -1, -1599, 0]);
  });

  it('leaves nothing behind when there was no sound', async () => {
    const where = await folder();
    const writer = new WavWriter(path.join(where, 'a.wav'), fail);
    expect(await writer.finish()).toBeUndefined();
    expect(await readdir(where)).toEqual([]);
  });

  it('says once that it cannot write, and takes what follows without a word', async () => {
    const where = await folder();
    await writeFile(where, 'a file where the folder should be');
    const failures: Error[] = [];
    const writer = new WavWriter(path.join(where, 'a.wav'), (why) => failures.push(why));
    writer.write(ramp);
    await expect.poll(() => failures.length).toBe(1);
    writer.write(ramp);
    expect(await writer.finish()).toBeUndefined();
    expect(failures.map(({ message }) => message)).toEqual([expect.stringMatching(/EEXIST|ENOTDIR/)]);
  });

  it('keeps what it has when the disk cannot follow: no more than a megabyte waits', async () => {
    const where = await folder();
    const failures: Error[] = [];
    const writer = new WavWriter(path.join(where, 'a.wav'), (why) => failures.push(why));
    for (let written = 0; written < 400; written += 1) writer.write(ramp);
    expect(failures.map(({ message }) => message)).toEqual(['the disk is too slow']);
    const ms = await writer.finish();
    expect(ms).toBeGreaterThan(0);
    expect(readStereo(path.join(where, 'a.wav')).left).toHaveLength(ms! * 8);
  });

  it('never takes the place of another file', async () => {
    const where = await folder();
    await mkdir(where);
    await writeFile(path.join(where, 'a.wav.part'), 'somebody else');
    const failures: Error[] = [];
    const writer = new WavWriter(path.join(where, 'a.wav'), (why) => failures.push(why));
    expect(await writer.finish()).toBeUndefined();
    expect(failures).toHaveLength(1);
    expect(await readdir(where)).toEqual(['a.wav.part']);
  });
});

describe('after a crash', () => {
  it('P28: a part becomes a file that plays, cut to whole samples', async () => {
    const where = await folder();
    const crashed = new WavWriter(path.join(where, 'crashed.wav'), fail);
    crashed.write(ramp);
    await expect
      .poll(() =>
        stat(path.join(where, 'crashed.wav.part')).then(
          ({ size }) => size,
          () => 0,
        ),
      )
      .toBe(44 + 3200);
    await truncate(path.join(where, 'crashed.wav.part'), 44 + 3199);
    await writeFile(path.join(where, 'empty.wav.part'), new Uint8Array(20));
    await writeFile(path.join(where, 'other.wav'), 'untouched');
    expect(await repairParts(where, (_, why) => fail(why))).toEqual([{ name: 'crashed', durationMs: 799 / 8 }]);
    expect((await readdir(where)).toSorted()).toEqual(['crashed.wav', 'other.wav']);
    expect(readStereo(path.join(where, 'crashed.wav')).left).toHaveLength(799);
  });

  it('M17: of a process that was killed with SIGKILL, at the rate that it had', async () => {
    const where = await folder();
    const file = path.join(where, 'killed.wav');
    const source = pathToFileURL(path.resolve('src/core/media/wav-writer.ts')).href;
    const program = `const { WavWriter } = await import(${JSON.stringify(source)});
      const writer = new WavWriter(${JSON.stringify(file)}, console.error, 16000);
      setInterval(() => writer.write(new Int16Array(640).fill(7)), 5);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'inherit' });
    onTestFinished(() => void child.kill('SIGKILL'));
    await expect
      .poll(() =>
        stat(`${file}.part`).then(
          ({ size }) => size,
          () => 0,
        ),
      )
      .toBeGreaterThan(44 + 12_800);
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    const [repaired] = await repairParts(where, (_, why) => fail(why));
    const bytes = await readFile(file);
    expect(repaired).toEqual({ name: 'killed', durationMs: (bytes.length - 44) / 64 });
    expect([bytes.readUInt32LE(24), bytes.readUInt32LE(40)]).toEqual([16_000, bytes.length - 44]);
    expect(bytes.readInt16LE(bytes.length - 2)).toBe(7);
  });

  it('one part that cannot be repaired does not keep the others from it, and no folder is no fault', async () => {
    const where = await folder();
    expect(await repairParts(where, (_, why) => fail(why))).toEqual([]);
    await mkdir(path.join(where, 'stuck.wav.part'), { recursive: true });
    const good = new WavWriter(path.join(where, 'good.wav'), fail);
    good.write(ramp);
    await expect
      .poll(() =>
        stat(path.join(where, 'good.wav.part')).then(
          ({ size }) => size,
          () => 0,
        ),
      )
      .toBe(44 + 3200);
    const failures: string[] = [];
    const repaired = await repairParts(where, (file) => failures.push(path.basename(file)));
    expect(repaired).toEqual([{ name: 'good', durationMs: 100 }]);
    expect(failures).toEqual(['stuck.wav']);
  });
});
