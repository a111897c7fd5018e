/** The `a=crypto` lines of a description: keys for SRTP. RFC 4568 §4, §6, §9. Pure. */
import { err, ok, type Result } from '../message/result.ts';
import type { MasterKey } from '../rtp/srtp/srtp.ts';
import { suiteNamed } from '../rtp/srtp/suites.ts';

/** One line that we can serve. */
export interface CryptoLine {
  /** Which line an answer means. */
  readonly tag: number;
  readonly key: MasterKey;
}

/** What the lines of a section come to: those that we can serve, in the writer's order, and why the others cannot be. */
export interface Cryptos {
  readonly usable: readonly CryptoLine[];
  readonly unusable: readonly string[];
}

export const NO_CRYPTOS: Cryptos = { usable: [], unusable: [] };

/** A section has one line for each suite; what has many more is not worth reading. */
const MOST_LINES = 32;
/** RFC 4568 §6.1: an index of 48 bits ends every key. */
const LONGEST_LIFETIME = 2 ** 48;
/** RFC 4568 §9.2. */
const MKI = /^(\d{1,10}):([1-9]\d{0,2})$/;
const LINE = /^a=crypto:(\d{1,9})[ \t]+(\S+)[ \t]+(\S+)((?:[ \t]+\S+)*)[ \t]*$/i;

/** @returns for each m= line, in order, its `a=crypto` lines; most descriptions have none */
export function readCryptos(text: string): readonly Cryptos[] {
  if (!/^a=crypto:/im.test(text)) return [];
  const sections: { usable: CryptoLine[]; unusable: string[]; lines: number }[] = [];
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (line.startsWith('m=')) sections.push({ usable: [], unusable: [], lines: 0 });
    const section = sections.at(-1);
    if (!section || !/^a=crypto:/i.test(line) || section.lines >= MOST_LINES) continue;
    section.lines += 1;
    const read = readCrypto(line);
    // Of two lines with one tag nobody could say which one an answer means. RFC 4568 §9.1.
    const twice = read.ok && section.usable.some(({ tag }) => tag === read.value.tag);
    if (!read.ok) section.unusable.push(read.error);
    else if (twice) section.unusable.push(`the tag ${read.value.tag} is used twice`);
    else section.usable.push(read.value);
  }
  return sections;
}

/** @returns the reason, without the key, when it cannot be served */
export function readCrypto(line: string): Result<CryptoLine, string> {
  const found = LINE.exec(line);
  if (!found) return err('an a=crypto line that can not be read');
  const [, tag = '', name = '', params = '', session = ''] = found;
  const suite = suiteNamed(name);
  if (!suite) return err(`the suite ${nameForPeople(name)} is unknown here`);
  for (const parameter of session.trim().split(/[ \t]+/)) {
    const refused = refusalOf(parameter);
    if (refused !== undefined) return err(refused);
  }
  const key = readKey(params, suite.keyBytes + suite.saltBytes);
  return key.ok ? ok({ tag: Number(tag), key: { suite, ...key.value } }) : err(`${suite.name}: ${key.error}`);
}

/** What may not be ignored, and what would leave sound in the clear or unproven. RFC 4568 §6.3. */
function refusalOf(parameter: string): string | undefined {
  // Only its writer's own window (WSH) and what is marked as optional say nothing that we have to do.
  if (parameter === '' || parameter.startsWith('-') || /^WSH=\d+$/i.test(parameter)) return undefined;
  return `the session parameter ${nameForPeople(parameter.split('=', 1)[0]!)} is not supported`;
}

/** `inline:<key and salt in base64>|<lifetime>|<MKI>:<its length>`. RFC 4568 §6.1. */
function readKey(params: string, length: number): Result<Pick<MasterKey, 'bytes' | 'mki'>, string> {
  if (params.includes(';')) return err('several keys in one line are not supported');
  if (!/^inline:/i.test(params)) return err('the key is not given as inline:');
  const [text = '', ...rest] = params.slice('inline:'.length).split('|');
  // The padding is left out by some.
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return err('the key is not base64');
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  if (bytes.length !== length) return err(`the key has ${bytes.length} bytes and not ${length}`);
  const lifetime = rest[0] !== undefined && !rest[0].includes(':') ? rest.shift() : undefined;
  if (lifetime !== undefined && !isLifetime(lifetime)) return err('the lifetime of the key can not be read');
  const [named, ...more] = rest;
  if (more.length > 0) return err('what follows the key can not be read');
  if (named === undefined) return ok({ bytes });
  const mki = readMki(named);
  return mki ? ok({ bytes, mki }) : err('the MKI of the key can not be read');
}

/** It limits whoever sends under the key. */
function isLifetime(text: string): boolean {
  const power = /^2\^(\d{1,2})$/.exec(text);
  const packets = power ? 2 ** Number(power[1]) : /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  return packets >= 1 && packets <= LONGEST_LIFETIME;
}

function readMki(text: string): Uint8Array | undefined {
  const found = MKI.exec(text);
  if (!found) return undefined;
  const [value, length] = [Number(found[1]), Number(found[2])];
  if (length > 128) return undefined;
  const mki = new Uint8Array(length);
  let left = value;
  for (let at = length - 1; at >= 0; at--) {
    mki[at] = left % 256;
    left = Math.floor(left / 256);
  }
  return left === 0 ? mki : undefined;
}

export function writeCrypto({ tag, key }: CryptoLine): string {
  return `a=crypto:${tag} ${key.suite.name} inline:${Buffer.from(key.bytes).toString('base64')}`;
}

/** What is repeated in a Warning and in a log. */
const nameForPeople = (text: string): string => text.replaceAll(/[^\w.-]/g, '?').slice(0, 40);
