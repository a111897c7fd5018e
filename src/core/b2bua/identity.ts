/** Who calls and who is called, as the messages say it. */
import { isSipUri, parseNameAddr, type SipRequest, type Uri } from '../message/index.ts';
import type { Identity } from './snapshot.ts';

/** The caller: P-Asserted-Identity if there is one (RFC 3325), else From. A number without `+` is left as it is. */
export function callerOf(request: SipRequest, nameOf: (number: string) => string): Identity {
  const asserted = request.headers.get('P-Asserted-Identity');
  const parsed = asserted === undefined ? undefined : parseNameAddr(asserted);
  const { uri, displayName } = parsed?.ok ? parsed.value : request.head.from;
  const number = numberOf(uri);
  return { number, name: nameOf(number) || (displayName ?? '') };
}

/** The user part of the Request-URI, or the number of a tel: URI; undefined when there is none. */
export function dialledNumber(request: SipRequest): string | undefined {
  const parsed = request.readUri();
  const number = parsed.ok ? numberOf(parsed.value) : '';
  return number === '' ? undefined : number;
}

function numberOf(uri: Uri): string {
  if (isSipUri(uri)) return uri.user ?? '';
  return uri.scheme === 'tel' ? (uri.opaque.split(';')[0] ?? '').replaceAll(/[-.()]/g, '') : '';
}
