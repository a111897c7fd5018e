/** A day at the desk in half a minute, by keyboard and in a hurry: keys 60 ms apart, doubled, and held down. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Overhearing } from '../support/overhearing.ts';
import { keysHeardBy, MICROPHONE_HZ, phoneOf, startConsole, type ConsoleFixture } from './console-fixture.ts';

const DANA = { number: '+14155550142', name: 'Dana Reyes', hz: 620 };
const OMAR = { number: '+14155550143', name: 'Omar Haddad', hz: 850 };
const MEI = { number: '+14155550144', name: 'Mei Chen', hz: 1130 };
const BILLING = { number: '+14155551234', name: 'Billing', hz: 1410 };
const SALES = { number: '+14155550603', name: 'Sales', hz: 1670 };
const people = [DANA, OMAR, MEI, BILLING, SALES];

let fixture: ConsoleFixture;
let page: Page;
let overhearing: Overhearing;

beforeAll(async () => {
  const parties = people.map(({ number, name }) => ({
    number,
    name,
    behaviour: number === SALES.number ? 'decline' : 'answer',
    afterMs: 1200,
    caller: true,
  }));
  const voices = Object.fromEntries(people.map(({ number, hz }) => [number, hz]));
  fixture = await startConsole({ parties }, undefined, [], voices);
  ({ page } = fixture);
  overhearing = new Overhearing(fixture.parties, [MICROPHONE_HZ, ...people.map(({ hz }) => hz)]);
}, 60_000);
afterAll(() => fixture.close());

const call = (who: { number: string }) => fixture.host.trunk.practiceCall({ caller: who.number });
const row = (name: string) =>
  page.getByRole('navigation', { name: 'Lines' }).getByRole('button', { name: new RegExp(`^\\d\\s*${name}`) });
const shows = (name: string, words: string) =>
  vi.waitFor(async () => expect(await row(name).innerText()).toContain(words), { timeout: 10_000, interval: 50 });
const inView = () => page.getByRole('region', { name: 'Call' }).getByRole('heading', { level: 2 }).innerText();

async function keys(...names: string[]): Promise<void> {
  for (const name of names) {
    await page.keyboard.press(name);
    await page.waitForTimeout(60);
  }
}

/** Twice, 60 ms apart however slowly the machine answers the first. */
async function twice(name: string): Promise<void> {
  await Promise.all([
    page.keyboard.press(name),
    new Promise((resolve) => setTimeout(resolve, 60)).then(() => page.keyboard.press(name)),
  ]);
}

async function holdDown(name: string): Promise<void> {
  for (let times = 0; times < 6; times += 1) {
    await page.keyboard.down(name);
    await page.waitForTimeout(30);
  }
  await page.keyboard.up(name);
}

/** Who hears the operator now, by the trunk's bridge. */
const hearersOfUs = () =>
  fixture.host.trunk.calls().flatMap(({ legs, hears }) => {
    const us = legs.find(({ role }) => role === 'console');
    return hears
      .filter(({ speaker }) => speaker === us?.id)
      .map(({ listener }) => legs.find(({ id }) => id === listener)?.number);
  });
const onlyHearer = (who: { number: string }) =>
  vi.waitFor(() => expect(hearersOfUs(), `only ${who.number}`).toEqual([who.number]), {
    timeout: 10_000,
    interval: 50,
  });

it('ends with the right states, and nobody was overheard', async () => {
  // The first caller, with F3 pressed twice.
  await call(DANA);
  await row(DANA.name).waitFor();
  await twice('F3');
  await onlyHearer(DANA);

  // Two more ring at once, and F3 is held down: one is answered, the first caller is held.
  await Promise.all([call(OMAR), call(MEI)]);
  await Promise.all([row(OMAR.name).waitFor(), row(MEI.name).waitFor()]);
  await holdDown('F3');
  await vi.waitFor(() => expect([OMAR.number, MEI.number]).toContain(hearersOfUs()[0]), { timeout: 5000 });
  const [answered, waiting] = hearersOfUs()[0] === OMAR.number ? [OMAR, MEI] : [MEI, OMAR];
  await onlyHearer(answered);
  await shows(DANA.name, 'On hold');
  await shows(waiting.name, 'Ringing');

  // Mute held down ends muted; once more, and the microphone is on.
  await holdDown('F7');
  await page.getByRole('button', { name: /^Unmute/ }).waitFor();
  await page.waitForTimeout(300);
  await keys('F7');
  await page.getByRole('button', { name: /^Mute/ }).waitFor();

  // The third is declined from within the call.
  await keys('Shift+F4');
  await vi.waitFor(() => expect(fixture.host.trunk.calls()).toHaveLength(2), { timeout: 5000 });
  await onlyHearer(answered);

  // Back to the first, with F6 pressed twice in a hurry.
  await keys('1');
  await twice('F6');
  await onlyHearer(DANA);
  await shows(answered.name, 'On hold');

  // A directory row pressed twice makes one call; it answers while the operator is with somebody else.
  await page.getByRole('button', { name: `Call ${BILLING.name}` }).dblclick();
  await row(BILLING.name).waitFor();
  await shows(DANA.name, 'On hold');
  await row(answered.name).click();
  await keys('F6');
  await onlyHearer(answered);
  await shows(BILLING.name, 'On hold');
  expect(fixture.host.trunk.calls()).toHaveLength(3);
  await onlyHearer(answered);

  // That call ends with F4 twice: nobody else is hung up. The view goes to who has waited longest.
  await row(BILLING.name).click();
  await twice('F4');
  await vi.waitFor(() => expect(fixture.host.trunk.calls()).toHaveLength(2), { timeout: 5000 });
  expect(await inView()).toBe(answered.name);
  await page.waitForTimeout(800);

  // The first caller is transferred: a name, and Enter twice.
  await keys('1', 'F6');
  await onlyHearer(DANA);
  await keys('F8');
  await page.getByRole('combobox', { name: /^Transfer / }).waitFor();
  await page.keyboard.type('billing', { delay: 60 });
  await twice('Enter');
  const verdict = /^Billing answered after .*released\.$/;
  await page.getByText(verdict).first().waitFor();
  await vi.waitFor(async () => expect(await inView()).toBe(answered.name), 10_000);

  // Twelve keys for who is left, as fast as a hand can type.
  await keys('F6');
  await onlyHearer(answered);
  const { phone } = await phoneOf(fixture.parties, answered.number);
  const heard = keysHeardBy(phone);
  await keys('F9');
  await page.getByText(/^The keys send tones/).waitFor();
  await keys(...'55512340*#19'.split(''));
  await vi.waitFor(() => expect(heard()).toBe('55512340*#19'), { timeout: 10_000, interval: 100 });

  // They hang up while F4 is pressed.
  phone.hangUp();
  await twice('F4');
  await vi.waitFor(() => expect(fixture.host.trunk.calls()).toHaveLength(1), { timeout: 5000 });

  // What is left is the transferred call, and a list that says what became of each.
  await page.getByRole('tab', { name: /^Recent/ }).click();
  const recent = await page.getByRole('list', { name: 'Recent calls' }).getByRole('listitem').allInnerTexts();
  expect(recent).toHaveLength(4);
  expect(recent[1]).toMatch(/Dana Reyes[^]*Billing answered after .* Your line was released\./);
  expect(recent[2]).toContain(BILLING.name);
  expect(recent[3]).toMatch(new RegExp(`${waiting.name}[^]*You declined`));

  // By sound: the operator was heard by one at a time, and callers only by whom they were given to.
  expect(overhearing.mostAtOnce(MICROPHONE_HZ)).toBe(1);
  expect(overhearing.hearersOf(MICROPHONE_HZ)).toEqual([DANA.number, answered.number].toSorted());
  expect(overhearing.hearersOf(DANA.hz)).toEqual([BILLING.number]);
  expect(overhearing.hearersOf(BILLING.hz)).toEqual([DANA.number]);
  for (const { hz } of [OMAR, MEI, SALES]) expect(overhearing.hearersOf(hz)).toEqual([]);
}, 60_000);
