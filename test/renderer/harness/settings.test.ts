/** The settings screen in a real browser, over a scripted trunk: keys, names, problems at their fields, layout. */
import type { Dialog, Page } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { scriptedConsole } from './scripted-console.ts';

const scripted = scriptedConsole();
const { problems, open, drive } = scripted;
let page: Page;

beforeAll(() => {
  page = scripted.page;
});
beforeEach(() => open('settings'));

const screen = () => page.getByRole('dialog', { name: 'Trunk settings' });
const tab = (name: string) => page.getByRole('tab', { name }).click();
const button = (name: string) => screen().getByRole('button', { name, exact: true });
const status = () => screen().getByRole('status').innerText();

/** What the trunk was asked to change. */
const patches = () =>
  drive(({ contract }) =>
    contract.asked.filter(([name]) => name === 'settings.set').map(([, request]): unknown => request),
  );

describe('the settings screen', { timeout: 30_000 }, () => {
  it('opens from the menu, changes the provider and saves by the keyboard alone', async () => {
    await open('idle');
    await page.getByRole('button', { name: 'Settings' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Trunk settings' }).waitFor();
    await page.keyboard.press('Enter');
    await screen().waitFor();
    await page.getByRole('tab', { name: 'Profile' }).focus();
    await page.getByLabel('Plivo').focus();
    await page.keyboard.press('ArrowDown');
    expect(await status()).toBe('Provider: Plivo → Sinch');
    await button('Save').focus();
    await page.keyboard.press('Enter');
    await screen().getByText('Saved.').waitFor();
    expect(await status()).toBe('Saved. Provider: Plivo → Sinch');
    expect(await patches()).toEqual([{ patch: { provider: 'sinch' } }]);
    await page.keyboard.press('Escape');
    await screen().waitFor({ state: 'detached' });
    expect(problems).toEqual([]);
  });

  it('shows what the trunk finds wrong at the field, in the section where it stands', async () => {
    await page.getByRole('textbox', { name: 'Domain' }).fill('nodot');
    await tab('Limits');
    await page.getByLabel('Ring time').fill('ten');
    await button('Save').click();
    const domain = page.getByRole('textbox', { name: 'Domain' });
    await domain.waitFor();
    expect(await domain.getAttribute('aria-invalid')).toBe('true');
    const says = await domain.getAttribute('aria-describedby');
    expect(await page.locator(`[id="${says}"]`).innerText()).toMatch(/^Must be a host name/);
    expect(await page.getByRole('tab', { name: 'Limits' }).innerText()).toContain('1 wrong');
    expect(await status()).toBe('Nothing was saved: the trunk found 2 problems.');
    await domain.fill('new.example.test');
    expect(await domain.getAttribute('aria-invalid')).toBe('false');
  });

  it('asks before it throws away what was typed', async () => {
    await page.getByRole('textbox', { name: 'Domain' }).fill('new.example.test');
    await page.keyboard.press('Escape');
    await button('Discard and close').waitFor();
    expect(await status()).toContain('Not saved yet: Domain: demo.zt.patchcord.test → new.example.test');
    await button('Go on editing').click();
    expect(await page.getByRole('textbox', { name: 'Domain' }).inputValue()).toBe('new.example.test');
    // W9: the question is never answered by a second press of the same key.
    for (let presses = 0; presses < 5; presses++) await page.keyboard.press('Escape');
    await button('Discard and close').waitFor();
    expect(await page.getByRole('textbox', { name: 'Domain' }).inputValue()).toBe('new.example.test');
    await button('Discard and close').click();
    await screen().waitFor({ state: 'detached' });
    expect(await patches()).toEqual([]);
  });

  it('W9: asks before a reload throws away what was typed, and only then', async () => {
    const asked: string[] = [];
    const answer = (dialog: Dialog) => {
      asked.push(dialog.type());
      void dialog.dismiss();
    };
    page.on('dialog', answer);
    const domain = page.getByRole('textbox', { name: 'Domain' });
    await domain.fill('new.example.test');
    await page.evaluate(() => location.reload());
    await expect.poll(() => asked).toEqual(['beforeunload']);
    expect(await domain.inputValue()).toBe('new.example.test');
    await button('Revert').click();
    await page.reload();
    expect(asked).toEqual(['beforeunload']);
    page.off('dialog', answer);
  });

  it('W9: shows who rings over the settings, answers by F3, and keeps what was typed', async () => {
    const domain = page.getByRole('textbox', { name: 'Domain' });
    await domain.fill('new.example.test');
    await drive(({ phone }) => phone.ring('dana', '+14155550187', 'Dana Whitfield'));
    const bar = screen().getByRole('region', { name: 'Incoming call' });
    await bar.getByText('Dana Whitfield rings').waitFor();
    expect(await bar.getByRole('button').allInnerTexts()).toEqual(['Answer\nF3', 'Decline\nF4']);
    await domain.focus();
    await page.keyboard.press('F3');
    await screen().waitFor({ state: 'detached' });
    await page.getByRole('region', { name: 'Call' }).getByText('Dana Whitfield').first().waitFor();
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('menuitem', { name: 'Trunk settings… (not saved yet)' }).click();
    expect(await domain.inputValue()).toBe('new.example.test');
    expect(await status()).toBe('Domain: demo.zt.patchcord.test → new.example.test');
    expect(problems).toEqual([]);
  });

  it('W9: declines over the settings by F4 and by the button, and stays open', async () => {
    const ring = (id: string) => drive(({ phone }, line) => phone.ring(line, '+14155550187', 'Dana Whitfield'), id);
    const bar = screen().getByRole('region', { name: 'Incoming call' });
    await ring('one');
    await bar.waitFor();
    await page.getByRole('textbox', { name: 'Domain' }).focus();
    await page.keyboard.press('F4');
    await bar.waitFor({ state: 'detached' });
    await ring('two');
    await bar.getByRole('button', { name: 'Decline Dana Whitfield' }).click();
    await bar.waitFor({ state: 'detached' });
    expect(await screen().isVisible()).toBe(true);
  });

  it('W9: says where the settings are kept, saves to a file on request, and asks before it writes over another', async () => {
    const store = (state: 'saved' | 'unsaved' | 'failed' | 'conflict', given: boolean, problem?: string) =>
      drive(({ contract }, storage) => contract.settings.store({ file: '/etc/trunk.json', notices: [], ...storage }), {
        state,
        given,
        ...(problem === undefined ? {} : { problem }),
      });
    await store('saved', false);
    await screen().getByText('Kept in /etc/trunk.json').waitFor();
    await store('unsaved', true);
    await button('Save to trunk.json').click();
    await screen().getByText('Kept in /etc/trunk.json').waitFor();
    await store(
      'conflict',
      true,
      '/etc/trunk.json was changed by somebody else while the trunk ran, and was left alone.',
    );
    expect(await status()).toContain('was changed by somebody else');
    await button('Write over trunk.json').click();
    await screen().getByText('Kept in /etc/trunk.json').waitFor();
    await store('failed', false, 'The disk is full.');
    expect(await status()).toContain('The disk is full.');
    await page.keyboard.press('Escape');
    // And where nobody has opened the settings.
    await page.getByText('The settings are not saved').waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('The settings are not saved').waitFor({ state: 'detached' });
  });

  it('W9: says what was wrong with the file at the start until it is read', async () => {
    await open('idle');
    await drive(({ contract }) =>
      contract.settings.store({
        file: '/data/config.json',
        given: false,
        state: 'saved',
        notices: [
          '/data/config.json: line 3, column 9: expected a value.',
          'It was set aside as /data/config.damaged-1.json.',
        ],
      }),
    );
    await page.getByText('The configuration file could not be used').waitFor();
    expect(await page.getByText('It was set aside as /data/config.damaged-1.json.').isVisible()).toBe(true);
    await page.getByRole('button', { name: 'Got it' }).click();
    await page.getByText('The configuration file could not be used').waitFor({ state: 'detached' });
  });

  it('follows what somebody else changes, and keeps what was typed here', async () => {
    await page.getByRole('textbox', { name: 'Domain' }).fill('typed.test');
    await drive(({ contract }) => contract.settings.change({ provider: 'sinch', domain: 'theirs.test' }));
    await screen().getByText('Domain: theirs.test → typed.test').waitFor();
    expect(await page.getByLabel('Sinch').isChecked()).toBe(true);
  });

  it('never holds a password, and sends only the one that was typed', async () => {
    await tab('Access');
    const password = page.getByLabel('Password');
    expect(await password.inputValue()).toBe('');
    expect(await password.getAttribute('type')).toBe('password');
    await password.fill('hunter2');
    expect(await status()).toBe('User pbx: new password');
    await button('Save').click();
    await screen().getByText('Saved.').waitFor();
    expect(await password.inputValue()).toBe('');
    expect(await patches()).toEqual([{ patch: { auth: { credentials: [{ username: 'pbx', password: 'hunter2' }] } } }]);
  });

  it('finds a country by name and enables it', async () => {
    await tab('Countries');
    await page.getByRole('searchbox').fill('germ');
    await page.getByLabel('Germany').check();
    expect(await status()).toBe('Country added: Germany');
  });

  it('gives a further domain its provider and its numbers', async () => {
    await button('Add a domain').click();
    await page.getByLabel('Name', { exact: true }).fill('two.test');
    await page.getByLabel('Its provider').selectOption('Sinch');
    await page.getByLabel('Its numbers').fill('+14155550101');
    expect(await status()).toBe('Domain added: two.test');
    await button('Save').click();
    await screen().getByText('Saved.').waitFor();
    expect(await patches()).toEqual([
      { patch: { domains: [{ domain: 'two.test', provider: 'sinch', numbers: ['+14155550101'] }] } },
    ]);
  });

  it('records, lets calls wait, and offers fewer algorithms', async () => {
    await tab('Recording');
    await page.getByLabel('Record every call').check();
    await page.getByLabel('Days that recordings are kept').fill('90');
    await tab('Limits');
    expect(await page.getByLabel('Calls that may wait').isDisabled()).toBe(true);
    await page.getByLabel('Calls over the rate').selectOption('wait for their turn');
    await page.getByLabel('Calls that may wait').fill('7');
    await tab('Access');
    await page.getByLabel('SHA-512-256').uncheck();
    await button('Save').click();
    await screen().getByText('Saved.').waitFor();
    expect(await patches()).toMatchObject([
      {
        patch: {
          recording: { trunk: true, keepDays: 90 },
          limits: { overRate: 'queue', queueLength: 7 },
          auth: { algorithms: ['SHA-256', 'MD5'] },
        },
      },
    ]);
    expect(problems).toEqual([]);
  });

  it('adds, changes and removes numbers and parties', async () => {
    await tab('Numbers');
    await button('Add a number').click();
    await page.getByLabel('Number', { exact: true }).last().fill('+14155550199');
    await tab('Parties');
    await button('Remove Lab').click();
    await page.getByLabel('What Billing does').selectOption('Is busy');
    expect((await status()).split('; ')).toEqual([
      'Number added: +1 415 555 0199',
      'Party Billing: Answers → Is busy',
      'Party removed: Lab',
    ]);
  });

  it('lets a number be answered by an application, and dims whom it rang', async () => {
    await tab('Numbers');
    await page.getByRole('textbox', { name: 'TwiML from' }).first().fill('demo');
    expect(await status()).toBe('Number +1 415 555 0100: console → TwiML from demo, by POST');
    const rings = page.getByRole('textbox', { name: 'Rings' }).first();
    expect(await rings.isDisabled()).toBe(true);
    await page.getByLabel('By').first().selectOption('GET');
    await button('Save').click();
    await screen().getByText('Saved.').waitFor();
    expect(await patches()).toMatchObject([
      { patch: { numbers: [{ number: '+14155550100', twiml: 'demo', twimlMethod: 'GET' }, {}] } },
    ]);
  });

  it('takes an auth token, never holds it, and takes it away again', async () => {
    await tab('Twilio');
    const token = page.getByLabel('Auth token', { exact: true });
    expect(await token.getAttribute('type')).toBe('password');
    await token.fill('s3cret');
    expect(await status()).toBe('Auth token: new');
    await button('Save').click();
    await screen().getByText('Saved.').waitFor();
    expect([await token.inputValue(), await token.getAttribute('placeholder')]).toEqual(['', 'unchanged']);
    await button('Take the auth token away').click();
    expect(await status()).toBe('Auth token: taken away');
    await button('Save').click();
    await button('Take the auth token away').waitFor({ state: 'detached' });
    const sent = (await patches()) as { patch: { twilio: { authToken?: unknown } } }[];
    expect(sent.map(({ patch }) => patch.twilio.authToken)).toEqual(['s3cret', null]);
    expect(await page.evaluate(() => JSON.stringify(Object.values(localStorage)))).not.toContain('s3cret');
  });

  it('shows at the field what is wrong with the account', async () => {
    await tab('Twilio');
    const sid = page.getByLabel('Account SID');
    await sid.fill('AC123');
    await page.getByLabel('Transfer mode').selectOption('sip-only');
    await button('Save').click();
    await page.getByText('Must be AC and 32 hexadecimal digits.').waitFor();
    expect(await sid.getAttribute('aria-invalid')).toBe('true');
    expect(await page.getByRole('tab', { name: 'Twilio' }).innerText()).toContain('1 wrong');
  });

  it('names every control and cuts nothing off, at both sizes', async () => {
    for (const size of [
      { width: 1280, height: 800 },
      { width: 1920, height: 1080 },
      { width: 960, height: 640 },
    ]) {
      await page.setViewportSize(size);
      for (const name of ['Profile', 'Numbers', 'Access', 'Countries', 'Limits', 'Recording', 'Parties', 'Twilio']) {
        await tab(name);
        const nameless = await screen()
          .locator('input, select, button')
          .evaluateAll((all) =>
            (all as HTMLInputElement[])
              .filter((each) => each.checkVisibility())
              .filter((each) => !each.labels?.length && !each.getAttribute('aria-label') && !each.innerText.trim())
              .map(({ outerHTML }) => outerHTML),
          );
        const wide = await screen().evaluate((element) => {
          const panels = [...element.querySelectorAll('[role=tabpanel]')];
          return panels.filter((panel) => panel.scrollWidth > panel.clientWidth + 1).length;
        });
        expect({ size, name, nameless, wide }).toEqual({ size, name, nameless: [], wide: 0 });
      }
    }
    expect(problems).toEqual([]);
  });
});
