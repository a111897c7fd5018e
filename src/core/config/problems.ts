/**
 * Says what is wrong with a configuration: one line a problem, with the path of the key, what is allowed, and for an
 * unknown key the one that was probably meant. Values that may hold a secret are never repeated.
 */
import type { z } from 'zod';

/** A piece of JSON Schema, as far as the messages need it. */
export interface SchemaNode {
  type?: string;
  enum?: string[];
  properties?: Record<string, SchemaNode>;
  items?: SchemaNode;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
}

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

const MAX_PROBLEMS = 20;
const MAX_SHOWN = 60;

export function problemsOf(issues: readonly Issue[], json: unknown, schema: SchemaNode): string[] {
  const lines = new Map<string, string>();
  for (const issue of issues) {
    for (const [path, line] of linesOf(issue, json, schema)) {
      // Later rules often only repeat in other words what the first one said.
      if (!lines.has(path)) lines.set(path, path === '' ? line : `${path}: ${line}`);
    }
  }
  const all = [...lines.values()];
  if (all.length <= MAX_PROBLEMS) return all;
  return [...all.slice(0, MAX_PROBLEMS), `and ${all.length - MAX_PROBLEMS} more problems`];
}

function linesOf(issue: Issue, json: unknown, schema: SchemaNode): [path: string, line: string][] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => [printPath([...issue.path, key]), unknownKey(key, issue.path, schema)]);
  }
  const path = printPath(issue.path);
  const value = valueAt(json, issue.path);
  if (value === undefined && issue.path.length > 0) return [[path, 'is missing']];
  const shown = isSecret(issue.path) ? '' : show(value);
  const node = nodeAt(schema, issue.path);
  // Rules of our own, such as E.164, bring their message.
  const own = issue.code === 'custom' || issue.code === 'invalid_format';
  return [[path, `${own ? issue.message : `must be ${allowed(node, issue)}`}${shown}`]];
}

/** What may stand here, in words. */
function allowed(node: SchemaNode | undefined, issue: Issue): string {
  const { type, minimum, maximum, minItems, maxItems } = node ?? {};
  if (node?.enum !== undefined) return `one of ${node.enum.join(', ')}`;
  switch (type) {
    case 'integer':
      return `a whole number from ${minimum} to ${maximum}`;
    case 'boolean':
      return 'true or false';
    case 'array':
      return issue.code === 'invalid_type' ? 'a list in brackets' : `a list of ${minItems} to ${maxItems} entries`;
    case 'object':
      return 'an object in braces';
    case 'string':
      return issue.code === 'invalid_type' ? 'text in quotes' : lengthOf(node);
    default:
      return 'something else';
  }
}

function lengthOf({ minLength = 0, maxLength }: SchemaNode = {}): string {
  return maxLength === undefined
    ? `text of at least ${minLength} character${minLength === 1 ? '' : 's'}`
    : `text of ${minLength} to ${maxLength} characters`;
}

function unknownKey(key: string, path: Path, schema: SchemaNode): string {
  const here = Object.keys(nodeAt(schema, path)?.properties ?? {});
  const near = nearest(key, here);
  if (near !== undefined) return `unknown key; did you mean ${near}?`;
  const elsewhere = keyPaths(schema).find((known) => known.split('.').at(-1) === key);
  if (elsewhere !== undefined) return `unknown key; did you mean ${elsewhere}?`;
  return `unknown key; known here are ${here.filter((known) => !known.startsWith('$')).join(', ')}`;
}

/** Paths of the keys of objects that are not in a list. */
function keyPaths({ properties = {} }: SchemaNode, prefix = ''): string[] {
  return Object.entries(properties).flatMap(([key, node]) => [prefix + key, ...keyPaths(node, `${prefix}${key}.`)]);
}

/** The key that a typing slip would turn into this one. */
function nearest(key: string, known: readonly string[]): string | undefined {
  const typed = key.slice(0, MAX_SHOWN).toLowerCase();
  let best: { key: string; distance: number } | undefined;
  for (const candidate of known) {
    const distance = editDistance(typed, candidate.toLowerCase());
    if (distance <= Math.max(1, candidate.length / 3) && distance < (best?.distance ?? Infinity)) {
      best = { key: candidate, distance };
    }
  }
  return best?.key;
}

/** Insertions, deletions, replacements and swaps of neighbours that lead from one text to the other. */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Infinity;
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          at(i - 1, j) + 1,
          at(i, j - 1) + 1,
          at(i - 1, j - 1) + (same ? 0 : 1),
          swapped ? at(i - 2, j - 2) + 1 : Infinity,
        ),
      );
    }
  }
  return at(a.length, b.length);
}

function nodeAt(schema: SchemaNode, path: Path): SchemaNode | undefined {
  let node: SchemaNode | undefined = schema;
  for (const step of path) node = typeof step === 'number' ? node?.items : node?.properties?.[String(step)];
  return node;
}

function valueAt(json: unknown, path: Path): unknown {
  let value = json;
  for (const step of path) value = (value as Record<PropertyKey, unknown> | null | undefined)?.[step];
  return value;
}

/** Credentials, and URIs, which may hold some. */
function isSecret(path: Path): boolean {
  if (path[0] === 'auth') return path[1] !== 'allow';
  return ['to', 'twiml', 'authToken', 'referUrl'].some((key) => path.includes(key));
}

function show(value: unknown): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.length === 0 ? ', not an empty list' : ', not a list';
  if (typeof value === 'object' && value !== null) return ', not an object';
  if (typeof value === 'string' && /[@\p{Cc}]/u.test(value)) return '';
  const text = JSON.stringify(value);
  return `, not ${text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text}`;
}

function printPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += `${text === '' ? '' : '.'}${printKey(String(step))}`;
  }
  return text;
}

function printKey(key: string): string {
  if (/^[\w$-]{1,60}$/.test(key)) return key;
  return JSON.stringify(key.length > MAX_SHOWN ? `${key.slice(0, MAX_SHOWN)}…` : key);
}
