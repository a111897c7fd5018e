/** Reading Refer-To the same way for every provider (P13). */
import { E164, isSipUri, numberOf, parseNameAddr, subscriberOf, type SipUri, type Uri } from '../../message/index.ts';
import type { Account, Refusal, ReferTarget } from '../policy.ts';

/** @param rule provider id of the rule that a malformed one breaks */
export function readReferTo(referTo: readonly string[], account: Account, rule: string): SipUri | Refusal {
  const uri = readAnyReferTo(referTo, account, rule);
  if (isRefusal(uri) || isSipUri(uri)) return uri;
  return malformed(`Refer-To has the scheme ${uri.scheme}:, only sip: and sips: are taken`, example(account), rule);
}

/** As `readReferTo`, for a provider that takes tel: as well. */
export function readReferToOrTel(referTo: readonly string[], account: Account, rule: string): Uri | Refusal {
  const uri = readAnyReferTo(referTo, account, rule);
  if (isRefusal(uri) || isSipUri(uri) || uri.scheme === 'tel') return uri;
  const explanation = `Refer-To has the scheme ${uri.scheme}:, only sip:, sips: and tel: are taken`;
  return malformed(explanation, example(account), rule);
}

function readAnyReferTo(referTo: readonly string[], account: Account, rule: string): Uri | Refusal {
  const suggestion = example(account);
  const [value, second] = referTo;
  if (value === undefined) return malformed('Refer-To is missing', suggestion, rule);
  if (second !== undefined) return malformed('there are two Refer-To headers', suggestion, rule);
  const parsed = parseNameAddr(value);
  if (!parsed.ok) return malformed(`Refer-To cannot be read: ${parsed.error}`, suggestion, rule);
  const { uri } = parsed.value;
  return isSipUri(uri) && attended(uri) ? notAttended(uri, suggestion, rule) : uri;
}

/** RFC 3891, RFC 5589 §7: the target is a call that exists already. */
function attended(uri: SipUri): boolean {
  return uri.headers.some(([name]) => name.toLowerCase() === 'replaces');
}

/** Taken as a blind transfer it would ring somebody who is on the phone with the transferor. */
function notAttended({ user }: SipUri, suggestion: string, rule: string): Refusal {
  const explanation = `attended transfer (Replaces) is not available; send Refer-To without it to ring ${user ?? 'the target'}`;
  return { allowed: false, status: 501, reason: 'Not Implemented', rule, explanation, suggestion };
}

/** Is it in the domain of the account, by name or by an address of the trunk (W24)? */
export function isOwn(uri: SipUri, { domain, isOwnAddress }: Account): boolean {
  return uri.host === domain.toLowerCase() || isOwnAddress?.(uri) === true;
}

export function isRefusal(read: object): read is Refusal {
  return 'allowed' in read;
}

/**
 * The number in the user part, or what is wrong with it. Parameters behind it (`;npdi`) are none of its digits (W14).
 * @param form `plain`: without separators for the eye
 */
export function readNumber(
  uri: Uri,
  account: Account,
  rule: string,
  form: 'plain' | 'separated' = 'separated',
): ReferTarget | Refusal {
  const { subscriber, context } = subscriberOf(uri);
  const user = isSipUri(uri) ? (uri.user ?? '') : subscriber;
  const readable = form === 'separated' && (subscriber.startsWith('+') || context !== undefined);
  const number = readable ? numberOf(uri) : subscriber;
  if (E164.test(number)) return { allowed: true, kind: 'pstn', number, billable: true };
  const digits = user.replace(/\D/g, '').replace(/^0+/, '');
  const plausible = digits.length >= 7 && digits.length <= 15;
  return malformed(
    user === ''
      ? 'the Refer-To URI has no user part'
      : `the user part ${user} is no E.164 number (+, then 7 to 15 digits, no leading zero)`,
    plausible ? `<sip:+${digits}@${account.domain}>` : example(account),
    rule,
  );
}

function example({ domain }: Account): string {
  return `<sip:+14155551234@${domain}>`;
}

function malformed(explanation: string, suggestion: string, rule: string): Refusal {
  return { allowed: false, status: 400, reason: 'Bad Request', rule, explanation, suggestion };
}
