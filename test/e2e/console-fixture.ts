/**
 * The built console in a real browser against a real trunk in this process: parties speak in tones and can be
 * listened in on, and the browser's microphone is a tone.
 */
import path from 'node:path';
import { expect, vi } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { silent } from '../../src/core/log/logger.ts';
import { tone } from '../../src/core/media/sound.ts';
import type { PartyHost } from '../../src/core/parties/host.ts';
import type { PartyPhone } from '../../src/core/parties/phone.ts';
import { RealClock } from '../../src/core/time/real-clock.ts';
import { parseConfig } from '../../src/core/config/config.ts';
import { startTrunk } from '../../src/core/composition/index.ts';
import { startHost, type Host } from '../../src/main/host/host.ts';
import { launchBrowser, testToneWav } from '../support/browser.ts';
import { AUDIBLE, Ear } from '../support/ear.ts';

export const DANA = { name: 'Dana Reyes', number: '+14155550142', hz: 440 };
export const BILLING = { name: 'Billing', number: '+14155551234', hz: 1000 };
export const MICROPHONE_HZ = 700;

export interface ConsoleFixture {
  readonly page: Page;
  readonly host: Host;
  readonly parties: PartyHost;
  /** Opens the console again, as after a reload. */
  open(): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param recordingsFolder where recordings go, when the configuration asks for some
 * @param extraArgs more switches of the browser; the last of two that contradict each other counts
 * @param voices tones in which parties speak, by number, in Hz
 */
export async function startConsole(
  config: object = {},
  recordingsFolder?: string,
  extraArgs: readonly string[] = [],
  voices: Readonly<Record<string, number>> = {},
): Promise<ConsoleFixture> {
  const clock = new RealClock();
  const parsed = parseConfig({ listen: { udp: 0, tcp: 0, tls: 0, http: 0 }, ...config });
  if (!parsed.ok) throw new Error(parsed.error.join('\n'));
  const tones: Record<string, number> = { [DANA.number]: DANA.hz, [BILLING.number]: BILLING.hz, ...voices };
  let parties: PartyHost | undefined;
  const host = await startHost({
    listen: { host: '127.0.0.1', port: 0 },
    startTrunk: async (shared) => {
      const trunk = await startTrunk({
        ...shared,
        config: parsed.value,
        clock,
        log: silent,
        recordsFile: ':memory:',
        recordingsFolder,
        lines: (party) => [tone([tones[party.number] ?? 300])],
      });
      ({ parties } = trunk);
      return trunk;
    },
    clock,
    log: silent,
    version: 'test',
    consoleFolder: path.resolve(import.meta.dirname, '../../out/renderer'),
  });
  if (!parties) throw new Error('the trunk has no parties');
  const browser = await launchBrowser({ micWav: testToneWav(MICROPHONE_HZ, 1), extraArgs });
  const page = await browser.context.newPage();
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.addInitScript(keepTones);
  // A reload with a call up asks first.
  page.on('dialog', (dialog) => void dialog.accept());
  const open = async () => {
    await page.goto(`${host.url}/#token=${host.token}`);
    await page.getByText('Line ready').first().waitFor();
  };
  await open();
  return {
    page,
    host,
    parties,
    open,
    close: async () => {
      await browser.close();
      await host.stop();
    },
  };
}

/** Runs in the page. A steady tone is noise to noise suppression: the test's microphone goes without. */
export function keepTones(): void {
  const { mediaDevices } = navigator;
  const original = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = (constraints) =>
    original({
      ...constraints,
      audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    });
}

/** Waits until the page's own loudspeaker carries a tone. @returns its level in dB over the loudest of `others` */
export async function pageHears(page: Page, hz: number, others: readonly number[]): Promise<void> {
  await vi.waitFor(
    async () => {
      const levels = await page.evaluate(measure, [hz, ...others]);
      const [wanted = -Infinity, ...rest] = levels;
      expect(wanted).toBeGreaterThan(-60);
      for (const other of rest) expect(wanted - other).toBeGreaterThan(15);
    },
    { timeout: 15_000, interval: 100 },
  );
}

/** Runs in the page: level in dB at each frequency of what the remote audio element plays. */
async function measure(frequencies: number[]): Promise<number[]> {
  const element = document.querySelector<HTMLAudioElement>('audio[data-remote-audio]');
  const stream = element?.srcObject;
  if (!(stream instanceof MediaStream)) return frequencies.map(() => -Infinity);
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 8192;
  analyser.smoothingTimeConstant = 0;
  context.createMediaStreamSource(stream).connect(analyser);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const bins = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(bins);
  const levels = frequencies.map((hz) => {
    const centre = Math.round((hz * analyser.fftSize) / context.sampleRate);
    return Math.max(...bins.slice(centre - 2, centre + 3));
  });
  await context.close();
  return levels;
}

/** The phone of a party that has a call with its media up. */
export async function phoneOf(parties: PartyHost, number: string): Promise<{ phone: PartyPhone; ear: Ear }> {
  return vi.waitFor(
    () => {
      const phone = [...parties.phones].find(
        ({ party, media }) => party.number === number && media?.codec !== undefined,
      );
      if (!phone?.media) throw new Error(`${number} has no call`);
      return { phone, ear: new Ear(phone.media) };
    },
    { timeout: 10_000, interval: 50 },
  );
}

/** The keys that a party was sent, each once however many packets it took: those of one share a timestamp. */
export function keysHeardBy(phone: PartyPhone): () => string {
  const keys = new Map<string, string>();
  phone.media?.tap({
    write: (frame) => {
      if (frame.kind !== 'dtmf') return;
      const name = `${frame.ssrc} ${frame.timestamp}`;
      if (!keys.has(name)) keys.set(name, '0123456789*#'.charAt(frame.event));
    },
  });
  return () => [...keys.values()].join('');
}

export async function partyHears(ear: Ear, hz: number): Promise<void> {
  ear.clear();
  await vi.waitFor(() => expect(ear.energy(hz)).toBeGreaterThan(AUDIBLE), { timeout: 15_000, interval: 50 });
}

/** Somebody calls, the operator answers with the key. */
export async function practiceCall(page: Page, caller: string): Promise<void> {
  await page.getByRole('tab', { name: 'Practice' }).click();
  await page.getByRole('radio', { name: new RegExp(caller) }).check();
  await page.getByRole('button', { name: 'Practice call' }).click();
  await page
    .getByRole('toolbar', { name: 'Call' })
    .getByRole('button', { name: /^Answer/ })
    .and(page.locator(':enabled'))
    .waitFor();
  await page.keyboard.press('F3');
  await page.getByText('Talking').first().waitFor();
}

/** Types a target and sends the REFER. */
export async function transferTo(page: Page, target: string): Promise<void> {
  await page.keyboard.press('F8');
  await targetField(page).fill(target);
  await page.keyboard.press('Enter');
}

export function targetField(page: Page): Locator {
  return page.getByRole('combobox', { name: /^Transfer / });
}

/** What the transfer card shows, a line a step. */
export async function cardSteps(page: Page): Promise<string[]> {
  return page.getByRole('list', { name: 'Steps' }).getByRole('listitem').allInnerTexts();
}
