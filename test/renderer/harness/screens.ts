/**
 * Screenshots of every scene, for people to look at: `npm run screens -- --out FOLDER [--scene NAME]… [--view NAME]…`.
 * Writes `SCENE.VIEW.png`, and one page an overview: `index.html`.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { launchBrowser } from '../../support/browser.ts';
import { scenes } from './scenes.ts';
import { serveHarness } from './serve.ts';

interface View {
  readonly width: number;
  readonly height: number;
  readonly dark?: boolean;
  readonly forced?: boolean;
  /** Device pixels a CSS pixel: at 2 the page is as at 200 % zoom of a window twice as large. */
  readonly scale?: number;
}

const sizes = { 380: 560, 960: 700, 1280: 800, 1920: 1080 } as const;
const views: Record<string, View> = {
  'zoom-200': { width: 640, height: 400, scale: 2 },
  'zoom-400': { width: 320, height: 256, scale: 2 },
  forced: { width: 1280, height: 800, forced: true },
  'forced-dark': { width: 1280, height: 800, forced: true, dark: true },
};
for (const [width, height] of Object.entries(sizes)) {
  for (const dark of [false, true])
    views[`${width}-${dark ? 'dark' : 'light'}`] = { width: Number(width), height, dark };
}

const help = `Usage: npm run screens -- [options]

Draws the states of the console with a scripted trunk, as SCENE.VIEW.png and one page of all: index.html.

Options
  --out FOLDER    where to (screens)
  --scene NAME    this one only; again for more. Names: ${Object.keys(scenes).join(', ')}
  --view NAME     this one only; again for more. Names: ${Object.keys(views).join(', ')}
  --help
`;

/** @returns the options; with --help or a wrong one it says so and exits */
function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        out: { type: 'string', default: 'screens' },
        scene: { type: 'string', multiple: true, default: Object.keys(scenes) },
        view: { type: 'string', multiple: true, default: Object.keys(views) },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const unknown = [
      ...values.scene.filter((name) => !Object.hasOwn(scenes, name)),
      ...values.view.filter((name) => !Object.hasOwn(views, name)),
    ];
    if (unknown.length > 0) throw new Error(`There is no ${unknown.join(', ')}`);
    if (!values.help) return values;
    process.stdout.write(help);
    return process.exit(0);
  } catch (error) {
    console.error(`${(error as Error).message.split('. ')[0]}.\nTry: npm run screens -- --help`);
    return process.exit(2);
  }
}

const values = readOptions();
const out = path.resolve(values.out);
await mkdir(out, { recursive: true });
const [served, browser] = await Promise.all([serveHarness(), launchBrowser()]);
try {
  for (const scale of [1, 2]) {
    const wanted = values.view.filter((name) => (views[name]!.scale ?? 1) === scale);
    if (wanted.length === 0) continue;
    const context = await browser.context.browser()!.newContext({ deviceScaleFactor: scale, reducedMotion: 'reduce' });
    const page = await context.newPage();
    for (const scene of values.scene) {
      await page.goto(`${served.url}?scene=${scene}`);
      await page.waitForSelector('body[data-ready]');
      for (const name of wanted) {
        const { width, height, dark = false, forced = false } = views[name]!;
        await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light', forcedColors: forced ? 'active' : 'none' });
        await page.setViewportSize({ width, height });
        await page.evaluate(twoFrames);
        await page.screenshot({ path: path.join(out, `${scene}.${name}.png`) });
      }
      process.stdout.write(`${scene}\n`);
    }
    await context.close();
  }
} finally {
  await browser.close();
  await served.close();
}

/** Runs in the page: what is measured when the size changes is drawn after that. */
async function twoFrames(): Promise<void> {
  for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
}

const figures = values.scene.flatMap((scene) => [
  `<h2>${scene}</h2>`,
  ...values.view.map(
    (name) => `<figure><img loading="lazy" src="${scene}.${name}.png"><figcaption>${name}</figcaption></figure>`,
  ),
]);
const style = 'figure{display:inline-block;margin:4px;vertical-align:top}img{max-width:640px;border:1px solid #888}';
await writeFile(path.join(out, 'index.html'), `<!doctype html><style>${style}</style>${figures.join('\n')}\n`);
