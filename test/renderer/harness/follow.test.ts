/** A REFER that comes to the console's real telephone, from the wire to the card and back. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import type { Session } from '../../../src/core/ua/session.ts';
import { launchBrowser } from '../../support/browser.ts';
import { lineOf, printed, startPlatform, type Platform } from '../../support/platform.ts';

const IVR = '+14155550102';
const TARGET =
  '<sip:+14155551234@demo.zt.patchcord.test?X-AcctNumber=123456&X-Reason=a%2520b&User-to-User=3c1f%3Bencoding%3Dhex>';

let browser: Awaited<ReturnType<typeof launchBrowser>>;
let page: Page;
let platform: Platform;
let session: Session;
const problems: string[] = [];

beforeAll(async () => {
  browser = await launchBrowser();
}, 60_000);
afterAll(async () => {
  await browser?.close();
});
beforeEach(async () => {
  platform = await startPlatform(new URL(inject('harness')).origin);
  page = await browser.context.newPage();
  problems.length = 0;
  page.on('pageerror', (error) => problems.push(error.message));
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(`${inject('harness')}?sip=${encodeURIComponent(platform.url)}`);
  await page.getByText('Line ready').first().waitFor();
  const call = platform.call(IVR);
  await page
    .getByRole('toolbar', { name: 'Call' })
    .getByRole('button', { name: /^Answer/ })
    .and(page.locator(':enabled'))
    .waitFor();
  await page.keyboard.press('F3');
  session = await call;
  await page.getByText('Talking').first().waitFor();
  platform.wire.length = 0;
});
afterEach(async () => {
  await page.close();
  await platform.close();
  expect(problems).toEqual([]);
});

interface Heard {
  readonly events: string[];
}

/** Sends a REFER. @returns what its sender hears of it */
function refer(to = TARGET, headers: [string, string][] = [], on = session): Heard {
  const events: string[] = [];
  on.refer(to, headers, {
    accepted: ({ status }) => events.push(`accepted ${status}`),
    refused: (status) => events.push(`refused ${status}`),
    notified: ({ status }, terminated) => events.push(`${status}${terminated ? ' terminated' : ''}`),
    subscriptionEnded: (reason) => events.push(`ended ${reason}`),
  });
  return { events };
}

const card = () => page.getByRole('article', { name: 'Move to Billing' });
const headline = (text: string | RegExp) => card().getByText(text).first().waitFor();
const heard = ({ events }: Heard, ...expected: string[]) => vi.waitFor(() => expect(events).toEqual(expected), 5000);
/** Every message since the call was answered, `>` from the console. */
const wire = () => platform.wire.map(lineOf);
const sentByConsole = (method: string) =>
  platform.wire.filter(({ sent, message }) => !sent && 'uri' in message && message.head.cseq.method === method);

describe('a REFER on the wire', { timeout: 30_000 }, () => {
  it('T14, T5: is followed with F: headers stamped, NOTIFYs active until the final one, then BYE', async () => {
    const events = refer();
    await headline('+1 415 555 0102 asks to move this call to Billing.');
    await card().getByRole('button', { name: 'Follow' }).waitFor();
    expect(wire()).toEqual(['< REFER']);
    const incoming = platform.incoming();
    await page.keyboard.press('f');
    const target = await incoming;
    expect(target.request.uri).toBe('sip:+14155551234@demo.zt.patchcord.test');
    const stamped = ['X-AcctNumber', 'X-Reason', 'User-to-User'].map((name) => target.request.headers.fields(name));
    expect(stamped).toEqual([['123456'], ['a%20b'], ['3c1f;encoding=hex']]);
    expect(target.request.headers.fields('Referred-By')).toEqual([]);
    await heard(events, 'accepted 202', '100');
    target.ring();
    await headline('Billing is ringing.');
    await heard(events, 'accepted 202', '100', '180');
    await target.answer();
    await headline(/Billing answered after .* The old call is released\./);
    await heard(events, 'accepted 202', '100', '180', '200 terminated');
    await vi.waitFor(() => expect(wire().at(-1)).toBe('< 200 BYE'));

    const order = wire().filter((line) => /NOTIFY|REFER|BYE/.test(line));
    expect(order).toEqual([
      '< REFER',
      '> 202 REFER',
      '> NOTIFY 100',
      '< 200 NOTIFY',
      '> NOTIFY 180',
      '< 200 NOTIFY',
      '> NOTIFY 200',
      '< 200 NOTIFY',
      '> BYE',
      '< 200 BYE',
    ]);
    const reports = sentByConsole('NOTIFY').map(({ message }) => [
      message.headers.get('Event'),
      message.headers.get('Subscription-State')?.replace(/expires=\d+/, 'expires=n'),
      message.headers.get('Content-Type'),
      printed(message).split('\r\n\r\n')[1],
    ]);
    expect(reports).toEqual([
      ['refer', 'active;expires=n', 'message/sipfrag;version=2.0', 'SIP/2.0 100 Trying\r\n'],
      ['refer', 'active;expires=n', 'message/sipfrag;version=2.0', 'SIP/2.0 180 Ringing\r\n'],
      ['refer', 'terminated;reason=noresource', 'message/sipfrag;version=2.0', 'SIP/2.0 200 OK\r\n'],
    ]);
    expect(sentByConsole('NOTIFY').every(({ message }) => message.headers.get('Contact') !== undefined)).toBe(true);
    await page.getByRole('heading', { name: 'Billing' }).first().waitFor();
    await page.keyboard.press('F4');
    await vi.waitFor(() => expect(sentByConsole('BYE')).toHaveLength(2));
  });

  it('T14, T7: is declined with 603 by D, and the call goes on', async () => {
    const events = refer();
    await card().waitFor();
    await page.keyboard.press('d');
    await heard(events, 'refused 603');
    await headline(/You declined to move to Billing \(603\)/);
    expect(wire()).toEqual(['< REFER', '> 603 REFER']);
    await page.getByText('Talking').first().waitFor();
  });

  it('T14, T6: leaves the old call as it was when the target is busy, and can be asked again', async () => {
    const first = refer();
    await card().waitFor();
    let incoming = platform.incoming();
    await page.keyboard.press('f');
    (await incoming).refuse(486);
    await heard(first, 'accepted 202', '100', '486 terminated');
    await headline(/Billing is busy \(486\)\. You are still on the call with/);
    expect(wire()).not.toContain('> BYE');

    const second = refer();
    incoming = platform.incoming();
    await card().getByRole('button', { name: 'Follow' }).click();
    const target = await incoming;
    const [report] = sentByConsole('NOTIFY').slice(-1);
    expect(report?.message.headers.get('Event')).toMatch(/^refer;id=\d+$/);
    await target.answer();
    await heard(second, 'accepted 202', '100', '200 terminated');
    await vi.waitFor(() => expect(wire()).toContain('> BYE'));
  });

  it('T14, T8, W2: gives the new call up when the caller leaves while it rings, and reports that after the BYE', async () => {
    const events = refer();
    await card().waitFor();
    const incoming = platform.incoming();
    await page.keyboard.press('f');
    (await incoming).ring();
    await heard(events, 'accepted 202', '100', '180');
    session.hangUp();
    await headline(/hung up .* before Billing had answered\./);
    await headline('The call to Billing was given up.');
    await vi.waitFor(() => expect(wire()).toContain('> CANCEL'));
    await heard(events, 'accepted 202', '100', '180', '487 terminated');
    const order = wire().filter((line) => /BYE|NOTIFY 487/.test(line));
    expect(order.toSorted()).toEqual(['< BYE', '> 200 BYE', '> NOTIFY 487']);
    // The ACK of the call that was given up may come before the answer or after it.
    await vi.waitFor(() => expect(wire().slice(wire().indexOf('> NOTIFY 487'))).toContain('< 200 NOTIFY'));
  });

  it('T14: reports 487 when the operator cancels the new call, and goes back to the old one', async () => {
    const events = refer();
    await card().waitFor();
    const incoming = platform.incoming();
    await page.keyboard.press('f');
    (await incoming).ring();
    await headline('Billing is ringing.');
    await page.keyboard.press('F4');
    await heard(events, 'accepted 202', '100', '180', '487 terminated');
    await headline(/You gave up calling Billing\. You are still on the call with/);
    await page.getByText('Talking').first().waitFor();
  });

  it.each([
    ['Follow at once', 'accepted 202'],
    ['Always decline', 'refused 603'],
  ])('T14: asks nobody when the setting is "%s"', async (setting, outcome) => {
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('menuitemradio', { name: setting }).click();
    const events = refer();
    await vi.waitFor(() => expect(events.events[0]).toBe(outcome));
    expect(await card().getByRole('button', { name: 'Follow' }).count()).toBe(0);
  });

  it('wants no subscription, gets none: RFC 4488', async () => {
    const events = refer(TARGET, [['Refer-Sub', 'false']]);
    await card().waitFor();
    const incoming = platform.incoming();
    await page.keyboard.press('f');
    await (await incoming).answer();
    await vi.waitFor(() => expect(wire()).toContain('> BYE'));
    expect(events.events).toEqual(['accepted 202']);
    expect(sentByConsole('NOTIFY')).toEqual([]);
  });

  it('goes on, and releases the old call, when the other side answers every report with 481', async () => {
    refer();
    await card().waitFor();
    session.dispose();
    const incoming = platform.incoming();
    await page.keyboard.press('f');
    const target = await incoming;
    await card().getByText('481 to NOTIFY').waitFor();
    await target.answer();
    await vi.waitFor(() => expect(wire()).toContain('> BYE'));
    expect(sentByConsole('NOTIFY')).toHaveLength(1);
  });

  it('T14: accepts for an operator who does not decide in time, and reports 603 when the answer is no after all', async () => {
    await page.clock.install();
    const events = refer();
    await card().waitFor();
    await page.clock.fastForward(19_000);
    expect(events.events).toEqual([]);
    await page.clock.fastForward(1500);
    await heard(events, 'accepted 202', '100');
    await card().getByRole('button', { name: 'Decline' }).click();
    await heard(events, 'accepted 202', '100', '603 terminated');
    await headline(/You declined to move to Billing \(603\)/);
  });

  it('says that the request has run out when nobody decides, and ends the subscription as timed out', async () => {
    await page.clock.install();
    const events = refer();
    await card().waitFor();
    await page.clock.fastForward(21_000);
    await heard(events, 'accepted 202', '100');
    await page.clock.fastForward(300_000);
    await heard(events, 'accepted 202', '100', '100 terminated', 'ended timeout');
    await headline(/the request to move to Billing has run out/);
    expect(await card().getByRole('button', { name: 'Follow' }).count()).toBe(0);
    expect(wire()).not.toContain('> INVITE');
  });

  it('loses no REFER that comes with the answer to our own call', async () => {
    await page.keyboard.press('F4');
    await page.keyboard.press('F9');
    await page.getByRole('combobox', { name: 'Number to call' }).fill(IVR);
    const incoming = platform.incoming();
    await page.keyboard.press('Enter');
    const call = await incoming;
    await call.answer();
    const events = refer(TARGET, [], call.session);
    await card().getByRole('button', { name: 'Decline' }).click();
    await heard(events, 'refused 603');
  });

  it('refuses what cannot be followed at once, and another REFER while one is open with 491', async () => {
    const malformed = refer('<sip:a@b?X-A=1%0d%0aFrom:%20evil>');
    await heard(malformed, 'refused 400');
    await page
      .getByRole('article')
      .getByText(/was refused \(400 Malformed Header/)
      .waitFor();
    refer();
    await card().getByRole('button', { name: 'Follow' }).waitFor();
    await heard(refer(), 'refused 491');
    await card().getByRole('button', { name: 'Follow' }).waitFor();
  });
});
