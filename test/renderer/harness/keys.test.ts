/** One press, one effect: held and doubled keys, input methods, other layouts, and what works while a window is open. */
import { describe, expect, it } from 'vitest';
import { scriptedConsole } from './scripted-console.ts';

const the = scriptedConsole();
const { open, drive } = the;

const asked = async (...verbs: string[]) =>
  (await drive((harness) => harness.phone.asked)).filter(([verb]) => verbs.includes(verb));

async function holdDown(key: string): Promise<void> {
  for (let times = 0; times < 6; times += 1) await the.page.keyboard.down(key);
  await the.page.keyboard.up(key);
}

/** A key as another keyboard or an input method gives it. */
function dispatch(init: Record<string, string | number | boolean>): Promise<void> {
  return the.page.evaluate((given) => {
    const target = document.activeElement ?? document.body;
    target.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...given }));
  }, init);
}

describe('a key that is held down, or pressed twice', () => {
  it('F7 mutes, F6 holds, F3 answers one of two, F4 hangs up one', async () => {
    await open('talking');
    await holdDown('F7');
    await holdDown('F6');
    expect(await asked('mute', 'hold')).toEqual([
      ['mute', 'dana', true],
      ['hold', 'dana', true],
    ]);
    await open('second-call');
    await holdDown('F3');
    await the.page.keyboard.press('F3');
    expect(await asked('answer')).toEqual([
      ['answer', 'dana'],
      ['answer', 'priya'],
    ]);
    await holdDown('F4');
    await the.page.keyboard.press('F4');
    expect(await asked('hangUp')).toEqual([['hangUp', 'priya']]);
  });

  it('Enter takes the only person who fits, and sends nothing while it is held', async () => {
    await open('talking');
    await the.page.keyboard.press('F8');
    await the.page.keyboard.type('night');
    await holdDown('Enter');
    await expect.poll(() => the.page.inputValue('#transfer-target')).toBe('+14155550486');
    await drive((harness) => harness.settle());
    expect(await asked('refer')).toEqual([]);
  });

  it('a double click answers one caller, whoever the button names after the first', async () => {
    await open('second-call');
    await the.page
      .getByRole('toolbar', { name: 'Call' })
      .getByRole('button', { name: /^Answer Priya/ })
      .dblclick();
    expect((await asked('answer')).slice(1)).toEqual([['answer', 'priya']]);
  });
});

describe('an input method', () => {
  it.each([
    ['by isComposing', { key: 'Enter', code: 'Enter', isComposing: true }],
    ['by key code 229', { key: 'Enter', code: 'Enter', keyCode: 229 }],
  ])('keeps the Enter that confirms a word, told %s: no REFER', async (_, key) => {
    await open('talking');
    await the.page.keyboard.press('F8');
    await the.page.keyboard.insertText('+14155551234');
    await dispatch(key);
    await drive((harness) => harness.settle());
    expect(await asked('refer')).toEqual([]);
    await the.page.keyboard.press('Enter');
    await expect.poll(() => asked('refer')).toHaveLength(1);
  });

  it('keeps every other key while it composes', async () => {
    await open('talking');
    await dispatch({ key: 'F4', code: 'F4', isComposing: true });
    await dispatch({ key: 'Process', code: 'Digit1', keyCode: 229 });
    expect(await asked('hangUp')).toEqual([]);
  });
});

it('reads letters and digits of other keyboards by their place', async () => {
  await open('transfer-busy');
  await dispatch({ key: 'к', code: 'KeyR' });
  await expect.poll(() => asked('refer')).toHaveLength(2);
  await open('second-call');
  await dispatch({ key: '"', code: 'Digit3' });
  await the.page.getByRole('heading', { name: '+49 3090 1820' }).waitFor();
  await open('idle');
  await dispatch({ key: '#', code: 'Digit3', modifierAltGraph: true, ctrlKey: true, altKey: true });
  expect(await the.page.inputValue('#dial-number')).toBe('#');
});

describe('while a window is open', () => {
  it('a call can be answered, held, muted and ended from the settings, and nothing else happens behind them', async () => {
    await open('second-call');
    await drive((harness) => harness.store.getState().showSettings(true));
    await the.page.getByRole('dialog').waitFor();
    for (const key of ['F8', 'F9', 'n', '3']) await the.page.keyboard.press(key);
    expect(await drive(({ store }) => [store.getState().draft, store.getState().sideTab])).toEqual([
      undefined,
      'directory',
    ]);
    expect(await drive(({ store }) => store.getState().selectedLineId)).toBe('dana');
    await the.page.keyboard.press('F7');
    await the.page.keyboard.press('F3');
    await drive((harness) => harness.advance(1000));
    await the.page.keyboard.press('Shift+F4');
    await the.page.keyboard.press('F4');
    expect(await asked('mute', 'hold', 'answer', 'hangUp')).toEqual([
      ['answer', 'dana'],
      ['mute', 'dana', true],
      ['hold', 'dana', true],
      ['answer', 'priya'],
      ['hangUp', 'unknown'],
      ['hangUp', 'priya'],
    ]);
  });

  it('F4 does not answer the question that it has asked', async () => {
    await open('transfer-ringing');
    await the.page.keyboard.press('F4');
    await the.page.getByRole('dialog', { name: 'Drop Dana Whitfield?' }).waitFor();
    await the.page.keyboard.press('F4');
    await the.page.keyboard.press('F8');
    expect(await asked('hangUp')).toEqual([]);
    await the.page.keyboard.press('F6');
    expect(await asked('hold')).toEqual([['hold', 'dana', true]]);
  });
});

describe('lines', () => {
  it('a ringing row has Answer and Decline, which leave the call that is on', async () => {
    await open('second-call');
    const lines = the.page.getByRole('navigation', { name: 'Lines' });
    await lines.getByRole('button', { name: 'Decline +49 3090 1820' }).click();
    expect(await asked('hangUp')).toEqual([['hangUp', 'unknown']]);
    await the.page.getByRole('heading', { name: 'Dana Whitfield' }).waitFor();
    await lines.getByRole('button', { name: /^Answer Priya/ }).click();
    await the.page.getByRole('heading', { name: /^Priya/ }).waitFor();
  });

  it('what ended leaves the keys to the call that goes on, and its verdict stays to be read', async () => {
    await open('transfer-ringing');
    await drive(async (harness) => {
      harness.phone.ring('priya', '+14155550190', '');
      harness.phone.step('dana', { kind: 'notify', status: 200, reason: 'OK', terminated: true });
      await harness.store.getState().answer('priya');
      harness.phone.end('dana', { by: 'them', method: 'BYE' });
      harness.advance(1000);
    });
    await the.page.getByRole('heading', { name: /^Priya/ }).waitFor();
    await the.page.getByText(/^Billing answered after .*Your line was released\.$/).waitFor();
    await the.page.keyboard.press('F7');
    expect(await asked('mute')).toEqual([['mute', 'priya', true]]);
    await the.page.getByRole('button', { name: 'Close this transfer' }).click();
    await the.page.getByRole('tab', { name: 'Recent' }).click();
    await the.page
      .getByRole('list', { name: 'Recent calls' })
      .getByText(/^Billing answered after/)
      .waitFor();
  });

  it('missed calls are counted until the list is opened, and can be called back', async () => {
    await open('missed');
    await the.page.getByRole('tab', { name: /Recent.*1 missed/ }).click();
    await the.page.getByRole('tab', { name: /^Recent$/ }).waitFor();
    await the.page.getByRole('button', { name: 'Call Dana Whitfield back' }).click();
    expect(await asked('dial')).toEqual([['dial', '+14155550187']]);
    await open('idle');
    await the.page.getByRole('tab', { name: 'Recent' }).click();
    await the.page.getByText('No calls yet').waitFor();
  });
});
