/** What Twilio says of a leg: the standard voice parameters of a request, and the resource of its API. Pure. */
import type { Call } from '../b2bua/call.ts';
import type { Leg } from '../b2bua/leg.ts';
import { isSipUri, numberOf, parseNameAddr, printUri } from '../message/index.ts';
import type { Parameters } from '../webhook/exchange.ts';
import { isSip } from './leg-control.ts';
import { callSid, sidOfLegId } from './sids.ts';

export type CallStatus =
  | 'queued'
  | 'initiated'
  | 'ringing'
  | 'in-progress'
  | 'completed'
  | 'busy'
  | 'failed'
  | 'no-answer'
  | 'canceled';

export type CallDirection = 'inbound' | 'outbound-api' | 'outbound-dial';

const API_VERSION = '2010-04-01';

/** T9: what there is nothing to say of is left out. */
export function voiceParameters(call: Call, leg: Leg, accountSid: string): Parameters {
  const { from, to } = endsOf(call, leg);
  // Looked up for whoever calls us; a leg that we place shows what it was told to.
  const name = leg.facts.direction === 'in' ? callerName(call, leg) : undefined;
  const forwarded = forwardedFrom(leg);
  return [
    ['AccountSid', accountSid],
    ['ApiVersion', API_VERSION],
    ['CallSid', callSid(leg)],
    ['CallStatus', statusOf(leg)],
    ...optional('CallerName', name),
    ['Direction', directionOf(call, leg)],
    ...optional('ForwardedFrom', forwarded),
    ['From', from],
    ...optional('ParentCallSid', parentOf(call, leg)),
    ['To', to],
  ];
}

function optional(name: string, value: string | undefined): [string, string][] {
  return value === undefined || value === '' ? [] : [[name, value]];
}

export function statusOf(leg: Leg): CallStatus {
  if (leg.live) {
    if (leg.answeredAt !== undefined) return 'in-progress';
    // Whoever calls us hears that it rings; whom we call may not have said so yet.
    return leg.state === 'trying' && leg.facts.direction === 'out' ? 'initiated' : 'ringing';
  }
  if (leg.answeredAt !== undefined) return 'completed';
  switch (leg.result) {
    case 'busy':
    case 'canceled':
      return leg.result;
    // Twilio has the calls that `<Reject>` declines, and those that are declined, as not answered.
    case 'no-answer':
    case 'declined':
      return 'no-answer';
    default:
      return 'failed';
  }
}

export function directionOf(call: Call, { facts }: Leg): CallDirection {
  if (facts.direction === 'in') return 'inbound';
  // A call that began with this leg was placed by the API; another leg was placed for the one before.
  return facts.parent === undefined && (call.legs[0]?.id === facts.id || facts.insteadOf === call.legs[0]?.id)
    ? 'outbound-api'
    : 'outbound-dial';
}

/** CallSid of the leg for which this one was placed. */
export function parentOf(call: Call, leg: Leg): string | undefined {
  if (directionOf(call, leg) !== 'outbound-dial') return undefined;
  const parent = leg.facts.parent ?? call.legs[0]?.id;
  return parent === undefined ? undefined : sidOfLegId(parent);
}

/** Of a SIP leg they are URIs, as for a SIP Domain; of a leg that stands for the telephone network, numbers. */
export function endsOf(call: Call, leg: Leg): { from: string; to: string } {
  const { session, facts } = leg;
  if (!isSip(leg)) {
    return facts.direction === 'in'
      ? { from: call.facts.from.number, to: call.facts.to.number }
      : { from: shownTo(leg) ?? call.facts.from.number, to: facts.identity.number };
  }
  const request = session?.incoming?.request ?? session?.outgoing?.request;
  const { number } = facts.identity;
  if (request) {
    const uri = facts.direction === 'in' ? bare(request.headers.get('To')) : undefined;
    const from = bare(request.headers.get('From'));
    if (from !== undefined) return { from, to: uri ?? asUri(number, call.facts.domain) };
  }
  const { from } = call.facts;
  return { from: asUri(from.number, call.facts.domain), to: asUri(number, call.facts.domain) };
}

/** Whom a leg that we placed sees as its caller: a transfer or a `callerId` may have chosen another than who began the call. */
function shownTo({ session }: Leg): string | undefined {
  const parsed = parseNameAddr(session?.outgoing?.request.headers.get('From') ?? '');
  return parsed.ok && isSipUri(parsed.value.uri) ? numberOf(parsed.value.uri) || undefined : undefined;
}

function asUri(number: string, domain: string): string {
  return /^sips?:/i.test(number) ? number : `sip:${number}@${domain}`;
}

/** The URI of a name-addr without parameters. */
function bare(field: string | null | undefined): string | undefined {
  const parsed = field == null ? undefined : parseNameAddr(field);
  if (!parsed?.ok || !isSipUri(parsed.value.uri)) return undefined;
  return printUri({ ...parsed.value.uri, params: new Map(), headers: [] });
}

export function callerName(call: Call, { facts }: Leg): string {
  return facts.direction === 'in' ? facts.identity.name : call.facts.from.name;
}

/** The number in the newest Diversion (RFC 5806). */
export function forwardedFrom({ session }: Leg): string | undefined {
  const field = session?.incoming?.request.headers.all('Diversion')[0];
  const parsed = field === undefined ? undefined : parseNameAddr(field);
  return parsed?.ok ? numberOf(parsed.value.uri) || undefined : undefined;
}
