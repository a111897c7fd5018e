/** The webhook inspector in a real browser, over a scripted trunk. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { scriptedConsole } from './scripted-console.ts';

const scripted = scriptedConsole();
const { problems, open, drive } = scripted;
let page: Page;

beforeAll(() => {
  page = scripted.page;
});

const pane = () => page.getByRole('region', { name: 'Requests to applications' });
const detail = () => page.getByRole('complementary', { name: 'Details of the request' });
const rows = () =>
  pane()
    .getByRole('row')
    .filter({ has: page.getByRole('gridcell') });

describe('the requests tab', { timeout: 30_000 }, () => {
  it('says how to begin while there is nothing, and leads to the settings', async () => {
    await open('requests-empty');
    await pane().getByRole('heading', { name: 'No requests yet' }).waitFor();
    expect(await pane().innerText()).toContain('Choose the provider Twilio');
    await pane().getByRole('button', { name: 'Trunk settings…' }).click();
    await page.getByRole('dialog', { name: 'Trunk settings' }).waitFor();
  });

  it('offers to call an application that the trunk has', async () => {
    await open('requests-empty');
    await drive(({ contract }) =>
      contract.emit({
        type: 'directoryChanged',
        directory: [
          { number: '+14155550199', name: 'Demo application', kind: 'application', willDo: 'Greets.', canCall: false },
        ],
      }),
    );
    await pane().getByRole('button', { name: 'Call Demo application, +1 415 555 0199' }).click();
    expect(await drive(({ phone }) => phone.asked.filter(([verb]) => verb === 'dial'))).toEqual([
      ['dial', '+14155550199'],
    ]);
  });

  it('shows a request as soon as it is answered', async () => {
    await open('requests-empty');
    await drive(({ contract, now }) =>
      contract.emit({
        type: 'webhookFinished',
        exchange: {
          id: 'live',
          at: now(),
          why: 'voice-url',
          method: 'POST',
          url: 'http://127.0.0.1:9000/voice',
          parameters: [['From', '+14155550187']],
          signed: false,
          attempts: 1,
          redirects: [],
          ms: 12,
          response: { status: 404, contentType: 'text/html', body: '<h1>no</h1>', truncated: false },
        },
      }),
    );
    await rows().first().waitFor();
    expect(await rows().first().innerText()).toContain('404 Not Found');
  });

  it('lists request, reason, people, answer and time, and what was wrong', async () => {
    await open('requests');
    const texts = await rows().allInnerTexts();
    expect(texts).toHaveLength(5);
    expect(texts[3]).toMatch(
      /POST\s+\/moved\s+127\.0\.0\.1:9000\s+Action of a verb\s+Dana Whitfield → \+1 415 555 0102/,
    );
    expect(texts[2]).toContain('13750 Enqueue is not built into this trunk');
    expect(texts[0]).toContain('11205 192.168.7.20 is a private address');
  });

  it('names the people of a SIP address', async () => {
    await open('requests-empty');
    await drive(({ contract, now }) =>
      contract.emit({
        type: 'webhookFinished',
        exchange: {
          id: 'sip',
          at: now(),
          why: 'voice-url',
          method: 'GET',
          url: 'http://127.0.0.1:9000/voice',
          parameters: [
            ['CallerName', 'Front desk'],
            ['From', 'sip:console@demo.zt.patchcord.test'],
            ['To', 'sip:+14155551234@demo.zt.patchcord.test'],
          ],
          signed: true,
          attempts: 1,
          redirects: [],
          ms: 3,
        },
      }),
    );
    await rows().filter({ hasText: 'Front desk → Billing' }).waitFor();
  });

  it('walks by arrow keys, and Esc closes the details', async () => {
    await open('requests');
    await pane().getByRole('grid').focus();
    await page.keyboard.press('End');
    await detail().getByText('http://127.0.0.1:9000/voice?lang=en').waitFor();
    await page.keyboard.press('ArrowUp');
    await detail().getByRole('rowheader', { name: 'NotifySipResponseCode' }).waitFor();
    const sent = await detail().getByRole('table', { name: 'Parameters' }).innerText();
    expect(sent).toMatch(/ReferCallStatus\s+busy/);
    await page.keyboard.press('Escape');
    await detail().waitFor({ state: 'detached' });
  });

  it('shows the answer with its lines numbered, the wrong one marked with the words of the provider', async () => {
    await open('requests-line');
    const marked = detail().getByRole('list', { name: 'Body' }).locator('[aria-current=true]');
    expect(await marked.innerText()).toMatch(/4\s+<Enqueue>support<\/Enqueue>\s+Error 13750, line 4/);
    expect(
      await page.evaluate(() => [window.scrollY, document.body.scrollTop, document.documentElement.scrollTop]),
    ).toEqual([0, 0, 0]);
  });

  it('sends a request again with one click and opens its answer', async () => {
    await open('requests-refer');
    await detail().getByRole('button', { name: 'Send again' }).click();
    await detail().getByText('Sent again').waitFor();
    await expect.poll(() => rows().count()).toBe(6);
    expect(await drive(({ contract }) => contract.asked.filter(([name]) => name === 'webhook.replay'))).toEqual([
      ['webhook.replay', { id: 'w1' }],
    ]);
  });

  it('leads from a short notice on the call to the line of the document', async () => {
    await open('application-note');
    await page.getByRole('tab', { name: 'Ladder' }).click();
    const note = page.getByRole('note', { name: 'Application' });
    expect(await note.innerText()).toContain('Error 13750, line 4');
    await note.getByRole('button', { name: 'Show the request' }).click();
    await detail().locator('[aria-current=true]').getByText('Error 13750, line 4').waitFor();
  });

  it('filters 500 requests by word and by call without keeping more than the visible rows', async () => {
    await open('requests-many');
    expect(await rows().count()).toBeLessThan(40);
    const began = await page.evaluate(() => performance.now());
    await pane().getByRole('searchbox').fill('ReferCallStatus=busy');
    await pane().getByText('100 of 500 requests').waitFor();
    expect((await page.evaluate(() => performance.now())) - began).toBeLessThan(2000);
    await pane().getByRole('combobox', { name: 'Call' }).selectOption({ index: 2 });
    await pane().getByText('2 of 500 requests').waitFor();
    await pane().getByRole('searchbox').fill('no such thing');
    await pane().getByText('No request matches').waitFor();
  });

  it.each([
    'requests',
    'requests-empty',
    'requests-line',
    'requests-failed',
    'application-note',
    'refer-asked',
    'refer-moved',
  ])('gives every control in "%s" a name, and nothing scrolls sideways', async (scene) => {
    await open(scene);
    for (const [width, height] of [
      [1920, 1080],
      [1280, 800],
      [960, 700],
      [380, 720],
    ] as const) {
      await page.setViewportSize({ width, height });
      const found = await page.evaluate(() => {
        const nameless = [...document.querySelectorAll('button, input, select, a, [role=tab], [role=grid]')]
          .filter((element) => element.checkVisibility())
          .filter(
            (element) =>
              !element.getAttribute('aria-label') &&
              !element.textContent?.trim() &&
              !(element as HTMLInputElement).labels?.length,
          )
          .map((element) => element.outerHTML.slice(0, 80));
        const wide = document.documentElement.scrollWidth > window.innerWidth;
        const cut = [...document.querySelectorAll('article, aside[aria-label*=Details] section')]
          .filter((element) => element.checkVisibility() && element.scrollWidth > element.clientWidth + 1)
          .map((element) => element.getAttribute('aria-label'));
        return { nameless, wide, cut };
      });
      expect({ width, ...found }).toEqual({ width, nameless: [], wide: false, cut: [] });
    }
    expect(problems).toEqual([]);
  });
});
