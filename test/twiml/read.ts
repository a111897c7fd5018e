import { parseTwiml } from '../../src/core/twiml/parse.ts';
import type { TwimlDocument, Verb } from '../../src/core/twiml/document.ts';
import type { TwimlProblem } from '../../src/core/twiml/problem.ts';

/** The document, which has to be readable. */
export function read(xml: string | Uint8Array): TwimlDocument {
  const result = parseTwiml(xml);
  if (!result.ok) throw new Error(`${result.error.code} ${result.error.text}`);
  return result.value;
}

/** The one verb of a document without warnings, or of what stands between its Response tags. */
export function verb<N extends Verb['name']>(name: N, inner: string): Extract<Verb, { name: N }> {
  const { verbs, warnings } = read(`<Response>${inner}</Response>`);
  if (verbs.length !== 1 || verbs[0]!.name !== name || warnings.length > 0) {
    throw new Error(`not one <${name}>: ${JSON.stringify({ verbs, warnings })}`);
  }
  return verbs[0] as Extract<Verb, { name: N }>;
}

/** Why a document cannot be read. */
export function refusal(xml: string | Uint8Array): TwimlProblem {
  const result = parseTwiml(xml);
  if (result.ok) throw new Error(`readable: ${JSON.stringify(result.value)}`);
  return result.error;
}

/** What is warned of, as `code@line`. */
export function warned(inner: string): string[] {
  return read(`<Response>${inner}</Response>`).warnings.map(({ code, line }) => `${code}@${line}`);
}
