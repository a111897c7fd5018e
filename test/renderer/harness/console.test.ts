/** The whole console in a real browser, over a scripted trunk and telephone: keys, focus, names, layout. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { scriptedConsole } from './scripted-console.ts';

const scripted = scriptedConsole();
const { problems, open, drive } = scripted;
let page: Page;

beforeAll(() => {
  page = scripted.page;
});

const asked = (verb: string) =>
  drive((harness) => harness.phone.asked.map((each) => [...each])).then((all) => all.filter(([name]) => name === verb));
const focusedName = () =>
  page.evaluate(() => document.activeElement?.getAttribute('id') ?? document.activeElement?.textContent ?? '');
const button = (name: string | RegExp) => page.getByRole('button', { name });

describe('the console in a browser', { timeout: 30_000 }, () => {
  it('leaves focus and layout alone when a call arrives, and F3 answers it from within a field', async () => {
    await open('idle');
    await page.keyboard.press('/');
    expect(await focusedName()).toBe('directory-search');
    const boxes = () =>
      page.evaluate(() =>
        ['[role=toolbar] button', 'nav li', '[role=tab]', '#directory-search', 'ul[aria-label=Directory] li']
          .flatMap((selector) => [...document.querySelectorAll(selector)])
          .map((element) => element.getBoundingClientRect())
          .map(({ x, y, width, height }) => [x, y, width, height]),
      );
    await page.keyboard.type('bil');
    const before = await boxes();
    expect(before.length).toBeGreaterThan(15);
    await drive((harness) => harness.phone.ring('dana', '+14155550187', 'Dana Whitfield'));
    await page.getByRole('heading', { name: 'Dana Whitfield' }).waitFor();
    expect(await boxes()).toEqual(before);
    await page.keyboard.type('l1');
    expect(await page.inputValue('#directory-search')).toBe('bill1');
    expect(await focusedName()).toBe('directory-search');
    await page.keyboard.press('F3');
    expect(await asked('answer')).toEqual([['answer', 'dana']]);
    expect(problems).toEqual([]);
  });

  it('keeps a live call in view while others ring, and number keys pick lines', async () => {
    await open('second-call');
    await page.getByRole('heading', { name: 'Dana Whitfield' }).waitFor();
    expect(await page.getByRole('navigation', { name: 'Lines' }).locator('[aria-current=true]').innerText()).toContain(
      'Dana',
    );
    await page.keyboard.press('3');
    await page.getByRole('heading', { name: '+49 3090 1820' }).waitFor();
    await page.keyboard.press('1');
    await page.keyboard.press('F3');
    expect(await asked('answer')).toEqual([
      ['answer', 'dana'],
      ['answer', 'priya'],
    ]);
    expect(await asked('hold')).toEqual([['hold', 'dana', true]]);
  });

  it('gives the ladder its share of the window, also after the window has become higher', async () => {
    await open('talking');
    const height = async () => Number(await page.getByRole('separator').getAttribute('aria-valuenow'));
    expect(await height()).toBe(248);
    await page.setViewportSize({ width: 1920, height: 1080 });
    await expect.poll(height).toBe(335);
  });

  it('transfers from the keyboard alone: F8, a name, Enter, Enter', async () => {
    await open('talking');
    await page.keyboard.press('F8');
    expect(await focusedName()).toBe('transfer-target');
    await page.keyboard.type('night');
    await page.keyboard.press('Enter');
    expect(await page.inputValue('#transfer-target')).toBe('+14155550486');
    await page.getByText('Is busy (486).').first().waitFor();
    await page.getByText('Shown as caller: Dana Whitfield, +1 415 555 0187.').waitFor();
    await page.getByRole('button', { name: 'Rules and other providers' }).click();
    await page.getByText('Caller ID by P20 inbound.').waitFor();
    await page.getByText('Sinch: called as +1 415 555 0486, showing +1 415 555 0100.').waitFor();
    await page.locator('#transfer-target').focus();
    await page.keyboard.press('Enter');
    expect(await asked('refer')).toEqual([['refer', 'dana', '+14155550486']]);
    await page.getByRole('article', { name: 'Transfer to Night desk' }).waitFor();
  });

  it('walks through the targets with the arrow keys and names the active one', async () => {
    await open('transfer-entry');
    const field = page.getByRole('combobox', { name: /Transfer Dana Whitfield to/ });
    await field.press('ArrowDown');
    await field.press('ArrowDown');
    const active = await field.getAttribute('aria-activedescendant');
    expect(await page.locator(`#${active}`).innerText()).toContain('Night desk');
    await field.press('Escape');
    await page.getByRole('combobox', { name: /Transfer/ }).waitFor({ state: 'detached' });
  });

  it('says what would be refused before it is sent, and Enter takes the fix', async () => {
    await open('transfer-refused');
    expect(await page.locator('#transfer-check').innerText()).not.toContain('P13');
    await page.getByRole('button', { name: 'Rules and other providers' }).click();
    expect(await page.locator('#transfer-check').innerText()).toContain('400 Bad Request, rule P13.');
    expect(
      await button(/^Transfer$/)
        .last()
        .isDisabled(),
    ).toBe(true);
    await page.locator('#transfer-target').focus();
    await page.keyboard.press('Enter');
    await page.getByText('Shown as caller').waitFor();
    expect(await page.inputValue('#transfer-target')).toBe('+14155551234');
    expect(await asked('refer')).toEqual([]);
  });

  it('shows each step as it comes, the present one marked, and 202 is not a success', async () => {
    await open('talking');
    await drive(async (harness) => {
      await harness.store.getState().transferTo('dana', '+14155551234');
      harness.advance(8);
      harness.phone.step('dana', { kind: 'response', status: 202, reason: 'Accepted' });
    });
    const card = page.getByRole('article', { name: 'Transfer to Billing' });
    await card.getByText('The trunk is calling Billing.').waitFor();
    expect(await card.locator('[aria-current=step]').innerText()).toContain('202 Accepted');
    expect(await page.getByRole('status').first().innerText()).toBe('202 Accepted: the trunk will try.');
    expect(await card.innerText()).not.toContain('answered after');
  });

  it('after a failure R retries, N opens the entry for another target, B goes back to the call', async () => {
    await open('transfer-busy');
    await page.getByText('Night desk is busy (486). Dana Whitfield is still on your line.').first().waitFor();
    await page.keyboard.press('n');
    expect(await focusedName()).toBe('transfer-target');
    await page.keyboard.type('r');
    expect(await asked('refer')).toHaveLength(1);
    await page.keyboard.press('Escape');
    await page.keyboard.press('r');
    expect(await asked('refer')).toHaveLength(2);
    await drive((harness) =>
      harness.phone.step('dana', { kind: 'notify', status: 486, reason: 'Busy Here', terminated: true }),
    );
    await button('Back to the call').waitFor();
    await page.keyboard.press('b');
    await page.getByRole('article').waitFor({ state: 'detached' });
  });

  it('asks before F4 would drop the caller; Esc stays on the line, the second answer hangs up', async () => {
    await open('transfer-ringing');
    await page.keyboard.press('F4');
    const question = page.getByRole('dialog', { name: 'Drop Dana Whitfield?' });
    await question.waitFor();
    expect(await focusedName()).toContain('Stay on the line');
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'hidden' });
    expect(await asked('hangUp')).toEqual([]);
    await page.keyboard.press('F4');
    await question.getByRole('button', { name: 'Hang up and drop' }).click();
    expect(await asked('hangUp')).toEqual([['hangUp', 'dana']]);
    await page.getByText('before Billing had answered').first().waitFor();
  });

  it('sends digits as tones while a call is up and the keypad is open, else it dials them', async () => {
    await open('talking');
    await page.keyboard.press('F9');
    await page.keyboard.press('5');
    await page.keyboard.press('#');
    expect(await asked('dtmf')).toEqual([
      ['dtmf', 'dana', '5'],
      ['dtmf', 'dana', '#'],
    ]);
    await open('idle');
    await page.keyboard.press('4');
    await page.keyboard.press('2');
    expect(await page.inputValue('#dial-number')).toBe('42');
    await page.locator('#dial-number').focus();
    await page.keyboard.press('Enter');
    expect(await asked('dial')).toEqual([['dial', '42']]);
    await page.waitForFunction(() => document.activeElement?.id === 'keypad');
    // The next digit is for whom was called, and no second number.
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('keypad');
  });

  it('holds with F6 and mutes with F7, and the buttons say so', async () => {
    await open('talking');
    await page.keyboard.press('F6');
    await page.keyboard.press('F7');
    expect(await button('Resume').getAttribute('aria-pressed')).toBe('true');
    expect(await button('Unmute').getAttribute('aria-pressed')).toBe('true');
    await page.getByText('On hold').first().waitFor();
  });

  it('opens all keys with ? and gives the focus back', async () => {
    await open('idle');
    await page.getByRole('tab', { name: 'Practice' }).focus();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(await page.getByRole('tab', { name: 'Practice' }).evaluate((tab) => tab === document.activeElement)).toBe(
      true,
    );
  });

  it('places a practice call by keyboard', async () => {
    await open('practice');
    await page.getByRole('radio', { name: /Dana/ }).focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Enter');
    const calls = await drive((harness) => harness.contract.asked.filter(([name]) => name === 'practice.call'));
    expect(calls).toEqual([['practice.call', { caller: '+14155550187' }]]);
  });

  it('changes its colours by the settings menu', async () => {
    await open('idle');
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.emulateMedia({ colorScheme: 'light' });
    const light = await ground();
    await button('Settings').click();
    await page.getByRole('menuitemradio', { name: 'Dark' }).click();
    await page.waitForSelector('html[data-theme=dark]');
    const dark = await ground();
    expect(dark).not.toBe(light);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.reload();
    await page.waitForSelector('body[data-ready]');
    expect(await ground()).toBe(dark);
    await page.emulateMedia({ colorScheme: null });
  });

  it('O8: a meter at the line says how it is heard, in words on focus and on hover, which Escape puts away', async () => {
    await open('quality-poor');
    const meter = page.getByRole('button', { name: 'Sound quality: Poor sound, 3.1, with warnings' });
    await meter.focus();
    const words = page.getByRole('tooltip');
    expect(await words.innerText()).toMatch(/Poor sound · 3.1 of 4.4\s+Dana Whitfield lost 8.3 % in, 0.1 % out/);
    expect(await words.innerText()).toContain('Over 3 % of the sound is lost, on the network from Dana Whitfield');
    await page.keyboard.press('Escape');
    expect(await words.count()).toBe(0);
    await meter.hover();
    expect(await words.count()).toBe(1);
    // It lies within the window, over everything.
    const box = (await words.boundingBox())!;
    expect([box.x >= 0, box.x + box.width <= page.viewportSize()!.width]).toEqual([true, true]);
  });

  it('copies a number as E.164 however it is shown', async () => {
    await open('talking');
    const copied = await page.evaluate(() => {
      const shown = [...document.querySelectorAll('header span')].find(
        (each) => each.textContent === '+1 415 555 0187',
      )!;
      getSelection()!.selectAllChildren(shown);
      const event = new ClipboardEvent('copy', { clipboardData: new DataTransfer(), bubbles: true, cancelable: true });
      shown.dispatchEvent(event);
      return event.clipboardData!.getData('text/plain');
    });
    expect(copied).toBe('+14155550187');
  });

  const scenes = [
    'idle',
    'practice',
    'keypad',
    'ringing',
    'talking',
    'second-call',
    'dial-busy',
    'quality-poor',
    'transfer-entry',
    'transfer-refused',
    'transfer-ringing',
    'transfer-succeeded',
    'transfer-busy',
    'transfer-forbidden',
    'port-taken',
    'reconnecting',
    'microphone-denied',
    'failure',
  ];

  it.each(scenes)('gives every control in "%s" a name, and no page scrolls sideways at any size', async (scene) => {
    await open(scene);
    for (const [width, height] of [
      [1920, 1080],
      [1280, 800],
      [960, 700],
      [380, 720],
    ] as const) {
      await page.setViewportSize({ width, height });
      await drive(({ settle }) => settle());
      const found = await page.evaluate(() => {
        const visible = (element: Element) => element.checkVisibility() && element.getClientRects().length > 0;
        const nameless = [
          ...document.querySelectorAll('button, input, select, a, [role=tab], [role=separator], [role=meter]'),
        ]
          .filter(visible)
          .filter(
            (element) =>
              !(
                element.getAttribute('aria-label') ||
                element.textContent?.trim() ||
                (element as HTMLInputElement).labels?.length
              ),
          )
          .map((element) => element.outerHTML.slice(0, 80));
        const cut = [...document.querySelectorAll('[role=toolbar] button span, article p, [role=alert] p')]
          .filter(
            (element) => visible(element) && element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 1,
          )
          .map((element) => element.textContent);
        const wide = document.documentElement.scrollWidth > window.innerWidth;
        return { nameless, cut, wide };
      });
      expect({ width, ...found }).toEqual({ width, nameless: [], cut: [], wide: false });
    }
    expect(problems).toEqual([]);
  });

  it('walks by Tab from the status bar over lines and call to the side', async () => {
    await open('talking');
    const names: string[] = [];
    for (let step = 0; step < 13; step += 1) {
      await page.keyboard.press('Tab');
      names.push(
        await page.evaluate(() => {
          const focused = document.activeElement!;
          if (focused.id !== '' && focused instanceof HTMLInputElement) return focused.id;
          return focused.getAttribute('aria-label') ?? (focused as HTMLElement).innerText.split('\n')[0]!;
        }),
      );
    }
    expect(names).toEqual([
      'Sound and devices',
      'All keys (?)',
      'Settings',
      '1',
      'Copy number',
      'Hang up',
      'Hold',
      'Mute',
      'Transfer',
      'Keypad',
      'Directory',
      'Maximise directory, keypad and practice (Ctrl+Shift+M)',
      'directory-search',
    ]);
  });
});
