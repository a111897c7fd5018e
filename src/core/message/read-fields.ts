import { TOKEN, every, isBlank, trimmed } from './chars.ts';
import { knownNameAt } from './header-names.ts';
import { Headers } from './headers.ts';
import type { Lines } from './lines.ts';
import { problem } from './problem.ts';
import type { Problem } from './problem.ts';

/** Header fields, and the first thing that is wrong with them. What is readable is there all the same, to answer with. */
interface Fields {
  headers: Headers;
  flaw: Problem | undefined;
}

const maxFields = 500;

/** Reads the lines that are left as header fields. RFC 3261 §7.3.1. */
export function readFields(lines: Lines): Fields {
  const { text } = lines;
  const names: string[] = [];
  const values: string[] = [];
  let flaw: Problem | undefined;
  // Fields are counted whether or not they are any: each costs a search for its colon.
  for (let count = 0; lines.next(); count++) {
    if (count === maxFields) {
      flaw ??= problem(400, `more than ${maxFields} header fields`);
      break;
    }
    const { start, end } = lines;
    const colon = text.indexOf(':', start);
    const name = colon >= 0 && colon < end ? fieldName(text, start, colon) : undefined;
    let value = trimmed(text, name === undefined ? start : colon + 1, end);
    if (isBlank(lines.peek())) value = unfold(value, lines);
    if (name === undefined) {
      flaw ??= problem(400, 'a header field has no name, or one that is not a token');
    } else {
      names.push(name);
      values.push(value);
    }
  }
  return { headers: Headers.fromParsed(names, values), flaw };
}

/** The canonical name, or undefined when it is none. Blanks before the colon are allowed. */
function fieldName(text: string, start: number, colon: number): string | undefined {
  const known = knownNameAt(text, start, colon);
  if (known !== undefined) return known;
  let end = colon;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  if (end < colon) return fieldName(text, start, end);
  return end > start && every(text, TOKEN, start, end) ? text.slice(start, end) : undefined;
}

/** Adds the continuation lines, each joined by one space. */
function unfold(first: string, lines: Lines): string {
  const parts = [first];
  while (isBlank(lines.peek()) && lines.next()) parts.push(trimmed(lines.text, lines.start, lines.end));
  return parts.filter((part) => part !== '').join(' ');
}
