/** Brings the text of a configuration file up to date with the configuration that runs, by as few changes as do it. */
import { isDeepStrictEqual } from 'node:util';
import { err, ok } from '../message/index.ts';
import type { Result } from '../message/index.ts';
import { parseConfigText, type Config } from './config.ts';
import { insertAt, removeAt, setAt, type Path } from './document.ts';

type Change =
  | { readonly do: 'set' | 'insert'; readonly path: Path; readonly value: unknown }
  | { readonly do: 'remove'; readonly path: Path };

/** What an editor or a later Patchcord looks for; nothing that runs. */
const NOT_RUN = ['$schema', 'version'];

/** Changes may uncover others: the provider chooses the numbers by default, and numbers make parties go. */
const ROUNDS = 4;

/**
 * @param text of the file, which must be valid
 * @returns the text that reads as `config`; the error has one line a problem
 */
export function updated(text: string, config: Config): Result<string, string[]> {
  let next = text;
  for (let round = 0; round < ROUNDS; round++) {
    const read = parseConfigText(next);
    if (!read.ok) return read;
    const changes = differences(read.value.json, read.value.config, config, []);
    if (changes.length === 0) return ok(next);
    // A list that the file leaves out may come right by itself once the rest has changed.
    const [missing, sure] = split(changes, (change) => isMissingList(change, read.value.json));
    const without = sure.reduce(changed, next);
    next = sure.length > 0 && parseConfigText(without).ok ? without : missing.reduce(changed, without);
  }
  return parsesAs(next, config) ? ok(next) : err(['the settings do not fit into the file']);
}

/** Whether a file with this text would start a trunk with this configuration. */
export function parsesAs(text: string, config: Config): boolean {
  const read = parseConfigText(text);
  return read.ok && differences(read.value.json, read.value.config, config, []).length === 0;
}

function changed(text: string, change: Change): string {
  if (change.do === 'remove') return removeAt(text, change.path);
  return change.do === 'set' ? setAt(text, change.path, change.value) : insertAt(text, change.path, change.value);
}

/**
 * @param written what the file says, defaults left out
 * @param before what that means, defaults included
 */
function differences(written: unknown, before: unknown, after: unknown, path: Path): Change[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (after === undefined) return written === undefined ? [] : [{ do: 'remove', path }];
  if (isObject(before) && isObject(after) && (written === undefined || isObject(written))) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys
      .filter((key) => path.length > 0 || !NOT_RUN.includes(key))
      .flatMap((key) => differences(written?.[key], before[key], after[key], [...path, key]));
  }
  if (Array.isArray(before) && Array.isArray(after) && Array.isArray(written) && written.length === before.length) {
    return rows(written, before, after, path);
  }
  return [{ do: 'set', path, value: after }];
}

/** Rows at both ends that are the same stay where they are. */
function rows(
  written: readonly unknown[],
  before: readonly unknown[],
  after: readonly unknown[],
  path: Path,
): Change[] {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && isDeepStrictEqual(before[head], after[head])) head++;
  let tail = 0;
  while (tail < most - head && isDeepStrictEqual(before.at(-1 - tail), after.at(-1 - tail))) tail++;
  const changes: Change[] = [];
  for (let at = head; at < most - tail; at++) {
    changes.push(...differences(written[at], before[at], after[at], [...path, at]));
  }
  for (let at = before.length - tail - 1; at >= most - tail; at--) changes.push({ do: 'remove', path: [...path, at] });
  for (let at = most - tail; at < after.length - tail; at++) {
    changes.push({ do: 'insert', path: [...path, at], value: after[at] });
  }
  return changes;
}

function split<T>(items: readonly T[], first: (item: T) => boolean): [T[], T[]] {
  return [items.filter((item) => first(item)), items.filter((item) => !first(item))];
}

function isMissingList(change: Change, json: unknown): boolean {
  const [key, ...deeper] = change.path;
  const missing = isObject(json) && typeof key === 'string' && !Object.hasOwn(json, key);
  return missing && deeper.length === 0 && change.do === 'set' && Array.isArray(change.value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
