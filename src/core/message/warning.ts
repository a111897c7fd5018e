import { quote } from './quoted.ts';

/** Ours, where no domain is known: a warn-agent may be a name that is no host. */
const AGENT = 'patchcord';
const LONGEST = 300;

/**
 * A value of Warning. RFC 3261 §20.43.
 * @param code 300 to 399: 304 media type, 305 media format, 306 attribute, 399 anything that people should read
 * @param text may hold what a peer wrote
 */
export function printWarning(code: number, text: string, agent: string = AGENT): string {
  const quotable = text.slice(0, LONGEST).replace(/["\\]/g, "'");
  // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
  const shown = quotable.replace(/[\u0000-\u001f\u007f]+/g, ' ');
  return `${code} ${agent} ${quote(shown)}`;
}
