/** The console's layout in a real browser: evidence, panes, zoom, names; what is measured here is what people see. */
import { createRequire } from 'node:module';
import type Axe from 'axe-core';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { scriptedConsole } from './scripted-console.ts';

const scripted = scriptedConsole();
const { open, drive } = scripted;
let page: Page;

beforeAll(() => {
  page = scripted.page;
});

const message = () => page.getByRole('complementary', { name: /^Message/ });
const settle = () => drive((harness) => harness.settle());
const hasFocus = (selector: string) =>
  page.evaluate((wanted) => document.activeElement?.closest(wanted) !== null, selector);

describe('the evidence', { timeout: 30_000 }, () => {
  it('shows the whole of an INVITE at 1280×800', async () => {
    await open('message');
    await message().waitFor();
    const text = message().getByRole('region', { name: 'Text of the message' });
    expect(await text.innerText()).toMatch(/INVITE sip:[\s\S]*a=sendrecv/);
    expect(await text.evaluate((element) => element.scrollHeight - element.clientHeight)).toBeLessThanOrEqual(0);
  });

  it('gives the focus to the message that is shown, Esc closes that alone, and the focus comes back', async () => {
    await open('transfer-busy');
    const link = page.getByRole('button', { name: /^Show the message/ }).first();
    await link.focus();
    await page.keyboard.press('Enter');
    await message().waitFor();
    expect(await hasFocus('[data-pane=message]')).toBe(true);
    await page.keyboard.press('Escape');
    await message().waitFor({ state: 'detached' });
    await page.getByRole('article', { name: 'Transfer to Night desk' }).waitFor();
    expect(await link.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await drive(({ store }) => store.getState().ladder.chosen ?? 'nothing')).toBe('nothing');
  });

  it('may take all of the window but the call and its buttons', async () => {
    await open('talking');
    const splitter = page.getByRole('separator', { name: /^Height/ });
    await splitter.focus();
    await page.keyboard.press('Home');
    expect(Number(await splitter.getAttribute('aria-valuenow'))).toBe(600);
    const box = await page.getByRole('toolbar', { name: 'Call' }).boundingBox();
    expect(box!.y + box!.height).toBeLessThanOrEqual(200);
  });

  it.each(['lines', 'call', 'side', 'evidence'] as const)(
    'Ctrl+Shift+M gives the window to the pane "%s" that has the focus, and takes it back',
    async (pane) => {
      await open('talking');
      await page.locator(`[data-pane=${pane}] button`).first().focus();
      const width = async () => (await page.locator(`[data-pane=${pane}]`).boundingBox())?.width;
      const before = await width();
      await page.keyboard.press('Control+Shift+KeyM');
      await settle();
      expect(await width()).toBe(1280);
      // The call that goes on stays in sight.
      expect(await page.getByRole('navigation', { name: 'Lines' }).isVisible()).toBe(true);
      expect(await hasFocus(`[data-pane=${pane}]`)).toBe(true);
      await page.keyboard.press('Control+Shift+KeyM');
      await settle();
      expect(await width()).toBe(before);
    },
  );

  it('gives the window back when a transfer is asked for', async () => {
    await open('maximised-evidence');
    await page.keyboard.press('F8');
    await page.locator('#transfer-target').waitFor();
    expect(await hasFocus('#transfer-target')).toBe(true);
  });
});

/** What is wrong with the picture: what sticks out, what lies over what, what is too small to be pressed. */
const flaws = () =>
  page.evaluate(() => {
    type Box = { left: number; top: number; right: number; bottom: number };
    const frame = document.querySelector('.desk-frame')!;
    const clip = (element: Element): Box => {
      const { left, top, right, bottom } = element.getBoundingClientRect();
      const box = { left, top, right, bottom };
      for (let above = element.parentElement; above; above = above.parentElement) {
        if (getComputedStyle(above).overflow === 'visible' || above === frame) continue;
        const edge = above.getBoundingClientRect();
        box.left = Math.max(box.left, edge.left);
        box.top = Math.max(box.top, edge.top);
        box.right = Math.min(box.right, edge.right);
        box.bottom = Math.min(box.bottom, edge.bottom);
      }
      return box;
    };
    const isEmpty = ({ left, top, right, bottom }: Box) => right - left < 1 || bottom - top < 1;
    const overlap = (a: Box, b: Box) =>
      Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
      Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
    const nameOf = (element: Element) =>
      (element.getAttribute('aria-label') ?? element.id) || (element.textContent ?? '').slice(0, 30);
    const over: string[] = [];
    const small: string[] = [];
    for (const pane of document.querySelectorAll('[data-pane], [role=dialog], [role=alertdialog]')) {
      const things = [
        ...pane.querySelectorAll(
          'button, input, select, [role=option], [role=columnheader], h2, h3, #transfer-check, #dial-check',
        ),
      ]
        .filter((element) => element.checkVisibility() && !element.closest('.sr-only, [aria-hidden]'))
        .map((element) => ({ element, box: clip(element) }))
        .filter(({ box }) => !isEmpty(box));
      for (const [index, a] of things.entries()) {
        const { width, height } = a.element.getBoundingClientRect();
        if (a.element.matches('.desk button') && (width < 20 || height < 20)) small.push(nameOf(a.element));
        for (const b of things.slice(index + 1)) {
          if (a.element.contains(b.element) || b.element.contains(a.element) || !overlap(a.box, b.box)) continue;
          over.push(`${nameOf(a.element)} / ${nameOf(b.element)}`);
        }
      }
    }
    // Numbers of lines, labels of tabs, what a button does: what tells them apart is not cut.
    const does = '[role=toolbar][aria-label=Call] button > span:not(:has(bdi)), [role=alertdialog] button > span';
    const cut = [...document.querySelectorAll(`nav li bdi, [role=tab], ${does}`)]
      .filter((element) => !element.matches('bdi') || /^\+[\d ]+$/.test(element.textContent ?? ''))
      .filter((element) => {
        const edge = element.getBoundingClientRect();
        const seen = clip(element);
        return element.scrollWidth > element.clientWidth || edge.width - (seen.right - seen.left) > 1;
      })
      .map(nameOf);
    return {
      over,
      small,
      cut,
      wide: frame.scrollWidth - frame.clientWidth,
      page: document.body.scrollWidth - innerWidth,
    };
  });
const fine = { over: [], small: [], cut: [], wide: 0, page: 0 };

const sizes = [
  ['a telephone', 380, 560],
  ['960', 960, 700],
  ['1280', 1280, 800],
  ['1920', 1920, 1080],
  ['2560', 2560, 1440],
  ['1280 at 200 %', 640, 400],
  ['1920 at 200 %', 960, 540],
  ['1280 at 400 %', 320, 256],
] as const;
const pictures = [
  'long-names',
  'second-call',
  'two-ringing',
  'keypad',
  'transfer-refused',
  'transfer-busy',
  'message',
  'many-missed',
  'take-back',
  'recent',
  'four-parties',
  'settings',
  'hang-up-question',
  'trunk-starting',
];

describe('at every size', { timeout: 60_000 }, () => {
  it.each(pictures)('"%s" has nothing over another, nothing that sticks out', async (scene) => {
    await open(scene);
    for (const [size, width, height] of sizes) {
      await page.setViewportSize({ width, height });
      await settle();
      expect({ size, ...(await flaws()) }).toEqual({ size, ...fine });
    }
  });

  it('the way out of a failed transfer is reached at 200 % zoom', async () => {
    await open('transfer-busy');
    await page.setViewportSize({ width: 640, height: 400 });
    await settle();
    for (const name of ['Retry', 'Another target', 'Back to the call']) {
      const button = page.getByRole('button', { name });
      await button.focus();
      const box = (await button.boundingBox())!;
      expect(box.y).toBeGreaterThanOrEqual(0);
      expect(box.y + box.height).toBeLessThanOrEqual(400);
    }
    await page.getByRole('tab', { name: 'Ladder' }).focus();
    expect((await page.getByRole('listbox', { name: 'Messages' }).boundingBox())!.height).toBeGreaterThan(200);
  });

  it('fits a new size of the window at once, before anything in it has run', async () => {
    await open('requests-failed');
    const found = await page.evaluate(async () => {
      const frame = document.createElement('iframe');
      document.body.append(frame);
      const resize = (width: number, height: number) =>
        Object.assign(frame.style, { width: `${width}px`, height: `${height}px` });
      resize(960, 700);
      frame.src = location.href;
      await new Promise((resolve) => frame.addEventListener('load', resolve));
      const inside = () => frame.contentDocument!;
      while (!inside().querySelector('body[data-ready]')) await new Promise(requestAnimationFrame);
      return [380, 960, 380].map((width) => {
        resize(width, 720);
        const handle = inside().querySelector('[role=separator]')!;
        return [width, inside().documentElement.scrollWidth, handle.checkVisibility()];
      });
    });
    expect(found).toEqual([
      [380, 380, false],
      [960, 960, true],
      [380, 380, false],
    ]);
  });

  it('at 380 who rings is named, and the keypad leaves the number field in sight', async () => {
    await open('second-call');
    await page.setViewportSize({ width: 380, height: 560 });
    await settle();
    const names = page.getByRole('navigation', { name: 'Lines' }).getByText(/Priya|3090/);
    for (const name of await names.all()) expect((await name.boundingBox())!.width).toBeGreaterThan(70);
    await page.keyboard.press('F9');
    await page.getByRole('textbox', { name: 'Number to call' }).or(page.getByRole('combobox')).first().focus();
    const box = await page.evaluate(() => document.activeElement!.getBoundingClientRect().toJSON());
    expect(box.top).toBeGreaterThan(84);
    expect(box.bottom).toBeLessThan(560);
  });

  it('the map of four parties keeps its letters, and names none over another', async () => {
    await open('four-parties');
    for (const [size, width, height] of sizes) {
      await page.setViewportSize({ width, height });
      await settle();
      const labels = page.getByRole('figure', { name: 'Who hears whom' }).locator('bdi');
      const boxes = await labels.evaluateAll((all) =>
        all.map((each) => ({ ...each.getBoundingClientRect().toJSON(), font: getComputedStyle(each).fontSize })),
      );
      expect(boxes).toHaveLength(4);
      for (const [index, box] of boxes.entries()) {
        expect({ size, font: Number.parseFloat(box.font) >= 12 }).toEqual({ size, font: true });
        expect(box.left).toBeGreaterThanOrEqual(boxes[index - 1]?.right ?? 0);
        expect(box.height).toBeGreaterThanOrEqual(12);
        expect(box.right).toBeLessThanOrEqual(width);
      }
    }
  });

  it('a name that runs from right to left keeps its beginning where it is cut', async () => {
    await open('all-lines');
    const name = page.getByRole('navigation', { name: 'Lines' }).locator('bdi').nth(3);
    const [first, box] = await name.evaluate((element) => {
      const range = document.createRange();
      range.setStart(element.firstChild!, 1);
      range.setEnd(element.firstChild!, 2);
      return [range.getBoundingClientRect(), element.getBoundingClientRect()].map(({ left, right }) => ({
        left,
        right,
      }));
    });
    expect(first!.left).toBeGreaterThanOrEqual(box!.left);
    expect(first!.right).toBeLessThanOrEqual(box!.right + 1);
    expect(await name.evaluate((element) => element.scrollWidth > element.clientWidth)).toBe(true);
  });

  it('text grows with the window from 1920 up', async () => {
    await open('idle');
    const text = async (width: number) => {
      await page.setViewportSize({ width, height: 1000 });
      return page.evaluate(() => Number.parseFloat(getComputedStyle(document.body).fontSize));
    };
    expect(await text(1280)).toBe(13);
    expect(await text(1920)).toBe(13);
    expect(await text(2560)).toBeGreaterThan(14.5);
    expect(await text(6000)).toBeLessThan(20);
  });
});

describe('forced colours', { timeout: 30_000 }, () => {
  it('keep the selected line, what is pressed, lifelines and the meter', async () => {
    await open('second-call');
    await page.emulateMedia({ forcedColors: 'active' });
    try {
      const ground = (selector: string) =>
        page
          .locator(selector)
          .first()
          .evaluate((element) => getComputedStyle(element).backgroundColor);
      const canvas = await ground('body');
      expect(await ground('[aria-label=Lines] [aria-current=true]')).not.toBe(canvas);
      expect(await ground('[aria-label=Messages] .shape')).not.toBe(canvas);
      expect(await ground('[role=radio][aria-checked=true]')).not.toBe(canvas);
      expect(await ground('[role=tab][data-active]')).not.toBe(canvas);
      const [off, on] = [await ground('[role=meter] > :not([data-on])'), await ground('[role=meter] > [data-on]')];
      expect(new Set([off, on, canvas]).size).toBe(3);
    } finally {
      await page.emulateMedia({ forcedColors: null });
    }
  });
});

describe('O10: axe finds nothing', { timeout: 60_000 }, () => {
  it.each(['idle', 'ringing', 'talking', 'keypad', 'transfer-busy', 'records', 'requests-sent', 'message', 'settings'])(
    'in "%s"',
    async (scene) => {
      await open(scene);
      await page.addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core/axe.min.js') });
      const found = await page.evaluate(async () => {
        const { axe } = window as unknown as { axe: typeof Axe };
        const { violations } = await axe.run(document, {
          resultTypes: ['violations'],
          // Keys are written into the buttons on purpose, and a row of the ladder is said in the order of its meaning.
          rules: { 'label-content-name-mismatch': { enabled: false } },
        });
        return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
      });
      expect(found).toEqual([]);
    },
  );
});
