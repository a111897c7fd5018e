import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext } from 'playwright-core';
import packageJson from '../../package.json' with { type: 'json' };

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
      executablePath: await findBrowser(),
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

/** Switches for a microphone that hears a WAV file. */
export async function microphone(directory: string, wav: Uint8Array | undefined): Promise<string[]> {
  if (!wav) return [];
  const file = join(directory, 'microphone.wav');
  await writeFile(file, wav);
  return [`--use-file-for-fake-audio-capture=${file}`];
}

let packaged: Promise<string> | undefined;

/** Path of a Chromium: the system's, else the one in the npm package. */
export async function findBrowser(): Promise<string> {
  const installed = process.env['PATCHCORD_PACKAGED_CHROMIUM'] ? undefined : systemBrowsers.find(existsSync);
  return installed ?? (packaged ??= unpackBrowser());
}

/**
 * Unpacks the browser of the npm package, which takes seconds, once for all test runs. The package unpacks into TMPDIR,
 * and brings its libraries along only if it believes to run in AWS Lambda.
 */
async function unpackBrowser(): Promise<string> {
  const cache = join(import.meta.dirname, '../../node_modules/.cache');
  const home = join(cache, `chromium-${packageJson.devDependencies['@sparticuz/chromium']}`);
  const before = process.env['TMPDIR'];
  try {
    process.env['AWS_EXECUTION_ENV'] = 'AWS_Lambda_nodejs24.x';
    process.env['TMPDIR'] = home;
    const { default: bundle } = await import('@sparticuz/chromium');
    bundle.setGraphicsMode = false;
    if (!existsSync(home)) {
      await mkdir(cache, { recursive: true });
      const staging = await mkdtemp(`${home}-`);
      process.env['TMPDIR'] = staging;
      await bundle.executablePath();
      // Another test file may have been quicker: then ours is not needed.
      await rename(staging, home).catch(() => rm(staging, { recursive: true, force: true }));
    }
    process.env['FONTCONFIG_PATH'] = await fontsOf(home);
    return join(home, 'chromium');
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
}

/** The package's own fontconfig looks in /tmp; where it finds no font at all, Chromium dies at the first glyph it lacks. */
async function fontsOf(home: string): Promise<string> {
  const folder = join(home, 'fonts');
  const fonts = `<fontconfig><dir>${folder}</dir><dir>/usr/share/fonts</dir><cachedir>${home}/fonts-cache</cachedir></fontconfig>`;
  await writeFile(join(folder, 'fonts.conf'), `<?xml version="1.0"?>\n${fonts}\n`);
  return folder;
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
