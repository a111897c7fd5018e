import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext } from 'playwright-core';

export interface BrowserOptions {
  /** What the fake microphone hears, over and over: a WAV file's bytes. Without it, beeps. */
  readonly micWav?: Uint8Array;
  readonly extraArgs?: readonly string[];
}

const systemBrowsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  // A machine whose only network is loopback has no other candidates.
  '--allow-loopback-in-peer-connection',
];

/**
 * A real Chromium with a fake microphone that it may use: the system's, else the one in the npm package
 * (also when PATCHCORD_PACKAGED_CHROMIUM is set).
 */
export async function launchBrowser(
  options: BrowserOptions = {},
): Promise<{ context: BrowserContext; close(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'patchcord-browser-'));
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true, maxRetries: 5 });
  try {
    const context = await chromium.launchPersistentContext(join(directory, 'profile'), {
      executablePath: await findBrowser(directory),
      headless: true,
      args: [...flags, ...(await microphone(directory, options.micWav)), ...(options.extraArgs ?? [])],
      permissions: ['microphone'],
      ignoreDefaultArgs: ['--mute-audio'],
    });
    return { context, close: () => context.close().finally(remove) };
  } catch (why) {
    await remove();
    throw why;
  }
}

async function microphone(directory: string, wav: Uint8Array | undefined): Promise<string[]> {
  if (!wav) return [];
  const file = join(directory, 'microphone.wav');
  await writeFile(file, wav);
  return [`--use-file-for-fake-audio-capture=${file}`];
}

async function findBrowser(directory: string): Promise<string> {
  const installed = process.env['PATCHCORD_PACKAGED_CHROMIUM'] ? undefined : systemBrowsers.find(existsSync);
  return installed ?? unpackBrowser(directory);
}

/** The packaged browser brings its libraries along only if it believes to run in AWS Lambda, and unpacks into TMPDIR. */
async function unpackBrowser(directory: string): Promise<string> {
  const unpacked = join(directory, 'chromium');
  await mkdir(unpacked);
  process.env['AWS_EXECUTION_ENV'] = 'AWS_Lambda_nodejs24.x';
  process.env['TMPDIR'] = unpacked;
  const { default: packaged } = await import('@sparticuz/chromium');
  packaged.setGraphicsMode = false;
  return packaged.executablePath();
}

/** A WAV file of a sine wave; a whole number of its periods fits into a second, so it loops without a click. */
export function testToneWav(hz: number, seconds: number): Uint8Array {
  const rate = 48_000;
  const data = Buffer.alloc(rate * seconds * 2);
  for (let sample = 0; sample < rate * seconds; sample += 1) {
    data.writeInt16LE(Math.round(10_000 * Math.sin((2 * Math.PI * hz * sample) / rate)), sample * 2);
  }
  const header = Buffer.alloc(44);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(36 + data.length, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(data.length, 40);
  return Buffer.concat([header, data]);
}
