/** The field to call from and the field to transfer from, by keyboard, in a real browser. */
import { describe, expect, it } from 'vitest';
import { scriptedConsole } from './scripted-console.ts';

const the = scriptedConsole();
const asked = (verb: string) =>
  the.drive((harness) => harness.phone.asked).then((all) => all.filter(([each]) => each === verb));
const press = (...keys: string[]) =>
  keys.reduce((before, key) => before.then(() => the.page.keyboard.press(key)), Promise.resolve());

describe('O11: one field', () => {
  it('O11: calls by name, says what will become of it, and keeps what was typed when it fails', async () => {
    const { page, open, drive } = the;
    await open('idle');
    await press('F9');
    await page.keyboard.type('night');
    await page.getByText('⏎ takes Night desk.').waitFor();
    await press('Enter');
    await page.locator('#dial-check').getByText('Is busy (486).').waitFor();
    await press('Enter');
    expect(await asked('dial')).toEqual([['dial', '+14155550486']]);
    await drive((harness) =>
      harness.phone.end('dialled-1', { by: 'them', method: 'response', status: 486, reason: 'Busy Here' }),
    );
    expect(await page.inputValue('#dial-number')).toBe('+14155550486');
  });

  it('O11: walks through the list, and brings back the last number with Enter', async () => {
    const { page, open, drive } = the;
    await open('idle');
    await press('F9', 'ArrowDown');
    const field = page.locator('#dial-number');
    const active = await field.getAttribute('aria-activedescendant');
    expect(await page.locator(`#${active}`).isVisible()).toBe(true);
    await page.keyboard.press('Enter');
    const number = await field.inputValue();
    expect(number).toMatch(/^\+\d+$/);
    await page.locator('#dial-check svg').waitFor();
    await press('Enter');
    await drive((harness) => harness.phone.establish('dialled-1'));
    await drive((harness) => harness.phone.end('dialled-1', { by: 'them', method: 'BYE' }));
    expect(await field.inputValue()).toBe('');
    await page.getByRole('button', { name: /^Redial / }).waitFor();
    await field.focus();
    await press('Enter');
    expect(await field.inputValue()).toBe(number);
    expect(await asked('dial')).toHaveLength(1);
  });

  it('O11: an Enter that is quicker than the trunk leaves the next key to whom is called', async () => {
    const { page, open, drive } = the;
    await open('idle');
    await press('F9');
    await drive(({ contract }) => {
      const released = new Promise((resolve) => addEventListener('answer-now', resolve, { once: true }));
      const send = contract.send.bind(contract);
      contract.send = (name, request) => released.then(() => send(name, request));
    });
    await page.locator('#dial-number').fill('+14155551234');
    await press('Enter');
    expect(await asked('dial')).toEqual([]);
    await drive(async ({ settle }) => {
      dispatchEvent(new Event('answer-now'));
      await settle();
    });
    expect(await asked('dial')).toEqual([['dial', '+14155551234']]);
    await drive(({ phone }) => phone.establish('dialled-1'));
    await press('1');
    expect(await asked('dtmf')).toEqual([['dtmf', 'dialled-1', '1']]);
    expect(await page.inputValue('#dial-number')).toBe('');
  });

  it('O2: the Enter that confirms a word of an input method sends nothing', async () => {
    const { page, open, drive } = the;
    await open('talking');
    await press('F8');
    await page.keyboard.type('+14155551234');
    await drive(() => {
      const field = document.getElementById('transfer-target')!;
      const enter = { key: 'Enter', bubbles: true, cancelable: true };
      field.dispatchEvent(new KeyboardEvent('keydown', { ...enter, isComposing: true }));
      field.dispatchEvent(new KeyboardEvent('keydown', { ...enter, keyCode: 229 }));
      field.dispatchEvent(new KeyboardEvent('keydown', { ...enter, repeat: true }));
    });
    expect(await asked('refer')).toEqual([]);
    await press('Enter');
    expect(await asked('refer')).toHaveLength(1);
  });
});

it('a target on one of my lines is said so, and a hurried Enter sends nothing', async () => {
  const { page, open, drive } = the;
  await open('talking');
  await press('F6');
  await drive(async (harness) => {
    await harness.store.getState().dial('+14155551234');
    harness.phone.establish('dialled-1');
    harness.store.getState().selectLine('dialled-1');
  });
  await press('F8');
  await page.keyboard.type('dana');
  await press('Enter', 'Enter', 'Enter');
  await page
    .locator('#transfer-check')
    .getByText(/is on line 1, on hold/)
    .waitFor();
  expect(await asked('refer')).toEqual([]);
  await press('Control+Enter');
  expect(await asked('refer')).toEqual([['refer', 'dialled-1', '+14155550187']]);
});

it('says that it cannot be heard before a click, and while it rings where', async () => {
  const { page, open, drive } = the;
  await open('idle');
  await drive((harness) => harness.phone.emit({ type: 'audioChanged', blocked: true }));
  await page.getByText('Click anywhere, so that calls can ring').waitFor();
  await drive((harness) => harness.phone.ring('dana', '+14155550187', 'Dana'));
  await page.getByText('Click anywhere to hear it ring').waitFor();
  await drive((harness) => harness.phone.emit({ type: 'audioChanged', blocked: false }));
  await page.getByText('Click anywhere').waitFor({ state: 'detached' });
});
