/** The main job, as an operator does it: answer, hear, transfer, see what happened. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  BILLING,
  cardSteps,
  DANA,
  MICROPHONE_HZ,
  pageHears,
  partyHears,
  phoneOf,
  practiceCall,
  startConsole,
  targetField,
  transferTo,
  type ConsoleFixture,
} from './console-fixture.ts';

let fixture: ConsoleFixture;
let problems: string[];

beforeEach(async () => {
  fixture = await startConsole({ limits: { ringSeconds: 3 } });
  problems = [];
  fixture.page.on('pageerror', (error) => problems.push(error.message));
  fixture.page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
}, 60_000);

afterEach(async () => {
  await fixture.close();
  expect(problems).toEqual([]);
});

/** Every name in order of appearance. */
function inOrder(texts: readonly string[], names: readonly string[]): void {
  let from = 0;
  for (const name of names) {
    const index = texts.findIndex((text, at) => at >= from && text.includes(name));
    expect(index, `${name} in ${texts.join(' | ')}`).toBeGreaterThanOrEqual(0);
    from = index + 1;
  }
}

it('P1 to P7: answers, hears and is heard, transfers blind, and leaves caller and target talking', async () => {
  const { page, parties, host } = fixture;
  await practiceCall(page, DANA.name);
  const dana = await phoneOf(parties, DANA.number);
  await pageHears(page, DANA.hz, [BILLING.hz, MICROPHONE_HZ]);
  await partyHears(dana.ear, MICROPHONE_HZ);

  await transferTo(page, BILLING.name);
  await page
    .getByText(/Billing answered after/)
    .first()
    .waitFor();
  await page
    .getByText(/Your line was released/)
    .first()
    .waitFor();
  inOrder(await cardSteps(page), ['REFER', '202', '100 Trying', '180 Ringing', '200 OK', 'BYE']);

  const billing = await phoneOf(parties, BILLING.number);
  await partyHears(dana.ear, BILLING.hz);
  await partyHears(billing.ear, DANA.hz);
  expect(dana.ear.energy(MICROPHONE_HZ)).toBeLessThan(100);

  const [call] = host.trunk.calls();
  dana.phone.hangUp();
  await vi.waitFor(() => expect(host.trunk.calls()).toEqual([]), 10_000);
  await page.getByRole('tab', { name: 'Records' }).click();
  await page.getByRole('row').filter({ hasText: 'Billing' }).waitFor();
  expect(await page.getByRole('row').filter({ hasText: 'Dana Reyes' }).count()).toBe(2);

  const labels = host.trunk.ladder(call?.id ?? '')?.messages.map(({ label }) => label) ?? [];
  inOrder(labels, ['REFER', '202', 'NOTIFY (100', 'NOTIFY (180', 'NOTIFY (200', 'BYE']);
  await page.getByRole('tab', { name: 'Ladder' }).click();
  await page.getByPlaceholder('Text in a message').fill('sipfrag');
  await page.getByText('NOTIFY (200 OK)').first().waitFor();
  inOrder(await page.getByText(/^NOTIFY \(/).allInnerTexts(), ['100 Trying', '180 Ringing', '200 OK']);
});

it('P17 and P18: says that the target is busy and that the caller is still there, and a second transfer succeeds', async () => {
  const { page, parties } = fixture;
  await practiceCall(page, DANA.name);
  const dana = await phoneOf(parties, DANA.number);
  await transferTo(page, 'Night desk');
  await page.getByText('Night desk is busy (486). Dana Reyes is still on your line.').first().waitFor();
  inOrder(await cardSteps(page), ['REFER', '202', '100 Trying', '486 Busy Here']);
  await pageHears(page, DANA.hz, [BILLING.hz]);
  await partyHears(dana.ear, MICROPHONE_HZ);

  await page.keyboard.press('n');
  await targetField(page).fill(BILLING.number);
  await page.keyboard.press('Enter');
  await page
    .getByText(/Billing answered after/)
    .first()
    .waitFor();
  await partyHears(dana.ear, BILLING.hz);
});

it('P17: says that nobody answered after the ring time, and the caller is still heard', async () => {
  const { page, parties } = fixture;
  await practiceCall(page, DANA.name);
  await phoneOf(parties, DANA.number);
  await transferTo(page, 'Lab');
  await page
    .getByText(/Lab did not answer \(408\)/)
    .first()
    .waitFor();
  inOrder(await cardSteps(page), ['REFER', '202', '100 Trying', '180 Ringing', '408 Request Timeout']);
  await pageHears(page, DANA.hz, [BILLING.hz]);
});
