/** What a key press means, on keyboards of other countries and with input methods. */
import { expect, it } from 'vitest';
import { isComposed, keyName, type KeyPress } from '../../../src/renderer/features/keys/press.ts';

function press(key: string, code: string, more: Partial<KeyPress> & { altGraph?: boolean } = {}): KeyPress {
  const plain = { keyCode: 0, repeat: false, isComposing: false, shiftKey: false, ctrlKey: false };
  const { altGraph = false, ...rest } = more;
  const getModifierState = (modifier: string) => modifier === 'AltGraph' && altGraph;
  return { key, code, ...plain, altKey: false, metaKey: false, getModifierState, ...rest };
}

it.each([
  ['F3', press('F3', 'F3'), 'F3'],
  ['Shift+F4, which is not F4', press('F4', 'F4', { shiftKey: true }), 'Shift+F4'],
  ['Ctrl+F4, which is the browser’s', press('F4', 'F4', { ctrlKey: true }), undefined],
  ['Alt+F4', press('F4', 'F4', { altKey: true }), undefined],
  ['Esc', press('Escape', 'Escape'), 'Escape'],
  ['r', press('r', 'KeyR'), 'R'],
  ['R with Caps Lock', press('R', 'KeyR'), 'R'],
  ['Ctrl+R, which reloads', press('r', 'KeyR', { ctrlKey: true }), undefined],
  ['the key R on a Russian keyboard', press('к', 'KeyR'), 'R'],
  ['the key N on a Greek keyboard', press('ν', 'KeyN'), 'N'],
  ['r on a Dvorak keyboard', press('r', 'KeyO'), 'R'],
  ['1 of the upper row', press('1', 'Digit1'), '1'],
  ['the key 1 of a French keyboard', press('&', 'Digit1'), '1'],
  ['the key 2 of a French keyboard', press('é', 'Digit2'), '2'],
  ['the key 0 of a French keyboard', press('à', 'Digit0'), '0'],
  ['Shift and 1 on a French keyboard', press('1', 'Digit1', { shiftKey: true }), '1'],
  ['! on an American keyboard', press('!', 'Digit1', { shiftKey: true }), undefined],
  ['# on an American keyboard', press('#', 'Digit3', { shiftKey: true }), '#'],
  ['# of a German keyboard', press('#', 'Backslash'), '#'],
  ['# by AltGr on Linux', press('#', 'Digit3', { altGraph: true }), '#'],
  ['# by AltGr on Windows', press('#', 'Digit3', { altGraph: true, ctrlKey: true, altKey: true }), '#'],
  ['# by Option on a Mac', press('#', 'Digit3', { altKey: true }), '#'],
  ['a letter by AltGr', press('ř', 'KeyR', { altGraph: true }), undefined],
  ['an F-key by AltGr', press('F4', 'F4', { altGraph: true }), undefined],
  ['/ above the 7 of a German keyboard', press('/', 'Digit7', { shiftKey: true }), '/'],
  ['5 of the number pad', press('5', 'Numpad5'), '5'],
  ['* of the number pad', press('*', 'NumpadMultiply'), '*'],
  ['5 of the number pad without Num Lock', press('Clear', 'Numpad5'), undefined],
  ['an arrow of the number pad', press('ArrowDown', 'Numpad2'), undefined],
  ['a dead key', press('Dead', 'BracketLeft'), undefined],
  ['Cmd+R', press('r', 'KeyR', { metaKey: true }), undefined],
  ['a key that an input method has', press('Process', 'KeyR', { keyCode: 229 }), undefined],
  ['F7 while an input method composes', press('F7', 'F7', { isComposing: true }), undefined],
] as const)('%s', (_, event, name) => {
  expect(keyName(event)).toBe(name);
});

it('knows the Enter that confirms a word: in Chromium by isComposing, in Safari by key code 229', () => {
  expect(isComposed(press('Enter', 'Enter', { isComposing: true }))).toBe(true);
  expect(isComposed(press('Enter', 'Enter', { keyCode: 229 }))).toBe(true);
  expect(isComposed(press('Enter', 'Enter', { keyCode: 13 }))).toBe(false);
});
