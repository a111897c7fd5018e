/**
 * Records as Plivo's call objects and lists of them. Names and formats are theirs; nothing is charged here, so rates
 * are zero, and identifiers are our own.
 */
import type { CallRecord } from '../../../nouns/record.ts';
import { billedSeconds, talkSeconds } from './billing.ts';

/** Records on a page at most. */
export const PLIVO_MAX_LIMIT = 20;

const NO_MONEY = '0.00000';

export function plivoCall(record: CallRecord): Record<string, string | number | boolean | null> {
  const { transport } = record;
  return {
    call_uuid: record.id,
    from_number: record.from,
    to_number: record.to,
    call_direction: record.direction,
    call_duration: talkSeconds(record),
    bill_duration: billedSeconds(record),
    billed_duration: billedSeconds(record),
    initiation_time: plivoTime(record.startedAt),
    answer_time: record.answeredAt === null ? null : plivoTime(record.answeredAt),
    end_time: plivoTime(record.endedAt),
    hangup_cause_name: record.hangupName,
    hangup_cause_code: record.hangupCode,
    hangup_source: record.hangupSource,
    total_rate: NO_MONEY,
    total_amount: NO_MONEY,
    trunk_domain: record.trunkDomain,
    from_country: record.fromCountry,
    to_country: record.toCountry,
    transport_protocol: transport === null ? null : transport.toLowerCase(),
    // Keys are exchanged on WebRTC legs alone, and those come over a WebSocket.
    srtp: transport === 'WS',
    secure_trunking: transport === 'TLS',
    secure_trunking_rate: NO_MONEY,
    stir_verification: 'Not Verified',
    attestation_indicator: null,
  };
}

export interface PlivoPage {
  /** Path of the list, without query. */
  readonly path: string;
  readonly limit: number;
  readonly offset: number;
  readonly total: number;
  /** Of this answer. */
  readonly apiId: string;
}

export function plivoList(records: readonly CallRecord[], { path, limit, offset, total, apiId }: PlivoPage): object {
  const at = (start: number) => `${path}?limit=${limit}&offset=${start}`;
  return {
    api_id: apiId,
    meta: {
      limit,
      offset,
      total_count: total,
      next: offset + limit < total ? at(offset + limit) : null,
      previous: offset > 0 ? at(Math.max(0, offset - limit)) : null,
    },
    objects: records.map(plivoCall),
  };
}

/** `2026-09-18 08:51:53`, in UTC. */
function plivoTime(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}
