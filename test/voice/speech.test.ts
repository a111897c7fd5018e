import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { silent } from '../../src/core/log/logger.ts';
import type { Sound } from '../../src/core/media/sound.ts';
import { decodeG711 } from '../../src/core/codec/g711.ts';
import { RealClock } from '../../src/core/time/real-clock.ts';
import { Speech } from '../../src/core/voice/speech.ts';
import { toneFile } from '../support/http-application.ts';
import { energyAt } from '../support/tone.ts';
import { settle, VirtualClock } from '../support/virtual-clock.ts';

const folder = mkdtempSync(join(tmpdir(), 'speech-'));
afterAll(() => rmSync(folder, { recursive: true }));

const installed = (process.env['PATH'] ?? '').split(delimiter).some((path) => existsSync(join(path, 'espeak-ng')));

/** A program in place of espeak-ng, which notes its arguments and its text. */
function program(name: string, body: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

const samplesOf = ({ length = 0, frame, codec }: Sound): number[] =>
  Array.from({ length }, (_, index) => [...decodeG711(frame(index), codec)]).flat();

const real = (command?: string) =>
  new Speech({ clock: new RealClock(), log: silent, ...(command === undefined ? {} : { command }) });

describe('a text', () => {
  it.runIf(installed)('is read aloud by espeak-ng, longer texts for longer', async () => {
    const speech = real();
    const short = await speech.speak({ text: 'Hello.' });
    const long = await speech.speak({ text: 'Hello, this is a good deal more to say than that.' });
    expect(short.flaw).toBeUndefined();
    const loud = Math.max(...samplesOf(short.sound).map(Math.abs));
    expect(loud).toBeGreaterThan(2000);
    expect(long.sound.length).toBeGreaterThan(short.sound.length! * 2);
  });

  it.runIf(installed)('in a language that it does not have is read in English, and says so', async () => {
    const { flaw, sound } = await real().speak({ text: 'Hello.', language: 'xx-YY' });
    expect(flaw).toBe('there is no voice for xx-YY');
    expect(sound.length).toBeGreaterThan(10);
  });

  it('is a phrase of tones where there is no voice, and says so', async () => {
    const speech = real(join(folder, 'not-there'));
    const { sound, flaw } = await speech.speak({ text: 'Hello.' });
    expect(flaw).toBe('espeak-ng is not installed');
    const samples = samplesOf(sound);
    expect(energyAt(samples.slice(200, 1700), 523)).toBeGreaterThan(5000);
    expect(energyAt(samples.slice(-1700, -200), 784)).toBeGreaterThan(5000);
    // Asked again, it does not try again.
    expect((await speech.speak({ text: 'Goodbye.' })).flaw).toBe('espeak-ng is not installed');
  });

  it('goes in by the pipe, never into the arguments, and odd names of voices go nowhere', async () => {
    writeFileSync(join(folder, 'tone.wav'), toneFile(500, 0.1));
    const command = program('echo', `echo "$@" > ${folder}/arguments; cat > ${folder}/text; cat ${folder}/tone.wav`);
    const text = '--version $(touch x) "; -f /etc/passwd';
    const { flaw } = await real(command).speak({ text, language: 'en; rm -rf', voice: '-f /etc/passwd' });
    expect(flaw).toBeUndefined();
    expect(readFileSync(join(folder, 'arguments'), 'utf8')).toBe('--stdin --stdout -v en-us -s 160\n');
    expect(readFileSync(join(folder, 'text'), 'utf8')).toBe(text);
  });

  it('is remembered: the second time no program runs', async () => {
    const command = program('count', `echo x >> ${folder}/counted; cat > /dev/null; cat ${folder}/tone.wav`);
    writeFileSync(join(folder, 'tone.wav'), toneFile(500, 0.1));
    const speech = real(command);
    const [first, second] = await Promise.all([speech.speak({ text: 'a' }), speech.speak({ text: 'a' })]);
    expect((await speech.speak({ text: 'a' })).sound).toBe(first.sound);
    expect(second.sound).toBe(first.sound);
    expect(readFileSync(join(folder, 'counted'), 'utf8')).toBe('x\n');
  });

  it('that fails is not remembered, and takes nobody the turn', async () => {
    const command = program('once-broken', `cat > /dev/null; cat ${folder}/tone.wav`);
    writeFileSync(join(folder, 'tone.wav'), toneFile(500, 0.1));
    const options = { clock: new RealClock(), log: silent, command: 'espeak\0ng' };
    const speech = new Speech(options);
    const texts = ['a', 'b', 'c', 'd'].map((text) => speech.speak({ text }));
    for (const { flaw } of await Promise.all(texts)) expect(flaw).toMatch(/^the voice failed/);
    options.command = command;
    expect((await speech.speak({ text: 'a' })).flaw).toBeUndefined();
  });

  it('that takes too long is given up, and the program ended', async () => {
    const clock = new VirtualClock();
    const command = program('slow', `echo $$ > ${folder}/pid; exec sleep 600`);
    const speech = new Speech({ clock, log: silent, command });
    const speaking = speech.speak({ text: 'Hello.' });
    await expect.poll(() => existsSync(join(folder, 'pid'))).toBe(true);
    clock.advance(10_000);
    await settle();
    clock.advance(10_000);
    expect((await speaking).flaw).toBe('the voice took more than 10 s');
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    await expect.poll(() => isAlive(pid)).toBe(false);
    expect(clock.pending).toBe(0);
  });

  it('is given up when the trunk stops, and no program stays behind', async () => {
    const command = program('forever', `echo $$ > ${folder}/other; exec sleep 600`);
    const speech = real(command);
    const speaking = Promise.all(['a', 'b', 'c', 'd'].map((text) => speech.speak({ text })));
    await expect.poll(() => existsSync(join(folder, 'other'))).toBe(true);
    speech.close();
    expect((await speaking).map(({ flaw }) => flaw)).toEqual(Array(4).fill('the trunk is stopping'));
    const pid = Number(readFileSync(join(folder, 'other'), 'utf8'));
    await expect.poll(() => isAlive(pid)).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
