import { createHmac } from 'node:crypto';
import type { Parameters } from './exchange.ts';

/**
 * X-Twilio-Signature: HMAC-SHA1 in base64 over the URL, its query included, and the parameters of the form, sorted by name
 * in code unit order, each name followed by its value. A name that comes twice counts once for each distinct value, sorted,
 * as Twilio's libraries check it. Source: "Validating requests", twilio.com/docs/usage/security.
 * @param url as requested, without fragment and credentials
 * @param form what the body of a POST carries; empty for GET, whose parameters are in the URL
 */
export function signature(url: string, form: Parameters, authToken: string): string {
  const pairs = new Set(form.map(([name, value]) => JSON.stringify([name, value])));
  const sorted = [...pairs].map((pair) => JSON.parse(pair) as [string, string]).sort(byCodeUnits);
  const text = sorted.reduce((sum, [name, value]) => sum + name + value, url);
  return createHmac('sha1', authToken).update(text, 'utf8').digest('base64');
}

function byCodeUnits(a: readonly [string, string], b: readonly [string, string]): number {
  return compare(a[0], b[0]) || compare(a[1], b[1]);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
