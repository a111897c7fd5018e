/** A call is noticed: before the first click, in another window, and without a microphone. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BILLING, DANA, startConsole, type ConsoleFixture } from './console-fixture.ts';

let fixture: ConsoleFixture;

beforeAll(async () => {
  // Every other test lets the page play sound at once. People's browsers do not.
  fixture = await startConsole({}, undefined, ['--autoplay-policy=document-user-activation-required']);
});
afterAll(() => fixture.close());

const ring = async () => {
  const { host } = fixture;
  const response = await fetch(`${host.url}/api/calls`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${host.token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ from: DANA.number, to: '+14155550100' }),
  });
  expect(response.status).toBe(201);
};

/**
 * What playwright asks of a page counts as a gesture of its user, so the page tells by itself: the note that it cannot
 * be heard, its title, and whether its sound runs.
 */
async function untouched(microphone: boolean): Promise<{ page: Page; told: string[] }> {
  const { host } = fixture;
  await fixture.page.goto('about:blank');
  const page = await fixture.page.context().newPage();
  const told: string[] = [];
  page.on('console', (message) => told.push(message.text()));
  await page.addInitScript((allowed) => {
    if (!allowed) {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
    }
    const Real = window.AudioContext;
    window.AudioContext = class extends Real {
      constructor(options?: AudioContextOptions) {
        super(options);
        this.addEventListener('statechange', () => console.log(`sound is ${this.state}`));
      }
    };
    let last = '';
    setInterval(() => {
      const note = /Click anywhere[^\n]*/.exec(document.body?.innerText ?? '')?.[0] ?? 'no note';
      const ready = /Line ready/.test(document.body?.innerText ?? '') ? 'ready' : 'not ready';
      const now = `${note}, ${ready}, ${document.title}`;
      if (now !== last) console.log(now);
      last = now;
    }, 50);
  }, microphone);
  await page.goto(`${host.url}/#token=${host.token}`);
  return { page, told };
}

const RINGING = '☎ Dana Reyes is calling · Patchcord';

it('rings before anybody has touched the page, where the microphone is open', async () => {
  const { page, told } = await untouched(true);
  await expect.poll(() => told, { timeout: 15_000 }).toContain('no note, ready, Patchcord');
  await expect.poll(() => told, { timeout: 15_000 }).toContain('sound is running');
  await ring();
  await expect.poll(() => told.at(-1), { timeout: 15_000 }).toBe(`no note, ready, ${RINGING}`);
  await page.keyboard.press('Shift+F4');
  await expect.poll(() => told.at(-1), { timeout: 5000 }).toBe('no note, ready, Patchcord');
  await page.close();
});

it('says that the browser plays no ring before a click, and rings after it', async () => {
  const { page, told } = await untouched(false);
  const last = () => told.findLast((text) => text.includes('Patchcord'));
  await expect.poll(last, { timeout: 15_000 }).toBe('Click anywhere, so that calls can ring, ready, Patchcord');
  await ring();
  await expect.poll(last, { timeout: 15_000 }).toBe(`Click anywhere to hear it ring, ready, ${RINGING}`);
  expect(told).not.toContain('sound is running');
  await page.mouse.click(640, 300);
  await expect.poll(last, { timeout: 5000 }).toBe(`no note, ready, ${RINGING}`);
  expect(told).toContain('sound is running');
  await page.keyboard.press('Shift+F4');
  await expect.poll(last, { timeout: 5000 }).toBe('no note, ready, Patchcord');
  await page.close();
});

it('notifies while another window has the focus, and withdraws it with the call', async () => {
  const { page, host, open } = fixture;
  await page.context().grantPermissions(['microphone', 'notifications'], { origin: host.url });
  await page.addInitScript(() => {
    const shown: { title: string; body: string; closed: boolean }[] = [];
    Object.assign(window, { shown });
    document.hasFocus = () => false;
    class Recorded extends EventTarget {
      static readonly permission = 'granted';
      readonly note: (typeof shown)[number];
      constructor(title: string, { body = '' }: NotificationOptions = {}) {
        super();
        this.note = { title, body, closed: false };
        shown.push(this.note);
      }
      close(): void {
        this.note.closed = true;
      }
    }
    Object.assign(window, { Notification: Recorded });
  });
  await page.goto('about:blank');
  await open();
  await ring();
  const shown = () => page.evaluate(() => (window as unknown as { shown: { title: string; closed: boolean }[] }).shown);
  await expect.poll(shown).toMatchObject([{ title: 'Dana Reyes is calling', closed: false }]);
  await page.keyboard.press('F3');
  await page.getByText('Talking').first().waitFor();
  expect(await shown()).toMatchObject([{ closed: true }]);
  await page.keyboard.press('F4');
});

it('says that nothing comes from a microphone that is not allowed, and draws no arrow from it', async () => {
  const { page, open } = fixture;
  await page.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
  });
  await page.goto('about:blank');
  await open();
  await page.getByText('The microphone is not allowed').waitFor();
  await ring();
  await page.getByText('Ringing').first().waitFor();
  await page.keyboard.press('F3');
  await page.getByText('No sound from you').first().waitFor();
  const map = page.getByRole('figure', { name: 'Who hears whom' });
  await map.getByText('Dana Reyes hears nobody.').waitFor({ state: 'attached' });
  await map.getByText('Nothing comes from your microphone: microphone not allowed.').waitFor({ state: 'attached' });
  await map.getByText('You hear Dana Reyes.').waitFor({ state: 'attached' });
  await page.keyboard.press('F4');
});

it('O11: calls what people paste, presses the extension after the answer, and redials', async () => {
  const { page } = fixture;
  await page.keyboard.press('F9');
  const field = page.locator('#dial-number');
  const check = page.locator('#dial-check');
  await field.fill('911');
  await check.getByText('911 is an emergency number').waitFor();
  await page.keyboard.press('Enter');
  await field.fill('tel:+1-415-555-9999');
  await check.getByText('Nobody has this number here: the call will fail (404).').waitFor();
  await page.keyboard.press('Enter');
  await page
    .getByText(/does not exist \(404\)/)
    .first()
    .waitFor();
  expect(await field.inputValue()).toBe('tel:+1-415-555-9999');
  await field.fill('（４１５）\u00a0555-1234 ext. 5');
  await check.getByText('Then 5 is pressed, 2 s after the answer.').waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: BILLING.name }).waitFor();
  await page.getByText('No sound from you').first().waitFor();
  expect(await field.inputValue()).toBe('');
  await page.keyboard.press('F4');
  await field.focus();
  await page.keyboard.press('Enter');
  expect(await field.inputValue()).toBe('（４１５）\u00a0555-1234 ext. 5');
});
