/**
 * The telephone number that a URI stands for, whatever surrounds it: parameters in the user part, separators for the eye, a
 * plus sign that was left out. RFC 3966 §5, RFC 3261 §19.1.6, RFC 4694. W14.
 */
import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { isSipUri } from './uri.ts';
import type { Uri } from './parts.ts';

/** RFC 3966 §5.1.1; blanks come from people. */
const SEPARATORS = /[\s().\-/]/g;
const DIALLABLE = /^[+\d(*#][\d\s().\-/*#]*$/;
/** `+`, 7 to 15 digits, no leading zero. */
export const E164 = /^\+[1-9]\d{6,14}$/;

/** The number behind the user part of a SIP URI, or of a tel: URI; a user name as it is; empty when there is neither. */
export function numberOf(uri: Uri): string {
  const { subscriber, context } = subscriberOf(uri);
  return e164Of(subscriber) ?? inContext(subscriber, context) ?? subscriber;
}

/**
 * As `numberOf`, with digits as they were written: for those who want to judge the form.
 * `context`: `phone-context`, in which a number without `+` is valid (RFC 3966 §5.1.5).
 */
export function subscriberOf(uri: Uri): { readonly subscriber: string; readonly context: string | undefined } {
  const sip = isSipUri(uri);
  if (!sip && uri.scheme !== 'tel') return { subscriber: '', context: undefined };
  const text = sip ? (uri.user ?? '') : uri.opaque;
  const [head = '', ...params] = text.split(';');
  // A semicolon in a name means nothing: only numbers have parameters.
  if (!DIALLABLE.test(head)) return { subscriber: sip ? text : '', context: undefined };
  const context = params.find((param) => /^phone-context=/i.test(param))?.slice('phone-context='.length);
  return { subscriber: sip ? head : head.replaceAll(SEPARATORS, ''), context };
}

/**
 * E.164 of what equipment writes: separators mean nothing, `00` is the international prefix of most countries, and many
 * leave out the plus sign. Shorter numbers, and those that are none abroad either, may be extensions: undefined.
 */
export function e164Of(text: string): string | undefined {
  if (!DIALLABLE.test(text)) return undefined;
  const digits = text.replaceAll(SEPARATORS, '');
  if (digits.startsWith('+')) return E164.test(digits) ? digits : undefined;
  if (digits.startsWith('00')) return e164Of(`+${digits.slice(2)}`);
  return /^[1-9]\d{10,14}$/.test(digits) && isPossible(`+${digits}`) ? `+${digits}` : undefined;
}

/** Ten digits within `+1`. Of a short one, as 911, no number can be made by putting the two together. */
function inContext(subscriber: string, context: string | undefined): string | undefined {
  const prefix = context?.replaceAll(SEPARATORS, '') ?? '';
  const digits = subscriber.replaceAll(SEPARATORS, '');
  if (!/^\+\d+$/.test(prefix) || !/^\d+$/.test(digits)) return undefined;
  const whole = prefix + digits;
  return E164.test(whole) && isPossible(whole) ? whole : undefined;
}

/** Of a length that its country has. */
function isPossible(number: string): boolean {
  return parsePhoneNumberFromString(number)?.isPossible() === true;
}
