import { Buffer } from 'node:buffer';
import { isToken, trimmed } from './chars.ts';
import { isList, knownName, sameLetters } from './header-names.ts';
import { splitList } from './list.ts';

/**
 * The header fields of a message in their order. Names match whatever their letter case, compact forms are expanded, folding is undone;
 * values are otherwise kept exactly as they came. Fields we do not know keep their name as written.
 */
export class Headers {
  /** Canonical names and values, side by side. */
  #names: string[] = [];
  #values: string[] = [];
  #revision = 0;

  constructor(entries: Iterable<readonly [name: string, value: string]> = []) {
    for (const [name, value] of entries) this.append(name, value);
  }

  /** Takes over what the parser found: canonical names, values without folding. */
  static fromParsed(names: string[], values: string[]): Headers {
    const headers = new Headers();
    headers.#names = names;
    headers.#values = values;
    return headers;
  }

  /** Grows with each change; what was read from the headers holds as long as it stays the same. */
  get revision(): number {
    return this.#revision;
  }

  /** The value of the first field of this name. */
  get(name: string): string | undefined {
    const at = this.#find(name, 0);
    return at < 0 ? undefined : this.#values[at];
  }

  /** Every value; comma-separated lists are split where the field's grammar is a list. */
  all(name: string): string[] {
    const first = this.#find(name, 0);
    if (first < 0) return [];
    const fields = this.fields(name);
    return isList(this.#names[first]!) ? fields.flatMap(splitList) : fields;
  }

  /** The value of each field of this name, lists unsplit. */
  fields(name: string): string[] {
    const found: string[] = [];
    for (let at = this.#find(name, 0); at >= 0; at = this.#find(name, at + 1)) found.push(this.#values[at]!);
    return found;
  }

  has(name: string): boolean {
    return this.#find(name, 0) >= 0;
  }

  /** How many fields there are. */
  get size(): number {
    return this.#names.length;
  }

  /** How many fields of this name there are, lists counting once. */
  count(name: string): number {
    let count = 0;
    for (let at = this.#find(name, 0); at >= 0; at = this.#find(name, at + 1)) count++;
    return count;
  }

  /** Replaces all fields of this name, at the place of the first one; appends when there was none. An empty array deletes. */
  set(name: string, value: string | readonly string[]): void {
    const values = typeof value === 'string' ? [value] : value;
    const at = this.#find(name, 0);
    if (at < 0) {
      for (const each of values) this.append(name, each);
      return;
    }
    this.delete(name);
    this.#insert(at, name, values);
  }

  /** Puts a value in the place of the first one of this name, be it a field of its own or the head of a list. */
  setFirst(name: string, value: string): void {
    const at = this.#find(name, 0);
    if (at < 0) return this.append(name, value);
    const [, ...others] = isList(this.#names[at]!) ? splitList(this.#values[at]!) : [];
    this.#values[at] = oneLine([value, ...others].join(', '));
    this.#revision++;
  }

  append(name: string, value: string): void {
    this.#names.push(fieldName(name));
    this.#values.push(oneLine(value));
    this.#revision++;
  }

  /** Appends every field of a name that others have, as they have it. */
  appendFrom(others: Headers, name: string): void {
    for (let at = others.#find(name, 0); at >= 0; at = others.#find(name, at + 1)) {
      this.#names.push(others.#names[at]!);
      this.#values.push(others.#values[at]!);
    }
    this.#revision++;
  }

  /** The first of some canonical names that more than one field has. */
  repeated(names: ReadonlySet<string>): string | undefined {
    return this.#names.find((name, at) => names.has(name) && this.#names.indexOf(name) < at);
  }

  /** Puts a field above the first one of its name (above all fields when there is none), as a new top Via or Record-Route needs. */
  prepend(name: string, value: string): void {
    this.#insert(Math.max(0, this.#find(name, 0)), name, [value]);
  }

  delete(name: string): void {
    for (let at = this.#find(name, 0); at >= 0; at = this.#find(name, at)) {
      this.#names.splice(at, 1);
      this.#values.splice(at, 1);
      this.#revision++;
    }
  }

  /** Canonical name and value of each field, in order, as they are now. */
  entries(): readonly (readonly [name: string, value: string])[] {
    return this.#names.map((name, at) => [name, this.#values[at]!]);
  }

  clone(): Headers {
    return Headers.fromParsed([...this.#names], [...this.#values]);
  }

  /** Bytes of all fields as `print` writes them, line ends included, Content-Length as it stands. */
  byteLength(): number {
    let bytes = 4 * this.#names.length;
    for (let i = 0; i < this.#names.length; i++) bytes += this.#names[i]!.length + Buffer.byteLength(this.#values[i]!);
    return bytes;
  }

  /** Each field as a line. Content-Length is left to `contentLength`: replaced where it stands, else added last. */
  print(contentLength: number): string {
    let out = '';
    let counted = false;
    for (let i = 0; i < this.#names.length; i++) {
      const name = this.#names[i]!;
      if (name !== 'Content-Length') out += `${name}: ${this.#values[i]!}\r\n`;
      else if (!counted) {
        counted = true;
        out += `Content-Length: ${contentLength}\r\n`;
      }
    }
    return counted ? out : `${out}Content-Length: ${contentLength}\r\n`;
  }

  #insert(at: number, name: string, values: readonly string[]): void {
    const canonical = fieldName(name);
    this.#names.splice(at, 0, ...values.map(() => canonical));
    this.#values.splice(at, 0, ...values.map(oneLine));
    this.#revision++;
  }

  /** By comparison alone: of a dozen names hardly one has the length, and a look-up would have to hash. */
  #find(name: string, from: number): number {
    const names = this.#names;
    const wanted = name.length === 1 ? (knownName(name) ?? name) : name;
    for (let i = from; i < names.length; i++) {
      const candidate = names[i]!;
      if (candidate.length !== wanted.length) continue;
      if (candidate === wanted || sameLetters(candidate, wanted, 0)) return i;
    }
    return -1;
  }
}

function fieldName(name: string): string {
  const known = knownName(name);
  if (known === undefined && !isToken(name)) throw new TypeError(`not a header field name: ${JSON.stringify(name)}`);
  return known ?? name;
}

/** A value can never begin a new header field: what breaks the line becomes one space, as folding does. */
function oneLine(value: string): string {
  return trimmed(/[\r\n]/.test(value) ? value.replace(/[\r\n]+/g, ' ') : value);
}
