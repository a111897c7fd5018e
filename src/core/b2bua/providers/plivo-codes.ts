/**
 * P31: what Plivo's records call the end of a leg. Codes and names are theirs; those that stand for something that
 * cannot happen here (credits, prefixes, STIR, blocked numbers, …) are left out. Where several codes share a name, the
 * source tells them apart. *Chosen here*, as their pages give no mapping from SIP.
 */
import { sourceOf, type EndFacts, type Hangup, type Side } from '../hangup-cause.ts';
import type { Account } from '../policy.ts';

type Cause = readonly [code: number, name: string];
/** One cause whoever it was, or one for each source. */
type Row = Cause | Readonly<Record<Side | 'trunk', Cause>>;

const NORMAL: Row = {
  customer: [3000, 'normal_hangup'],
  carrier: [3000, 'normal_hangup'],
  trunk: [3010, 'normal_hangup'],
};

/** By final status. A row by source follows the source, except for 408: a timeout is told by who did not answer. */
const byStatus: Readonly<Record<number, Row>> = {
  400: [4000, 'bad_request'],
  401: {
    carrier: [4010, 'unauthorized_by_carrier'],
    customer: [4020, 'unauthorized'],
    trunk: [4020, 'unauthorized'],
  },
  403: { carrier: [4040, 'forbidden'], customer: [4060, 'forbidden'], trunk: [4540, 'forbidden'] },
  404: {
    carrier: [4090, 'destination_not_found'],
    customer: [4310, 'uri_not_found'],
    trunk: [4080, 'route_not_found'],
  },
  406: [4610, 'ruri_not_acceptable_here'],
  407: [4150, 'proxy_authentication_required'],
  410: {
    carrier: [4090, 'destination_not_found'],
    customer: [4310, 'uri_not_found'],
    trunk: [4080, 'route_not_found'],
  },
  414: [4320, 'uri_invalid'],
  415: [4220, 'unsupported_media_type'],
  416: [4230, 'unsupported_uri_scheme'],
  422: [4270, 'session_interval_too_small'],
  480: {
    trunk: [4330, 'temporary_unavailable'],
    carrier: [4340, 'temporary_unavailable'],
    customer: [4350, 'temporary_unavailable'],
  },
  481: [4360, 'call_does_not_exist'],
  482: [4370, 'loop_detected'],
  483: [4380, 'too_many_hops'],
  484: [4120, 'destination_invalid'],
  485: [4320, 'uri_invalid'],
  486: [4410, 'user_busy'],
  487: {
    carrier: [4420, 'carrier_cancelled'],
    trunk: [4440, 'request_terminated'],
    customer: [4550, 'user_cancelled'],
  },
  488: {
    trunk: [4430, 'sdp_not_acceptable_here'],
    carrier: [4630, 'sdp_not_acceptable_here_by_carrier'],
    customer: [4640, 'sdp_not_acceptable_here_by_user'],
  },
  491: [4500, 'request_pending'],
  494: [4520, 'security_agreement_required'],
  500: {
    trunk: [5250, 'internal_error'],
    carrier: [5320, 'service_interrupted_by_carrier_5xx_6xx'],
    customer: [5230, 'service_interrupted_by_customer'],
  },
  501: {
    trunk: [5020, 'not_implemented'],
    carrier: [5030, 'not_implemented_at_carrier'],
    customer: [5040, 'not_implemented_at_user'],
  },
  502: [5300, 'bad_gateway'],
  503: {
    trunk: [5000, 'service_unavailable_no_more_destinations'],
    carrier: [5350, 'service_unavailable_by_carrier'],
    customer: [5360, 'service_unavailable_by_user'],
  },
  504: {
    trunk: [5200, 'server_timeout'],
    carrier: [5330, 'server_timeout'],
    customer: [5340, 'server_timeout'],
  },
  600: [6000, 'busy_everywhere'],
  604: [6020, 'does_not_exist_anywhere'],
  606: [6070, 'not_acceptable'],
};

/** 603 has a name for the carrier alone. */
const DECLINED: Cause = [6040, 'declined_from_carrier'];

const TIMEOUT: Readonly<Record<Side, Cause>> = {
  carrier: [4160, 'request_timeout_carrier'],
  customer: [4170, 'request_timeout_customer'],
};

/** Statuses that have no name of their own, by their class. */
const others: Readonly<Record<'4xx' | '5xx', Row>> = {
  '4xx': {
    carrier: [5310, 'service_interrupted_by_carrier_4xx'],
    customer: [5220, 'service_interrupted_by_customer'],
    trunk: [5250, 'internal_error'],
  },
  '5xx': {
    carrier: [5320, 'service_interrupted_by_carrier_5xx_6xx'],
    customer: [5230, 'service_interrupted_by_customer'],
    trunk: [5250, 'internal_error'],
  },
};

/** A peer that was up and answers no more is noticed by the re-INVITE that refreshes the session. */
const VANISHED: Cause = [3040, 'abnormal_hangup_due_to_reinvite'];

const byWhy: Readonly<Record<NonNullable<EndFacts['why']>, Cause>> = {
  codec: [4620, 'codec_not_acceptable_here'],
  media: [5270, 'internal_error_media_service'],
  'console-gone': VANISHED,
  'rtp-timeout': [3020, 'rtp_timeout'],
  'peer-gone': VANISHED,
  country: [4560, 'barred_country'],
  'caller-id': [4190, 'unknown_caller_id'],
  'calls-per-second': [5180, 'cps_limit_reached'],
  'concurrent-calls': [5190, 'concurrent_call_limit_exceeded'],
};

const CANCELED = 487;

export function plivoHangup(end: EndFacts, { barredCountryCode }: Pick<Account, 'barredCountryCode'> = {}): Hangup {
  const source = sourceOf(end);
  const row = causeOf(end, source);
  const [usual, name] = isCause(row) ? row : row[source];
  // 4560 in the list of codes, 4650 on the page about geo permissions.
  const code = end.why === 'country' ? (barredCountryCode ?? usual) : usual;
  return { code, name, source: source === 'trunk' ? 'zentrunk' : source };
}

function causeOf({ why, answered, endedBy, status, result, far }: EndFacts, source: Side | 'trunk'): Row {
  if (why !== undefined) return byWhy[why];
  if (answered) return endedBy === 'unknown' ? VANISHED : NORMAL;
  const final = status ?? (result === 'canceled' ? CANCELED : undefined);
  if (final === undefined) return NORMAL;
  if (final === 408) return TIMEOUT[far];
  if (final === 603 && source === 'carrier') return DECLINED;
  return byStatus[final] ?? others[final < 500 ? '4xx' : '5xx'];
}

function isCause(row: Row): row is Cause {
  return Array.isArray(row);
}
