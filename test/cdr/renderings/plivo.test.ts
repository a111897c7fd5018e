import { describe, expect, it } from 'vitest';
import { plivoCall, plivoList } from '../../../src/core/cdr/renderings/plivo.ts';
import { record } from '../fixture.ts';

const at = (time: string) => Date.parse(`2030-01-01T${time}Z`);

describe('a record as Plivo shows it', () => {
  it('P31: has their fields, in their formats', () => {
    const call = record('a', {
      startedAt: at('08:51:53.200'),
      answeredAt: at('08:51:54.000'),
      endedAt: at('08:52:26.100'),
      durationMs: 32_100,
      transport: 'TCP',
    });
    expect(plivoCall(call)).toEqual({
      call_uuid: 'a',
      from_number: '+14155550142',
      to_number: '+14155550100',
      call_direction: 'inbound',
      call_duration: 32,
      bill_duration: 60,
      billed_duration: 60,
      initiation_time: '2030-01-01 08:51:53',
      answer_time: '2030-01-01 08:51:54',
      end_time: '2030-01-01 08:52:26',
      hangup_cause_name: 'normal_hangup',
      hangup_cause_code: 3000,
      hangup_source: 'carrier',
      total_rate: '0.00000',
      total_amount: '0.00000',
      trunk_domain: 'demo.zt.patchcord.test',
      from_country: 'US',
      to_country: 'US',
      transport_protocol: 'tcp',
      srtp: false,
      secure_trunking: false,
      secure_trunking_rate: '0.00000',
      stir_verification: 'Not Verified',
      attestation_indicator: null,
    });
  });

  it('has no answer time and no seconds when nobody answered', () => {
    const call = record('a', { answeredAt: null, durationMs: 0, transport: null });
    expect(plivoCall(call)).toMatchObject({ answer_time: null, call_duration: 0, billed_duration: 0 });
  });

  it('P21: says when the leg was secure', () => {
    expect(plivoCall(record('a', { transport: 'TLS' }))).toMatchObject({
      secure_trunking: true,
      srtp: false,
      transport_protocol: 'tls',
    });
    expect(plivoCall(record('a', { transport: 'WS' }))).toMatchObject({ secure_trunking: false, srtp: true });
  });
});

describe("Plivo's list", () => {
  const path = '/v1/Account/MA1/Zentrunk/Call/';

  it.each([
    [0, `${path}?limit=20&offset=20`, null],
    [20, `${path}?limit=20&offset=40`, `${path}?limit=20&offset=0`],
    [40, null, `${path}?limit=20&offset=20`],
    [10, `${path}?limit=20&offset=30`, `${path}?limit=20&offset=0`],
  ])('leads on and back from offset %i', (offset, next, previous) => {
    expect(plivoList([record('a')], { path, limit: 20, offset, total: 41, apiId: 'x' })).toEqual({
      api_id: 'x',
      meta: { limit: 20, offset, total_count: 41, next, previous },
      objects: [plivoCall(record('a'))],
    });
  });

  it('ends exactly at the last page', () => {
    expect(plivoList([], { path, limit: 20, offset: 20, total: 40, apiId: 'x' })).toMatchObject({
      meta: { next: null },
    });
  });
});
