/** The ids of docs/behaviours.json, and how the title of a test names those that it proves. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * @typedef {object} Family
 * @property {string} family
 * @property {Readonly<Record<string, string>>} behaviours what each is, in one sentence
 * @property {Readonly<Record<string, string>>} [shown] words in the title of the test that stands for them all
 * @property {Readonly<Record<string, string>>} [missing] what no test proves yet, where one names the id
 */

/** @type {readonly Family[]} */
export const families = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../../docs/behaviours.json'), 'utf8'),
);

const known = new Set(families.flatMap(({ behaviours }) => Object.keys(behaviours)));

const ID = /\b([A-Z]\d+)\b(?:\s*(?:to|–|-)\s*([A-Z]\d+)\b)?/g;
/** Ids before a colon. */
const LABEL = /(?:^|[>:] )((?:[A-Z]\d+(?:, | and | to |–|-| )?)+)(?=:)/g;
/** These count wherever they stand. Others only in a label: T1 is also a timer of SIP, E164 a number, A1 a cell. */
const ANYWHERE = /^[PSD]/;

/** Ids that a test's title names; `P1 to P7` and `P1–P7` name all between. */
export function idsIn(title) {
  const labels = [...title.matchAll(LABEL)].map(([, label]) => label).join(' ');
  const named = [...title.matchAll(ID)].filter(([id]) => ANYWHERE.test(id)).concat([...labels.matchAll(ID)]);
  const found = new Set();
  for (const [, from, to] of named) {
    const last = to !== undefined && to[0] === from[0] ? Number(to.slice(1)) : Number(from.slice(1));
    for (let number = Number(from.slice(1)); number <= last; number += 1) found.add(`${from[0]}${number}`);
  }
  return [...found].filter((id) => known.has(id));
}

/** What a title says of an id: the part that names it, without the label. */
export function sayingOf(title, id) {
  const parts = title.split(' > ');
  const part = parts.findLast((each) => idsIn(each).includes(id)) ?? title;
  const label = new RegExp(LABEL.source).exec(part);
  const said = label?.index === 0 ? part.slice(label[0].length + 1).trim() : part;
  // A group may have the id, its tests what is proven.
  return part === parts.at(-1) ? said : [said, ...parts.slice(parts.indexOf(part) + 1)].join(' > ');
}
