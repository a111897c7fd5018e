/** The console's layout in a real browser: evidence, panes, zoom, names; what is measured here is what people see. */
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
