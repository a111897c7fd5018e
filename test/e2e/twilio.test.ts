/** The platform transfers and the console follows: trunk, application and browser are all real (T1 to T14). */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startHttpApplication, twiml, type HttpApplication } from '../support/http-application.ts';
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
  type ConsoleFixture,
} from './console-fixture.ts';

const IVR = '+14155550102';
const CONSOLE = '+14155550100';
const LAB = '+14155550408';
const NIGHT_DESK = '+14155550486';
const DOMAIN = 'demo.zt.patchcord.test';
const ACCOUNT_SID = `AC${'0'.repeat(31)}1`;
const HEADERS = 'X-AcctNumber=123456&amp;X-ReasonForCalling=billing&amp;User-to-User=56a390f3d2b7%3Bencoding%3Dhex';

let application: HttpApplication;
let fixture: ConsoleFixture;
const problems: string[] = [];

beforeEach(async () => {
  application = await startHttpApplication();
  fixture = await startConsole({
    provider: 'twilio',
    numbers: [
      { number: CONSOLE, to: ['console'] },
      { number: IVR, twiml: `${application.origin}/voice` },
    ],
    twilio: { accountSid: ACCOUNT_SID, authToken: 'a'.repeat(32) },
  });
  problems.length = 0;
  fixture.page.on('pageerror', (error) => problems.push(error.message));
  fixture.page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
}, 60_000);

afterEach(async () => {
  await fixture.close();
  await application.close();
  expect(problems).toEqual([]);
});

/** `/voice` refers to this number; `/moved` is told what came of it, and keeps the caller waiting. */
function referTo(number: string): void {
  application.on('/voice', twiml(`<Refer action="/moved"><Sip>sip:${number}@${DOMAIN}?${HEADERS}</Sip></Refer>`));
  application.on('/moved', twiml('<Pause length="60"/>'));
}

/** The console calls the number of the application. */
async function callApplication(): Promise<void> {
  const { page } = fixture;
  await page.getByRole('tab', { name: 'Keypad' }).click();
  await page.getByRole('combobox', { name: 'Number to call' }).fill(IVR);
  await page.keyboard.press('Enter');
  await page.getByText('Talking').first().waitFor();
  // The panel with the directory holds no field that would take the keys.
  await page.getByRole('tab', { name: 'Directory' }).click();
}

const card = (target: string) => fixture.page.getByRole('article', { name: `Move to ${target}` });

async function asked(target: string): Promise<void> {
  await card(target).getByRole('button', { name: 'Follow' }).waitFor();
}

/** What the application was told of the transfer: the parameters about it, and the rest by name. */
async function told(): Promise<{ refer: Record<string, string>; others: Record<string, string> }> {
  await vi.waitFor(() => expect(application.to('/moved')).toHaveLength(1), { timeout: 15_000 });
  const { parameters } = application.to('/moved')[0]!;
  const isRefer = (name: string) => /Refer|Notify/.test(name);
  const part = (wanted: boolean) =>
    Object.fromEntries(Object.entries(parameters).filter(([name]) => isRefer(name) === wanted));
  return { refer: part(true), others: part(false) };
}

const STANDARD = {
  AccountSid: ACCOUNT_SID,
  ApiVersion: '2010-04-01',
  CallSid: expect.stringMatching(/^CA[\da-f]{32}$/) as string,
  CallerName: 'Console',
  Direction: 'inbound',
  From: `sip:console@${DOMAIN}`,
  To: `sip:${IVR}@${DOMAIN}`,
};

/** Labels of all messages of the calls, in the order in which the trunk traced them. */
function traced(): { label: string; text: string }[] {
  const { trunk } = fixture.host;
  const ids = new Set(trunk.calls().map(({ id }) => id));
  for (const { callId } of trunk.records.list({}).records) ids.add(callId);
  return [...ids].flatMap((id) => trunk.ladder(id)?.messages ?? []).toSorted((a, b) => a.at - b.at);
}

describe('<Refer> to the console', () => {
  it('T5, T14: is followed: in-progress, 202, 200; headers on the new call; the old one is released', async () => {
    referTo(BILLING.number);
    const { page, parties } = fixture;
    await callApplication();
    await asked('Billing');
    const shown = await card('Billing').innerText();
    for (const part of ['X-AcctNumber', '123456', 'X-ReasonForCalling', 'billing', '56a390f3d2b7;encoding=hex']) {
      expect(shown).toContain(part);
    }
    await page.keyboard.press('f');
    await card('Billing')
      .getByText(/Billing answered after .*The old call is released\./)
      .waitFor();
    expect(await told()).toEqual({
      refer: { ReferCallStatus: 'in-progress', ReferSipResponseCode: '202', NotifySipResponseCode: '200' },
      others: { ...STANDARD, CallStatus: 'in-progress' },
    });

    const billing = await phoneOf(parties, BILLING.number);
    await partyHears(billing.ear, MICROPHONE_HZ);
    await pageHears(page, BILLING.hz, [DANA.hz, MICROPHONE_HZ]);

    const steps = await cardSteps(page);
    const labels = 'REFER|202 Accepted|INVITE|180 Ringing|200 OK|BYE|NOTIFY 100|NOTIFY 180|NOTIFY 200'.split('|');
    const order = [
      'REFER',
      '202 Accepted',
      'NOTIFY 100',
      'INVITE',
      '180 Ringing',
      'NOTIFY 180',
      '200 OK',
      'NOTIFY 200',
      'BYE',
    ];
    expect(steps.map((step) => labels.findLast((label) => step.includes(label)))).toEqual(order);
    const invite = traced().findLast(
      ({ label, text }) => label.startsWith('INVITE') && text.includes(`sip:${BILLING.number}@${DOMAIN} SIP/2.0`),
    );
    expect(invite?.text).toMatch(/^X-AcctNumber: 123456\r?$/m);
    expect(invite?.text).toMatch(/^X-ReasonForCalling: billing\r?$/m);
    expect(invite?.text).toMatch(/^User-to-User: 56a390f3d2b7;encoding=hex\r?$/im);
    const states = traced().flatMap(({ text }) => /^Subscription-State: (\w+)/im.exec(text)?.[1] ?? []);
    expect(states).toEqual(['active', 'active', 'terminated']);
    await vi.waitFor(() => expect(fixture.host.trunk.calls()).toHaveLength(1), 10_000);
  });

  it('T6, T13, T14: busy, 202, 486; the old call stays with the application', async () => {
    referTo(NIGHT_DESK);
    await callApplication();
    await asked('Night desk');
    await fixture.page.keyboard.press('f');
    await card('Night desk')
      .getByText(/Night desk is busy \(486\)\. You are still on the call with/)
      .waitFor();
    expect(await told()).toEqual({
      refer: { ReferCallStatus: 'busy', ReferSipResponseCode: '202', NotifySipResponseCode: '486' },
      others: { ...STANDARD, CallStatus: 'in-progress' },
    });
    await fixture.page.getByText('Talking').first().waitFor();
    expect(fixture.host.trunk.calls().map(({ state }) => state)).toEqual(['answered']);
  });

  it('T7, T9, T14: declined with 603: failed, 603, and nothing of a NOTIFY', async () => {
    referTo(BILLING.number);
    await callApplication();
    await asked('Billing');
    await fixture.page.keyboard.press('d');
    await card('Billing')
      .getByText(/You declined to move to Billing \(603\)/)
      .waitFor();
    expect(await told()).toEqual({
      refer: { ReferCallStatus: 'failed', ReferSipResponseCode: '603' },
      others: { ...STANDARD, CallStatus: 'in-progress' },
    });
  });

  it('T8, T14: hung up while the target rings: canceled, 202, 180, and the new call is given up', async () => {
    referTo(LAB);
    const { page, host } = fixture;
    await callApplication();
    await asked('Lab');
    await page.keyboard.press('f');
    await card('Lab').getByText('Lab is ringing.').waitFor();
    await vi.waitFor(
      () => expect(traced().some(({ text }) => text.includes('SIP/2.0 180 Ringing\r\n'))).toBe(true),
      10_000,
    );
    await page.keyboard.press('1');
    await page.keyboard.press('F4');
    await card('Lab')
      .getByText(/You hung up .* before Lab had answered\./)
      .waitFor();
    await card('Lab').getByText('The call to Lab was given up.').waitFor();
    expect((await told()).refer).toEqual({
      ReferCallStatus: 'canceled',
      ReferSipResponseCode: '202',
      NotifySipResponseCode: '180',
    });
    await vi.waitFor(() => expect(host.trunk.calls()).toEqual([]), 10_000);
    expect(traced().filter(({ label }) => label.startsWith('CANCEL')).length).toBeGreaterThan(0);
  });

  it('T1, T14: comes at any time, by the API, and is followed at once where the setting says so', async () => {
    const { page, host, parties } = fixture;
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('menuitemradio', { name: 'Follow at once' }).click();
    await practiceCall(page, DANA.name);
    await phoneOf(parties, DANA.number);
    const [call] = host.trunk.calls();
    const response = await fetch(`${host.url}/api/calls/${call!.id}/twiml`, {
      method: 'POST',
      headers: { authorization: `Bearer ${host.token}`, 'content-type': 'application/xml' },
      body: twiml(`<Refer><Sip>sip:${BILLING.number}@${DOMAIN}</Sip></Refer>`),
    });
    expect(response.ok).toBe(true);
    await card('Billing')
      .getByText(/Billing answered after .*The old call is released\.|Billing answered after .* ended the old call\./)
      .waitFor();
    await pageHears(page, BILLING.hz, [DANA.hz, MICROPHONE_HZ]);
  });
});

describe('the requests tab', () => {
  it('T4: shows each request with its parameters and the answer, and sends one again', async () => {
    referTo(NIGHT_DESK);
    const { page } = fixture;
    await page.getByRole('tab', { name: 'Requests' }).click();
    await page.getByText('No requests yet').waitFor();
    await callApplication();
    const rows = page.getByRole('region', { name: 'Requests to applications' }).getByRole('row');
    await rows.filter({ hasText: '/voice' }).waitFor();
    await asked('Night desk');
    await page.keyboard.press('f');
    await rows.filter({ hasText: '/moved' }).click();
    const detail = page.getByRole('complementary', { name: 'Details of the request' });
    expect(await detail.getByRole('row').filter({ hasText: 'ReferCallStatus' }).innerText()).toMatch(/busy/);
    await rows.filter({ hasText: '/voice' }).first().click();
    await detail.getByText('<Refer action="/moved">').waitFor();
    await detail.getByText(/A call came in · .* · signed/).waitFor();
    await detail.getByRole('button', { name: 'Send again' }).click();
    await detail.getByText(/Sent again · .* · signed/).waitFor();
    expect(application.to('/voice')).toHaveLength(2);
    expect(application.to('/voice')[1]!.parameters).toEqual(application.to('/voice')[0]!.parameters);
  });

  it('shows the line of a document that is wrong, on the call and in the answer', async () => {
    application.on(
      '/voice',
      `<?xml version="1.0"?>\n<Response>\n  <Pause length="60"/>\n  <Enqueue>support</Enqueue>\n</Response>`,
    );
    const { page } = fixture;
    await page.getByRole('tab', { name: 'Keypad' }).click();
    await page.getByRole('combobox', { name: 'Number to call' }).fill(IVR);
    await page.keyboard.press('Enter');
    await page.getByRole('tab', { name: 'Requests' }).click();
    await page
      .getByRole('region', { name: 'Requests to applications' })
      .getByRole('row')
      .filter({ hasText: '/voice' })
      .click();
    const detail = page.getByRole('complementary', { name: 'Details of the request' });
    expect(await detail.locator('[aria-current=true]').innerText()).toMatch(
      /4\s+<Enqueue>support<\/Enqueue>\s+Error \d+, line 4/,
    );
    await page
      .getByRole('note', { name: 'Application' })
      .getByText(/Error \d+, line 4/)
      .waitFor();
  });
});
