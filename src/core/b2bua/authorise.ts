/** May a REFER, or a new call, go ahead? Pure: the trunk asks before it acts, the console before it sends. */
import { countryName, countryOf } from './country.ts';
import type { Account, CallerFacts, ProviderPolicy, ReferFacts, Refusal, ReferVerdict } from './policy.ts';

/** The part of a call that decides whether it can be transferred. */
export interface ReferCall {
  /** Both legs are up: there is somebody to transfer. */
  readonly answered: boolean;
  /** A target rings already: it will make room for the new one (P24). */
  readonly pendingTransfer: boolean;
}

/** Seconds after which it is worth trying again when every leg is in use. *Chosen here.* */
const FULL_RETRY_SECONDS = 5;

/**
 * P13–P16, P25, S2, S3. The order is the one in which a provider would meet the flaws: form, domain, the state of the
 * call, country, capacity.
 */
export function authorise(refer: ReferFacts, call: ReferCall, account: Account, profile: ProviderPolicy): ReferVerdict {
  const verdict = profile.target(refer.referTo, account);
  if (!verdict.allowed) return verdict;
  if (!call.answered) {
    return {
      allowed: false,
      status: 403,
      reason: 'Call Not Answered',
      rule: 'RFC 3515',
      explanation: 'there is nobody to transfer yet',
    };
  }
  // S3: what leads out of the domain is none of the trunk's business.
  if (verdict.kind === 'sip') return verdict;
  return (
    refuseCountry(verdict.number, account, profile) ??
    refuseCapacity(account, profile, call.pendingTransfer ? 1 : 0) ??
    verdict
  );
}

/** For a call that is about to begin; one to a SIP URI does not enter the telephone network. @returns nothing when it may */
export function authoriseCall(call: CallerFacts, account: Account, profile: ProviderPolicy): Refusal | undefined {
  const bounds =
    call.direction === 'inbound' || /^sips?:/i.test(call.to.number)
      ? undefined
      : (refuseCallerId(call, account, profile) ?? refuseCountry(call.to.number, account, profile));
  return bounds ?? refuseCapacity(account, profile, 0);
}

function refuseCallerId(
  { from, forwarders = [] }: CallerFacts,
  account: Account,
  profile: ProviderPolicy,
): Refusal | undefined {
  if (profile.outboundCallerId === 'any') return undefined;
  if (account.numbers.includes(from.number) || account.numbers.includes(`+${from.number}`)) return undefined;
  const forwarded = forwarders.some((number) => account.numbers.includes(number));
  if (profile.outboundCallerId === 'own-or-forwarded' && forwarded) return undefined;
  const shown = from.number === '' ? 'an anonymous caller' : from.number;
  return {
    allowed: false,
    status: 403,
    reason: 'Forbidden',
    rule: profile.rules.callerId,
    explanation: `${shown} is no number of this trunk, so it cannot be a caller ID`,
    limit: 'caller-id',
  };
}

/** @returns nothing when calls to that number's country are enabled */
export function refuseCountry(number: string, account: Account, profile: ProviderPolicy): Refusal | undefined {
  // Numbers of the trunk itself do not leave it.
  if (account.numbers.includes(number)) return undefined;
  const country = countryOf(number);
  if (country !== undefined && account.countries.includes(country)) return undefined;
  const where = country === undefined ? 'in no country that can be enabled' : `in ${countryName(country)} (${country})`;
  return {
    allowed: false,
    status: 403,
    reason: 'Forbidden',
    rule: profile.rules.country,
    explanation: `${number} is ${where}; enabled are ${account.countries.join(', ') || 'none'}`,
    limit: 'country',
  };
}

function refuseCapacity({ capacity }: Account, profile: ProviderPolicy, freed: number): Refusal | undefined {
  const { legs, concurrentCalls, callsPerSecond, waitMs, queue } = capacity;
  const base = { allowed: false, status: 503, reason: 'Service Unavailable', rule: profile.rules.capacity } as const;
  if (legs - freed >= concurrentCalls) {
    return {
      ...base,
      explanation: `all ${concurrentCalls} concurrent calls are in use`,
      retryAfterSeconds: FULL_RETRY_SECONDS,
      limit: 'concurrent-calls',
    };
  }
  if (waitMs === 0 || queue === 'open') return undefined;
  const rate = `more than ${callsPerSecond} ${callsPerSecond === 1 ? 'call' : 'calls'} per second`;
  return {
    ...base,
    explanation: queue === 'full' ? `${rate}, and as many as may are waiting` : rate,
    retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)),
    limit: 'calls-per-second',
  };
}
