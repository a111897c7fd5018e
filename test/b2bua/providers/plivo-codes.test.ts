import { describe, expect, it } from 'vitest';
import type { EndedBy } from '../../../src/nouns/call.ts';
import type { EndFacts } from '../../../src/core/b2bua/hangup-cause.ts';
import { plivoHangup } from '../../../src/core/b2bua/providers/plivo-codes.ts';

const failed: EndFacts = {
  result: 'failed',
  endedBy: 'target',
  status: undefined,
  answered: false,
  far: 'carrier',
  why: undefined,
};

const brief = (more: Partial<EndFacts>): string => {
  const { code, name, source } = plivoHangup({ ...failed, ...more });
  return `${code} ${name} ${source}`;
};

type Who = 'customer' | 'carrier' | 'zentrunk';
const by: Record<Who, Pick<EndFacts, 'endedBy' | 'far'>> = {
  customer: { endedBy: 'endpoint', far: 'customer' },
  carrier: { endedBy: 'target', far: 'carrier' },
  zentrunk: { endedBy: 'trunk', far: 'carrier' },
};

describe('P31: the cause of a leg that was not answered', () => {
  it.each<[number, Who, number, string]>([
    [400, 'carrier', 4000, 'bad_request'],
    [401, 'carrier', 4010, 'unauthorized_by_carrier'],
    [401, 'customer', 4020, 'unauthorized'],
    [403, 'carrier', 4040, 'forbidden'],
    [403, 'customer', 4060, 'forbidden'],
    [403, 'zentrunk', 4540, 'forbidden'],
    [404, 'zentrunk', 4080, 'route_not_found'],
    [404, 'carrier', 4090, 'destination_not_found'],
    [404, 'customer', 4310, 'uri_not_found'],
    [406, 'carrier', 4610, 'ruri_not_acceptable_here'],
    [407, 'carrier', 4150, 'proxy_authentication_required'],
    [408, 'carrier', 4160, 'request_timeout_carrier'],
    [408, 'customer', 4170, 'request_timeout_customer'],
    [410, 'carrier', 4090, 'destination_not_found'],
    [410, 'customer', 4310, 'uri_not_found'],
    [414, 'carrier', 4320, 'uri_invalid'],
    [415, 'carrier', 4220, 'unsupported_media_type'],
    [416, 'carrier', 4230, 'unsupported_uri_scheme'],
    [422, 'carrier', 4270, 'session_interval_too_small'],
    [480, 'zentrunk', 4330, 'temporary_unavailable'],
    [480, 'carrier', 4340, 'temporary_unavailable'],
    [480, 'customer', 4350, 'temporary_unavailable'],
    [481, 'customer', 4360, 'call_does_not_exist'],
    [482, 'carrier', 4370, 'loop_detected'],
    [483, 'carrier', 4380, 'too_many_hops'],
    [484, 'carrier', 4120, 'destination_invalid'],
    [485, 'carrier', 4320, 'uri_invalid'],
    [486, 'carrier', 4410, 'user_busy'],
    [486, 'customer', 4410, 'user_busy'],
    [487, 'carrier', 4420, 'carrier_cancelled'],
    [487, 'zentrunk', 4440, 'request_terminated'],
    [487, 'customer', 4550, 'user_cancelled'],
    [488, 'zentrunk', 4430, 'sdp_not_acceptable_here'],
    [488, 'carrier', 4630, 'sdp_not_acceptable_here_by_carrier'],
    [488, 'customer', 4640, 'sdp_not_acceptable_here_by_user'],
    [491, 'customer', 4500, 'request_pending'],
    [494, 'carrier', 4520, 'security_agreement_required'],
    [500, 'zentrunk', 5250, 'internal_error'],
    [501, 'zentrunk', 5020, 'not_implemented'],
    [501, 'carrier', 5030, 'not_implemented_at_carrier'],
    [501, 'customer', 5040, 'not_implemented_at_user'],
    [502, 'carrier', 5300, 'bad_gateway'],
    [503, 'zentrunk', 5000, 'service_unavailable_no_more_destinations'],
    [503, 'carrier', 5350, 'service_unavailable_by_carrier'],
    [503, 'customer', 5360, 'service_unavailable_by_user'],
    [504, 'zentrunk', 5200, 'server_timeout'],
    [504, 'carrier', 5330, 'server_timeout'],
    [504, 'customer', 5340, 'server_timeout'],
    [600, 'carrier', 6000, 'busy_everywhere'],
    [603, 'carrier', 6040, 'declined_from_carrier'],
    [603, 'customer', 5230, 'service_interrupted_by_customer'],
    [604, 'carrier', 6020, 'does_not_exist_anywhere'],
    [606, 'carrier', 6070, 'not_acceptable'],
    // Statuses without a name of their own, by class.
    [302, 'carrier', 5310, 'service_interrupted_by_carrier_4xx'],
    [420, 'carrier', 5310, 'service_interrupted_by_carrier_4xx'],
    [420, 'customer', 5220, 'service_interrupted_by_customer'],
    [500, 'carrier', 5320, 'service_interrupted_by_carrier_5xx_6xx'],
    [500, 'customer', 5230, 'service_interrupted_by_customer'],
    [513, 'carrier', 5320, 'service_interrupted_by_carrier_5xx_6xx'],
    [607, 'carrier', 5320, 'service_interrupted_by_carrier_5xx_6xx'],
  ])('%i by %s is %i %s', (status, who, code, name) => {
    expect(brief({ ...by[who], status })).toBe(`${code} ${name} ${who}`);
  });

  it.each([
    ['codec', 4620, 'codec_not_acceptable_here'],
    ['media', 5270, 'internal_error_media_service'],
    ['country', 4560, 'barred_country'],
    ['caller-id', 4190, 'unknown_caller_id'],
    ['calls-per-second', 5180, 'cps_limit_reached'],
    ['concurrent-calls', 5190, 'concurrent_call_limit_exceeded'],
  ] as const)('%s is %i %s', (why, code, name) => {
    expect(brief({ ...by.zentrunk, status: 503, why })).toBe(`${code} ${name} zentrunk`);
  });

  it('P16: a barred country is 4650 where the configuration follows their page on geo permissions', () => {
    const end = { ...by.zentrunk, status: 403, why: 'country', result: 'failed', answered: false } as const;
    const account = { barredCountryCode: 4650 };
    expect(plivoHangup(end, account)).toEqual({ code: 4650, name: 'barred_country', source: 'zentrunk' });
    expect(plivoHangup({ ...end, why: 'caller-id' }, account).code).toBe(4190);
  });

  it('a ring time that ran out is the fault of whoever did not answer, though the trunk ended it', () => {
    expect(brief({ endedBy: 'trunk', far: 'customer', status: 408, result: 'no-answer' })).toBe(
      '4170 request_timeout_customer zentrunk',
    );
  });

  it('a caller that leaves while it rings has cancelled, with or without a status', () => {
    expect(brief({ endedBy: 'caller', far: 'customer', result: 'canceled' })).toBe('4420 carrier_cancelled carrier');
  });
});

describe('P31: the cause of a leg that was answered', () => {
  it.each<[EndedBy, string]>([
    ['caller', '3000 normal_hangup carrier'],
    ['endpoint', '3000 normal_hangup customer'],
    ['target', '3000 normal_hangup carrier'],
    ['trunk', '3010 normal_hangup zentrunk'],
    ['unknown', '3040 abnormal_hangup_due_to_reinvite zentrunk'],
  ])('ended by %s is %s', (endedBy, expected) => {
    expect(brief({ endedBy, answered: true, result: 'answered' })).toBe(expected);
  });
});
