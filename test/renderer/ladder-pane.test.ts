import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPanes } from './panes-harness/panes.ts';
import type { Panes } from './panes-harness/panes.ts';

let panes: Panes;
beforeAll(async () => {
  panes = await openPanes();
}, 60_000);
afterAll(() => panes?.close());

const rows = (page: Page) => page.getByRole('listbox', { name: 'Messages' });
const message = (page: Page, name: RegExp) => rows(page).getByRole('option', { name }).first();
const panel = (page: Page) => page.getByRole('complementary');

describe('a live call', () => {
  it('draws itself and keeps the newest message in view', async () => {
    const page = await panes.open('calls=live', { width: 1280, height: 320 });
    await page.getByText('No messages yet').waitFor();
    await page.evaluate(() => window.harness.trace(1));
    await message(page, /Dana Whitfield to Trunk: INVITE/).waitFor();
    await page.evaluate(() => window.harness.trace(30));
    await message(page, /NOTIFY \(180 Ringing\)/).waitFor();
    await expect.poll(() => distanceFromEnd(page)).toBeLessThan(2);
    await page.close();
  });

  it('stays where it is after space, says how much came, and goes on after space', async () => {
    const page = await panes.open('calls=live', { width: 1280, height: 320 });
    await page.evaluate(() => window.harness.trace(25));
    await expect.poll(() => distanceFromEnd(page)).toBeLessThan(2);
    await rows(page).focus();
    await page.keyboard.press('Space');
    await page.evaluate(() => window.harness.trace(10));
    await page.getByRole('button', { name: 'Follow (10 new)' }).waitFor();
    expect(await distanceFromEnd(page)).toBeGreaterThan(100);
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await expect.poll(() => distanceFromEnd(page)).toBeLessThan(2);
    await page.close();
  });
});

describe('the picker', () => {
  it('shows an ended call until one asks for the live one', async () => {
    const page = await panes.open('calls=live');
    await page.evaluate(() => {
      window.harness.trace(3);
      window.harness.startAnother();
      window.harness.end();
    });
    await page.getByText('No messages yet').waitFor();
    await page.getByRole('combobox', { name: 'Call', exact: true }).selectOption('call-transferred');
    await message(page, /INVITE/).waitFor();
    await page.getByRole('button', { name: 'Live call' }).click();
    await page.getByText('No messages yet').waitFor();
    expect(await page.getByRole('button', { name: 'Live call' }).count()).toBe(0);
    await page.close();
  });
});

describe('D5: a finding', () => {
  it('is marked at the message that proves it, and told in words where that is opened', async () => {
    const page = await panes.open('calls=ended');
    const marked = rows(page).locator('[data-findings]');
    await marked.waitFor();
    expect(await marked.getAttribute('aria-label')).toContain('NOTIFY (486 Busy Here)');
    expect(await marked.getAttribute('aria-label')).toContain('. Finding: D5 Transfer failed: 486 Busy Here');
    await marked.click();
    const told = panel(page).getByRole('list', { name: 'Findings' });
    expect(await told.innerText()).toContain('Night desk itself answered 486 Busy Here');
    expect(await told.innerText()).toContain('To do: Try again, or another target.');
    // The response of the target is evidence too, though it is not marked.
    await message(page, /Night desk to Trunk: 486 Busy Here/).click();
    await panel(page).getByRole('heading', { name: /^486/ }).waitFor();
    expect(await panel(page).getByRole('list', { name: 'Findings' }).count()).toBe(1);
    await message(page, /180 Ringing/).click();
    expect(await panel(page).getByRole('list', { name: 'Findings' }).count()).toBe(0);
    await page.close();
  });

  it('appears as soon as its message is traced', async () => {
    const page = await panes.open('calls=live');
    await page.evaluate(() => window.harness.trace(20));
    expect(await rows(page).locator('[data-findings]').count()).toBe(0);
    await page.evaluate(() => {
      window.harness.trace(20);
      window.harness.find();
    });
    await rows(page).locator('[data-findings=D5]').waitFor();
    await page.close();
  });
});

describe('a message', () => {
  it('is found, opened and left by keyboard alone', async () => {
    const page = await panes.open('calls=ended');
    await message(page, /INVITE/).waitFor();
    await rows(page).focus();
    await page.keyboard.press('Home');
    for (let step = 0; step < 10; step += 1) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await panel(page).getByRole('heading', { name: 'REFER' }).waitFor();
    const active = await rows(page).getAttribute('aria-activedescendant');
    expect(await page.locator(`[id="${active}"]`).getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('Escape');
    await panel(page).waitFor({ state: 'detached' });
    await page.close();
  });

  it('explains its lines one by one to the arrow keys', async () => {
    const page = await panes.open('calls=ended');
    await message(page, /REFER/).click();
    await panel(page).getByRole('region').focus();
    for (let step = 0; step < 4; step += 1) await page.keyboard.press('ArrowDown');
    await panel(page).getByText('Who began the dialog.').waitFor();
    await page.close();
  });

  it('shows what changed since the NOTIFY before, and explains its headers', async () => {
    const page = await panes.open('calls=ended', { width: 1280, height: 900 });
    await message(page, /NOTIFY \(180 Ringing\).*sent 3 times/).click();
    const text = panel(page).getByRole('region');
    await text.getByText('gone: SIP/2.0 100 Trying').waitFor();
    await text.getByText('new: SIP/2.0 180 Ringing').waitFor();
    await text.getByText('Subscription-State:').hover();
    await panel(page).getByText('is the last one, and says why').waitFor();
    await panel(page).getByRole('button', { name: 'Changes', pressed: true }).click();
    expect(await text.getByText('100 Trying').count()).toBe(0);
    await page.close();
  });

  it('is copied as it went over the wire', async () => {
    const page = await panes.open('calls=ended');
    await message(page, /REFER/).click();
    await panel(page).getByRole('button', { name: 'Copy' }).click();
    await panel(page).getByText('Copied').waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toMatch(/^REFER sip:trunk@demo\.zt\.patchcord\.test SIP\/2\.0/);
    expect(copied).toContain('Refer-To: <sip:+14155550486@demo.zt.patchcord.test>');
    await page.close();
  });
});

describe('the ladder', () => {
  it('is copied as Mermaid without what the filter hides', async () => {
    const page = await panes.open('calls=ended');
    await page.getByLabel('Method').selectOption('REFER');
    await page.getByRole('button', { name: 'Copy Mermaid' }).click();
    await page.getByText('Copied').waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied.split('\n').filter((line) => line.includes('>>') && line.includes(':'))).toEqual([
      '  p2->>p1: REFER',
      '  p1->>p2: 202 Accepted',
      '  p2->>p1: REFER',
      '  p1->>p2: 202 Accepted',
    ]);
    await page.close();
  });

  it('hides a leg when its lifeline is pressed', async () => {
    const page = await panes.open('calls=ended', { width: 1280, height: 1200 });
    await message(page, /Night desk/).waitFor();
    await page.getByRole('button', { name: /Night desk/, pressed: true }).click();
    await message(page, /Night desk/).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: /Night desk/, pressed: false }).click();
    await message(page, /Night desk/).waitFor();
    await page.close();
  });

  it('writes every label in full although an open message takes a third of the width', async () => {
    const page = await panes.open('calls=ended', { width: 1280, height: 1200 });
    await message(page, /NOTIFY \(486/).click();
    const label = rows(page).getByText('NOTIFY (486 Busy Here)');
    expect(await label.evaluate((text) => text.scrollWidth <= text.clientWidth || text.clientWidth === 0)).toBe(true);
    await page.close();
  });

  it('of two thousand messages keeps only the rows in view, and says that some were dropped', async () => {
    const page = await panes.open('calls=long');
    await page.getByText('140 messages of this call are not here').waitFor();
    await rows(page).focus();
    await page.keyboard.press('Home');
    await expect.poll(() => rows(page).getByRole('option').first().getAttribute('aria-posinset')).toBe('1');
    expect(await rows(page).getByRole('option').first().getAttribute('aria-setsize')).toBe('2000');
    expect(await rows(page).getByRole('option').count()).toBeLessThan(60);
    await page.close();
  });

  it('says when no call is there, when the ladder is on its way, and when the trunk does not answer, and tries again', async () => {
    const empty = await panes.open('');
    await empty.getByText('No call yet').waitFor();
    await empty.close();
    const waiting = await panes.open('calls=ended&never');
    await waiting.getByText('Loading the ladder…').waitFor();
    await waiting.close();
    const page = await panes.open('calls=ended&failing');
    await page.getByRole('alert').getByText('The trunk is stopped.').waitFor();
    await page.evaluate(() => window.harness.recover());
    await page.getByRole('button', { name: 'Try again' }).click();
    await message(page, /INVITE/).waitFor();
    await page.close();
  });
});

/** Pixels between the last row and the lower edge of the view. */
function distanceFromEnd(page: Page): Promise<number> {
  return rows(page).evaluate((list) => list.scrollHeight - list.scrollTop - list.clientHeight);
}
