import type { HttpMethod } from '../../nouns/application.ts';
import { warning } from './problem.ts';
import type { TwimlCode, TwimlProblem } from './problem.ts';
import type { XmlElement } from './xml.ts';

/** Where problems that do not stop a document are put. */
export type Warn = (problem: TwimlProblem) => void;

/**
 * Reads the attributes of one element. A value that is not allowed is a warning with the provider's code, and the default
 * holds; so is an attribute that the element does not have, or that is not built here.
 */
export class AttributeReader {
  readonly #element: XmlElement;
  readonly #warn: Warn;

  /** `known`: what the element may have here; `unbuilt`: what Twilio lets it have and this trunk ignores. */
  constructor(element: XmlElement, warn: Warn, known: readonly string[], unbuilt: readonly string[] = []) {
    this.#element = element;
    this.#warn = warn;
    for (const name of element.attributes.keys()) {
      // Schema references (xmlns, xsi:…) say nothing about the call.
      if (known.includes(name) || name === 'xmlns' || name.includes(':')) continue;
      const what = unbuilt.includes(name) ? 'is not supported here' : 'is unknown';
      this.#say(12200, `The attribute ${name} of <${element.name}> ${what} and is ignored.`);
    }
  }

  /** Undefined when absent or blank; without the white space around it. */
  text(name: string): string | undefined {
    const value = this.#element.attributes.get(name)?.trim();
    return value === '' ? undefined : value;
  }

  /** A header field value-to-be: no line breaks, which would end the field, and no other control characters. */
  plain(name: string, code: TwimlCode): string | undefined {
    const value = this.text(name);
    if (value === undefined || isPlain(value)) return value;
    this.#invalid(code, name, 'must be one line of text');
    return undefined;
  }

  method(code: TwimlCode, name = 'method'): HttpMethod {
    const value = this.text(name)?.toUpperCase();
    if (value === 'GET' || value === 'POST') return value;
    if (value !== undefined) this.#invalid(code, name, 'must be GET or POST');
    return 'POST';
  }

  boolean(name: string, code: TwimlCode): boolean {
    const value = this.text(name)?.toLowerCase();
    if (value !== undefined && value !== 'true' && value !== 'false')
      this.#invalid(code, name, 'must be true or false');
    return value === 'true';
  }

  /** A whole number from `min` to `max`. */
  integer(name: string, code: TwimlCode, min: number, max: number): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= min && number <= max) return number;
    this.#invalid(code, name, `must be a whole number from ${min} to ${max}`);
    return undefined;
  }

  /** One of `values`, or the first of them. */
  choice<V extends string>(name: string, code: TwimlCode, values: readonly [V, ...V[]]): V {
    const value = this.text(name);
    const found = values.find((each) => each === value);
    if (value !== undefined && found === undefined) this.#invalid(code, name, `must be ${values.join(' or ')}`);
    return found ?? values[0];
  }

  /** As written, or undefined when absent or not matching. */
  matching(name: string, code: TwimlCode, pattern: RegExp, must: string): string | undefined {
    const value = this.#element.attributes.get(name);
    if (value === undefined || pattern.test(value)) return value;
    this.#invalid(code, name, must);
    return undefined;
  }

  #invalid(code: TwimlCode, name: string, must: string): void {
    this.#say(code, `The attribute ${name} of <${this.#element.name}> ${must}; it is ignored.`);
  }

  #say(code: TwimlCode, text: string): void {
    this.#warn(warning(code, text, this.#element.line));
  }
}

/** Warns of every attribute of an element that takes none. */
export function expectNoAttributes(element: XmlElement, warn: Warn): void {
  void new AttributeReader(element, warn, []);
}

export function isPlain(value: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
  return !/[\u0000-\u001F\u007F]/.test(value);
}
