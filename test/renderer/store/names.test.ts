import { expect, it } from 'vitest';
import { cleanName, cleanWords, clipName, showDirection, withCleanNames } from '../../../src/renderer/store/names.ts';
import { endWords, lineTitle } from '../../../src/renderer/store/words.ts';
import { flush, scripted } from './scripted.ts';

const OVERRIDE = '\u202E';

it('O12: a name loses what turns a line round, controls and what has no width', () => {
  expect(cleanName(`Dana${OVERRIDE} ecivreS\u2066\u0007\n`)).toBe('Dana ecivreS');
  expect(cleanName('\u200FDana\uFEFF\u200B')).toBe('Dana');
});

it('O12: a name that runs from right to left is isolated, others stay as they are', () => {
  expect(cleanName('דנה לוי')).toBe('\u2068דנה לוי\u2069');
  expect(cleanName('دانا')).toBe('\u2068دانا\u2069');
  expect(cleanName('Дана 山田 👩‍💻')).toBe('Дана 山田 👩‍💻');
});

it('O12: a sentence keeps its words alone, evidence shows the marks', () => {
  expect(cleanWords(`Busy ${OVERRIDE}(684)`)).toBe('Busy (684)');
  expect(showDirection(`a${OVERRIDE}b`)).toBe('a‹U+202E›b');
});

it('O12: what needs no cleaning is the same object, what does is changed there alone', () => {
  const clean = { type: 'callChanged', call: { from: { name: 'Dana', number: '+1' }, legs: [{ name: 'Lab' }] } };
  expect(withCleanNames(clean)).toBe(clean);
  const message = { seq: 1, cseq: '1 INVITE', label: `486 ${OVERRIDE}Busy`, text: `SIP/2.0 486 ${OVERRIDE}Busy` };
  expect(withCleanNames({ message })).toEqual({ message: { ...message, label: '486 Busy' } });
});

it('O12: no sentence of the console is turned round by who calls', async () => {
  const { store, phone, contract } = await scripted();
  const [first, ...others] = contract.people;
  contract.people = [{ ...first!, name: `${OVERRIDE}Billing` }, ...others];
  contract.emit({ type: 'directoryChanged', directory: contract.people });
  phone.ring('dana', '+14155550111', `Dana${OVERRIDE}`);
  await flush();
  const { lines, directory, said } = store.getState();
  expect(lineTitle(lines['dana']!, directory)).toBe('Dana');
  expect(lineTitle({ name: '', number: first!.number }, directory)).toBe('Billing');
  expect(said?.text).not.toContain(OVERRIDE);
  phone.ring('levi', '+14155550112', 'דנה לוי');
  expect(store.getState().said?.text).toContain('\u2068דנה לוי\u2069');
  phone.end('levi', { by: 'them', method: 'CANCEL' });
  const { lines: after } = store.getState();
  if (after['levi']) expect(endWords(after['levi'], lineTitle(after['levi'], directory))).not.toContain(OVERRIDE);
});

it('O12: a sentence has room for a part of a long name, cut between letters', () => {
  expect(clipName('Dana Whitfield')).toBe('Dana Whitfield');
  expect(clipName('W'.repeat(200))).toBe(`${'W'.repeat(39)}…`);
  expect(clipName('👩‍💻'.repeat(50))).toBe(`${'👩‍💻'.repeat(39)}…`);
  expect(clipName(cleanName('ד'.repeat(60)))).toBe(`\u2068${'ד'.repeat(39)}…\u2069`);
});
