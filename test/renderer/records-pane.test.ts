import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPanes } from './panes-harness/panes.ts';
import type { Panes } from './panes-harness/panes.ts';

let panes: Panes;
beforeAll(async () => {
  panes = await openPanes();
}, 60_000);
afterAll(() => panes?.close());

const bodyRows = (page: Page) => page.getByRole('rowgroup').getByRole('row');
const scrollTo = (page: Page, part: number): Promise<void> =>
  page.getByRole('rowgroup').evaluate((group, at) => {
    group.scrollTop = group.scrollHeight * at;
  }, part);

it('P26: the two records of a transferred call stand together, the transfer leg under the original', async () => {
  const page = await panes.open('pane=records&records=50');
  const first = bodyRows(page).nth(0);
  const second = bodyRows(page).nth(1);
  await first.getByText('Transferred').waitFor();
  expect(await first.getAttribute('data-place')).toBe('first');
  expect(await second.getAttribute('data-place')).toBe('last');
  expect(await second.textContent()).toContain('Transfer leg of the same call');
  expect(await second.textContent()).toContain('+1 415 555 1234');
  await page.close();
});

it('a row opens beside the list, by click and by Enter, takes the focus and gives it back', async () => {
  const page = await panes.open('pane=records&records=50');
  const list = page.getByRole('grid');
  const detail = page.getByRole('complementary', { name: 'Details of the record' });
  await bodyRows(page).nth(0).click();
  await detail.getByRole('heading', { name: 'Dana Whitfield' }).waitFor();
  expect(await detail.getByRole('list', { name: 'Legs' }).getByRole('listitem').count()).toBe(2);
  expect(await list.isVisible()).toBe(true);
  await list.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await detail.getByRole('heading', { name: 'Priya Raman' }).waitFor();
  expect(await detail.evaluate((element) => element.contains(document.activeElement))).toBe(true);
  await page.keyboard.press('Escape');
  await detail.waitFor({ state: 'detached' });
  expect(await list.evaluate((element) => element === document.activeElement)).toBe(true);
  expect(await page.locator('[role=row][aria-selected=true]').count()).toBe(1);
  await page.close();
});

it('the list keeps its selection while a ladder is looked at', async () => {
  const page = await panes.open('pane=records&records=50');
  await bodyRows(page).nth(1).click();
  await page.getByRole('button', { name: 'Ladder' }).click();
  expect(await page.evaluate(() => window.harness.openedLadders)).toEqual(['call-transferred']);
  expect(await page.evaluate(() => window.harness.shown())).toBe('call-transferred');
  expect(await bodyRows(page).nth(1).getAttribute('aria-selected')).toBe('true');
  await page.close();
});

it('further pages come while one scrolls', async () => {
  const page = await panes.open('pane=records&records=1450');
  await page.getByText('200 loaded, more below').waitFor();
  expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe('-1');
  await scrollTo(page, 1);
  await page.getByText('1,200 loaded, more below').waitFor();
  await scrollTo(page, 1);
  await page.getByText('1,450 records').waitFor();
  expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe('1451');
  await page.close();
});

it('a hundred thousand records scroll, with no more rows in the page than fit into view', async () => {
  const page = await panes.open('pane=records&records=100000&page=10000');
  expect(await page.evaluate(() => window.harness.loadEverything())).toBe(100_000);
  await page.getByText('100,000 records').waitFor();
  for (const part of [0.25, 0.9, 0.5, 1]) {
    await scrollTo(page, part);
    const wanted = String(Math.round(part * 100_000)).slice(0, 2);
    await expect
      .poll(async () => (await bodyRows(page).last().getAttribute('aria-rowindex'))?.slice(0, 2))
      .toBe(wanted);
    expect(await bodyRows(page).count()).toBeLessThan(60);
  }
  await page.getByRole('grid').focus();
  await page.keyboard.press('End');
  await expect.poll(() => bodyRows(page).last().getAttribute('aria-rowindex')).toBe('100001');
  await page.close();
}, 30_000);

it('a call that ends while one looks appears on top', async () => {
  const page = await panes.open('pane=records&records=20');
  await bodyRows(page).nth(0).waitFor();
  await page.evaluate(() => window.harness.addRecord());
  await bodyRows(page).nth(0).getByText('Just Ended').waitFor();
  await page.close();
});

it('search narrows the table, and says when nothing is found', async () => {
  const page = await panes.open('pane=records&records=300');
  const search = page.getByRole('searchbox', { name: 'Search' });
  await search.fill('holm');
  await page.getByText('50 records').waitFor();
  expect(await bodyRows(page).nth(0).textContent()).toContain('Lars Holm');
  await search.fill('nobody');
  await page.getByText('No record matches “nobody”').waitFor();
  await page.close();
});

it('says when there are no records yet, when they are on their way, and when the trunk does not answer, and tries again', async () => {
  const empty = await panes.open('pane=records');
  await empty.getByText('No records yet').waitFor();
  await empty.close();
  const waiting = await panes.open('pane=records&never');
  await waiting.getByText('Loading records…').waitFor();
  await waiting.close();
  const page = await panes.open('pane=records&records=20&failing');
  await page.getByRole('alert').getByText('The trunk is stopped.').waitFor();
  await page.evaluate(() => window.harness.recover());
  await page.getByRole('button', { name: 'Try again' }).click();
  await bodyRows(page).nth(0).waitFor();
  await page.close();
});

it('P28: plays the recording of a leg: play, pause, jump, save; by mouse and by keyboard', async () => {
  const page = await panes.open('pane=records&records=50');
  await bodyRows(page).nth(0).getByRole('button', { name: 'Play the recording, 0:02' }).click();
  const player = page.getByRole('group', { name: 'Recording' });
  await player.getByRole('button', { name: 'Pause' }).waitFor();
  await player.getByRole('button', { name: 'Play' }).waitFor();
  await expect.poll(() => player.innerText()).toContain('0:02 / 0:02');
  const position = player.getByRole('slider', { name: 'Position' });
  await position.focus();
  await page.keyboard.press('Home');
  expect(await position.getAttribute('aria-valuetext')).toBe('0:00 of 0:02');
  await page.keyboard.press('ArrowRight');
  expect(await position.getAttribute('aria-valuetext')).toBe('0:02 of 0:02');
  expect(await player.getByRole('link', { name: 'Save the recording' }).getAttribute('download')).toBe(
    'record-0-a.wav',
  );
  expect(await page.evaluate(() => window.harness.openedLadders)).toEqual([]);
  await page.keyboard.press('Escape');
  await player.waitFor({ state: 'detached' });
  await page.close();
});

it('opens the details of the selected row with Space, says when there is no recording', async () => {
  const page = await panes.open('pane=records&records=50');
  await page.getByRole('grid').focus();
  for (let step = 0; step < 3; step += 1) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  const detail = page.getByRole('complementary', { name: 'Details of the record' });
  await detail.getByText(/No recording: /).waitFor();
  await detail.getByRole('button', { name: 'Ladder' }).click();
  expect(await page.evaluate(() => window.harness.openedLadders)).toEqual(['call-1']);
  await page.close();
});

it('D5: a record shows what was found in its call, in words and with the message that proves it', async () => {
  const page = await panes.open('pane=records&records=50');
  await page.getByRole('button', { name: 'What was found: D5, notify-refused' }).click();
  const found = page.getByRole('list', { name: 'Findings' });
  await found.getByText('Transfer failed: 486 Busy Here').waitFor();
  expect(await found.innerText()).toContain('To do: Try again, or another target.');
  const link = found.getByRole('button', { name: /^Show the message/ });
  await link.click();
  await page.getByRole('complementary', { name: /^Message NOTIFY \(486/ }).waitFor();
  // The message has the focus, so Esc closes it and not the record; then the link has it again.
  await page.keyboard.press('Escape');
  await page.getByRole('complementary', { name: /^Message/ }).waitFor({ state: 'detached' });
  expect(await link.evaluate((element) => element === document.activeElement)).toBe(true);
  await page.close();
});

it('says when a recording cannot be loaded', async () => {
  const page = await panes.open('pane=records&records=50&silent');
  await bodyRows(page)
    .nth(0)
    .getByRole('button', { name: /^Play the recording/ })
    .click();
  await page.getByRole('alert').getByText('There is no recording of the record record-0-a.').waitFor();
  await page.close();
});
