/**
 * Names and sentences from outside, made safe to be written into others: a name may hold controls that turn a line
 * round (U+202E), or letters that run from right to left. It is cleaned once, where it comes in.
 */

/** Controls, marks of direction, and what has no width; joiners stay, emoji and Persian need them. */
const UNSEEN = /[\p{Cc}\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF]/gu;
/** Embeddings, overrides and isolates (UAX #9 §2.1–2.4). */
const DIRECTION = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;
/** Letters that run from right to left: Hebrew, Arabic, Syriac, Thaana, N'Ko and what follows them. */
const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

/** Without what nobody sees; isolated (U+2068 … U+2069) if it would turn round the sentence that it stands in. */
export function cleanName(name: string): string {
  const seen = name.replace(UNSEEN, '').trim();
  return RIGHT_TO_LEFT.test(seen) ? `\u2068${seen}\u2069` : seen;
}

/** Letters of a name that a sentence has room for: what it says about them must stay in sight. */
const LETTERS_IN_SENTENCE = 40;

/** For a sentence; the whole name stands where the call, the record or the person does. */
export function clipName(name: string): string {
  const letters = [...new Intl.Segmenter().segment(name.replace(DIRECTION, ''))];
  if (letters.length <= LETTERS_IN_SENTENCE) return name;
  const cut = letters.slice(0, LETTERS_IN_SENTENCE - 1).map(({ segment }) => segment);
  return cleanName(`${cut.join('').trimEnd()}…`);
}

/** A sentence without what would turn it round. */
export function cleanWords(words: string): string {
  return words.replace(DIRECTION, '');
}

/** What to look at as evidence: each mark of direction as its number. */
export function showDirection(text: string): string {
  return text.replace(DIRECTION, (mark) => `‹U+${mark.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}›`);
}

const CLEANERS: Readonly<Record<string, (text: string) => string>> = {
  name: cleanName,
  fromName: cleanName,
  toName: cleanName,
  title: cleanWords,
  willDo: cleanWords,
  says: cleanWords,
  problem: cleanWords,
  fix: cleanWords,
};

/** The same, with clean names and sentences wherever they stand in it; the same object when there was nothing to clean. */
export function withCleanNames<T>(value: T): T {
  return clean(value, '') as T;
}

function clean(value: unknown, key: string): unknown {
  if (typeof value === 'string') return CLEANERS[key]?.(value) ?? value;
  if (Array.isArray(value)) {
    const items: unknown[] = value.map((item) => clean(item, ''));
    return items.every((item, index) => item === value[index]) ? (value as unknown) : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  const changed = Object.entries(value)
    .map(([name, part]: [string, unknown]): [string, unknown] => [name, cleanPart(value, name, part)])
    .filter(([name, part]) => part !== (value as Record<string, unknown>)[name]);
  return changed.length === 0 ? value : { ...value, ...Object.fromEntries(changed) };
}

/** The text of a message is evidence and stays; what an arrow or a lifeline says does not. */
function cleanPart(owner: object, name: string, part: unknown): unknown {
  if (typeof part === 'string' && name === 'label') return 'role' in owner ? cleanName(part) : cleanWords(part);
  if (typeof part === 'string' && name === 'text') return 'severity' in owner ? cleanWords(part) : part;
  return clean(part, name);
}
