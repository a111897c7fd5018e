/** Dana on line 1, Billing was called, and a hurried hand transfers Billing to "dana": her telephone must not ring again. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BILLING, DANA, practiceCall, startConsole, targetField, type ConsoleFixture } from './console-fixture.ts';

let fixture: ConsoleFixture;

beforeAll(async () => {
  fixture = await startConsole();
});
afterAll(() => fixture.close());

it('says that the target is on line 1, and neither calls her again nor sends a REFER', async () => {
  const { page, host, parties } = fixture;
  await practiceCall(page, DANA.name);
  await page.getByRole('tab', { name: 'Directory' }).click();
  await page.getByRole('button', { name: `Call ${BILLING.name}` }).click();
  await page.getByRole('heading', { name: BILLING.name }).waitFor();
  await page.getByText('Talking').first().waitFor();
  await page.keyboard.press('F8');
  await targetField(page).pressSequentially('dana', { delay: 60 });
  for (let hurried = 0; hurried < 4; hurried += 1) await page.keyboard.press('Enter', { delay: 30 });
  const check = page.locator('#transfer-check');
  await check.getByText('Dana Reyes is on line 1, on hold: joining two lines is not possible yet.').waitFor();
  await page.keyboard.press('Enter');
  // Dana's telephone has the one call that she made; both calls go on, and no transfer was begun.
  expect([...parties.phones].filter(({ party }) => party.number === DANA.number)).toHaveLength(1);
  expect(host.trunk.calls().map(({ state }) => state)).toEqual(['answered', 'answered']);
  expect(host.trunk.calls().flatMap(({ transfers }) => transfers)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByText('Talking').first().waitFor();
});
