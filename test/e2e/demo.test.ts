/** What a trainer shows: one line of configuration, the console, and the demo application that comes with the trunk. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  BILLING,
  MICROPHONE_HZ,
  pageHears,
  partyHears,
  phoneOf,
  startConsole,
  type ConsoleFixture,
} from './console-fixture.ts';

const DEMO = '+14155550199';

let fixture: ConsoleFixture;
const problems: string[] = [];

beforeEach(async () => {
  fixture = await startConsole({ provider: 'twilio' });
  problems.length = 0;
  fixture.page.on('pageerror', (error) => problems.push(error.message));
});

afterEach(async () => {
  await fixture.close();
  expect(problems).toEqual([]);
});

async function callDemo(keys = ''): Promise<void> {
  const { page } = fixture;
  await page.getByRole('tab', { name: 'Keypad' }).click();
  await page.getByRole('combobox', { name: 'Number to call' }).fill(DEMO + keys);
  await page.keyboard.press('Enter');
  await page.getByText('Talking').first().waitFor();
}

async function press(key: string): Promise<void> {
  await fixture.page.getByRole('group', { name: 'Tones' }).getByRole('button', { name: key, exact: true }).click();
}

const card = (target: string) => fixture.page.getByRole('article', { name: `Move to ${target}` });

/** Paths of the requests to the application, oldest first, and what they said of a transfer. */
function asked(): [path: string, refer: Record<string, string>][] {
  return fixture.host.trunk
    .webhooks()
    .toReversed()
    .map(({ url, parameters, response, problem }) => {
      expect([response?.status, problem]).toEqual([200, undefined]);
      return [
        new URL(url).pathname,
        Object.fromEntries(parameters.filter(([name]) => /Refer|Notify|Digits|Dial/.test(name))),
      ];
    });
}

it('T5, T14: 1 moves the operator to somebody who answers', async () => {
  const { page, parties } = fixture;
  await callDemo();
  await page.keyboard.press('1');
  await card('Billing').getByRole('button', { name: 'Follow' }).click();
  await card('Billing')
    .getByText(/Billing answered after .*The old call is released\./)
    .waitFor();
  const billing = await phoneOf(parties, BILLING.number);
  await partyHears(billing.ear, MICROPHONE_HZ);
  await pageHears(page, BILLING.hz, [MICROPHONE_HZ]);
  expect(asked()).toEqual([
    ['/demo/voice', {}],
    ['/demo/choice', { Digits: '1' }],
    [
      '/demo/transferred',
      { ReferCallStatus: 'in-progress', ReferSipResponseCode: '202', NotifySipResponseCode: '200' },
    ],
  ]);
});

it('T6, T13: 3 is busy; the application says so and offers another try, and 2 connects by <Dial>', async () => {
  const { page, parties } = fixture;
  await callDemo();
  await press('3');
  await card('Night desk').getByRole('button', { name: 'Follow' }).click();
  await vi.waitFor(() => expect(asked()).toHaveLength(3), 15_000);
  expect(asked()[2]).toEqual([
    '/demo/transferred',
    { ReferCallStatus: 'busy', ReferSipResponseCode: '202', NotifySipResponseCode: '486' },
  ]);
  await page.getByText('Talking').first().waitFor();
  await press('2');
  const billing = await phoneOf(parties, BILLING.number);
  await partyHears(billing.ear, MICROPHONE_HZ);
  await pageHears(page, BILLING.hz, [MICROPHONE_HZ]);
  billing.phone.hangUp();
  await vi.waitFor(
    () => expect(asked().at(-1)).toMatchObject(['/demo/dialed', { DialCallStatus: 'completed' }]),
    15_000,
  );
  await page.getByText('Talking').first().waitFor();
});

it('O11: presses the key behind a comma by itself, two seconds after the answer', async () => {
  await callDemo(',1');
  await vi.waitFor(() => expect(asked()[1]).toEqual(['/demo/choice', { Digits: '1' }]), 15_000);
  await card('Billing').getByRole('button', { name: 'Follow' }).waitFor();
});
