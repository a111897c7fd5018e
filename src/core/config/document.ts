/**
 * Changes single values in the text of a JSON document and leaves everything else as somebody wrote it: the order of
 * keys, blanks, line ends. The text must be valid JSON. Pure.
 */

import { parseTree, type JsonNode } from './json.ts';

export type Path = readonly (string | number)[];

/** A list of plain values that is shorter than this stays on one line. */
const SHORT = 80;

/** Sets the value at a path; what is missing on the way is added behind what is there. */
export function setAt(text: string, path: Path, value: unknown): string {
  const { node, rest } = walk(text, path);
  const [key, ...deeper] = rest;
  if (key === undefined) return splice(text, node.start, node.end, print(text, value, indentAt(text, node.start)));
  return insert(text, node, node.entries?.length ?? 0, key, nested(deeper, value));
}

/** Puts a value into a list, in front of the one that now has this index. */
export function insertAt(text: string, path: Path, value: unknown): string {
  const index = path.at(-1);
  const { node, rest } = walk(text, path.slice(0, -1));
  if (typeof index !== 'number' || rest.length > 0) throw new Error('there is no such list');
  return insert(text, node, index, index, value);
}

/** Takes a member or an element away; one that is not there is no fault. */
export function removeAt(text: string, path: Path): string {
  const { node, rest } = walk(text, path.slice(0, -1));
  const entries = rest.length > 0 ? [] : (node.entries ?? []);
  const index = entries.findIndex(({ key }) => key === path.at(-1));
  const [before, entry, after] = [entries[index - 1], entries[index], entries[index + 1]];
  if (!entry) return text;
  if (before) return splice(text, before.value.end, entry.value.end, '');
  if (after) return splice(text, entry.start, after.start, '');
  return splice(text, node.start + 1, node.end - 1, '');
}

/** The deepest value on a path, and what of the path is missing. */
function walk(text: string, path: Path): { node: JsonNode; rest: Path } {
  const tree = parseTree(text);
  if (!tree.ok) throw new Error(tree.error);
  let node = tree.value;
  for (const [depth, key] of path.entries()) {
    const entry = node.entries?.find((each) => each.key === key);
    if (!entry) return { node, rest: path.slice(depth) };
    node = entry.value;
  }
  return { node, rest: [] };
}

function insert(text: string, node: JsonNode, index: number, key: string | number, value: unknown): string {
  const entries = node.entries ?? [];
  const [before, after] = [entries[index - 1], entries[index]];
  const outer = indentAt(text, node.start);
  const first = entries[0];
  const spread = first === undefined ? typeof key === 'string' : text.slice(node.start, first.start).includes('\n');
  const indent = first === undefined || !spread ? outer + unitOf(text) : indentAt(text, first.start);
  const name = typeof key === 'string' ? `${JSON.stringify(key)}: ` : '';
  const entry = name + print(text, value, spread ? indent : outer);
  const gap = spread ? lineEnd(text) + indent : ' ';
  if (before) return splice(text, before.value.end, before.value.end, `,${gap}${entry}`);
  if (after) return splice(text, after.start, after.start, `${entry},${gap}`);
  return splice(text, node.start + 1, node.end - 1, spread ? `${gap}${entry}${lineEnd(text)}${outer}` : entry);
}

function nested(path: Path, value: unknown): unknown {
  return path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
}

function print(text: string, value: unknown, indent: string): string {
  const [unit, newline] = [unitOf(text), lineEnd(text)];
  const lines = (open: string, close: string, inner: string[], at: string): string =>
    inner.length === 0
      ? open + close
      : `${open}${newline}${inner.map((each) => at + unit + each).join(`,${newline}`)}${newline}${at}${close}`;
  const printed = (each: unknown, at: string): string => {
    if (typeof each !== 'object' || each === null) return JSON.stringify(each);
    if (Array.isArray(each)) {
      const flat = `[${each.map((item) => JSON.stringify(item)).join(', ')}]`;
      if (flat.length <= SHORT && each.every((item) => typeof item !== 'object')) return flat;
      return lines(
        '[',
        ']',
        each.map((item) => printed(item, at + unit)),
        at,
      );
    }
    const members = Object.entries(each).filter(([, member]) => member !== undefined);
    return lines(
      '{',
      '}',
      members.map(([key, member]) => `${JSON.stringify(key)}: ${printed(member, at + unit)}`),
      at,
    );
  };
  return printed(value, indent);
}

/** The blanks at the beginning of the line that holds this offset. */
function indentAt(text: string, at: number): string {
  return /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', at - 1) + 1, at))?.[0] ?? '';
}

/** One step of indentation, as the text has it. */
function unitOf(text: string): string {
  return /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ';
}

function lineEnd(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

function splice(text: string, start: number, end: number, inserted: string): string {
  return text.slice(0, start) + inserted + text.slice(end);
}
