/** Who calls and who is called, as the messages say it. */
import type { Identity } from '../../nouns/call.ts';
import { E164, numberOf, parseNameAddr, type NameAddr, type SipRequest } from '../message/index.ts';

/**
 * The caller: P-Asserted-Identity if there is one, else From. It may have two values, a SIP and a tel URI (RFC 3325 §9.1): the
 * one with a number counts, and the name of either.
 */
export function callerOf(request: SipRequest, nameOf: (number: string) => string): Identity {
  const asserted = request.headers.all('P-Asserted-Identity').flatMap((value): NameAddr[] => {
    const parsed = parseNameAddr(value);
    return parsed.ok ? [parsed.value] : [];
  });
  const shown = asserted.length > 0 ? asserted : [request.head.from];
  const numbers = shown.map(({ uri }) => numberOf(uri));
  const number = numbers.find((each) => E164.test(each)) ?? numbers.find((each) => each !== '') ?? '';
  const displayName = shown.map((each) => each.displayName).find((name) => name !== undefined && name !== '');
  return { number, name: nameOf(number) || (displayName ?? '') };
}

/** The user part of the Request-URI, or the number of a tel: URI; undefined when there is none. */
export function dialledNumber(request: SipRequest): string | undefined {
  const parsed = request.readUri();
  const number = parsed.ok ? numberOf(parsed.value) : '';
  return number === '' ? undefined : number;
}
