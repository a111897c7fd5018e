/**
 * Records as Sinch's calls. Names and formats are theirs, `referred` (S5) and `billable` (S4) stand beside them;
 * nothing is charged here, so prices are zero, the trunk's domain stands for its id, and identifiers are our own.
 */
import type { CallRecord } from '../../../nouns/record.ts';
import { billedSeconds, talkSeconds } from './billing.ts';

export const SINCH_MAX_SIZE = 1000;

const NO_MONEY = { currencyCode: 'USD', amount: '0.0000' };

export function sinchCall(record: CallRecord, projectId: string): object {
  const { startedAt, answeredAt, endedAt, direction } = record;
  return {
    callId: record.id,
    to: record.to,
    from: record.from,
    direction: direction.toUpperCase(),
    ...(answeredAt === null ? {} : { answerTime: sinchTime(answeredAt) }),
    endTime: sinchTime(endedAt),
    // Theirs counts a call to the trunk from its start, and one of the trunk from its answer.
    durationSeconds: direction === 'inbound' ? Math.round((endedAt - startedAt) / 1000) : talkSeconds(record),
    callResult: record.hangupName,
    pricePerMinute: NO_MONEY,
    billingDurationSeconds: billedSeconds(record),
    price: NO_MONEY,
    createTime: sinchTime(startedAt),
    projectId,
    trunkId: record.trunkDomain,
    referred: record.referred,
    billable: record.billable,
  };
}

export interface SinchPage {
  readonly projectId: string;
  /** From 1. */
  readonly page: number;
  readonly size: number;
  readonly total: number;
}

export function sinchList(records: readonly CallRecord[], { projectId, page, size, total }: SinchPage): object {
  return {
    calls: records.map((record) => sinchCall(record, projectId)),
    page,
    size,
    totalPages: Math.ceil(total / size),
    totalItems: total,
  };
}

/** `2021-11-01T23:26:50Z`. */
function sinchTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
