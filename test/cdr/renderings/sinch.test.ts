import { expect, it } from 'vitest';
import { sinchCall, sinchList } from '../../../src/core/cdr/renderings/sinch.ts';
import { record } from '../fixture.ts';

const sinch = { provider: 'sinch', hangupCode: null, hangupName: 'COMPLETED' } as const;

it('S4 and S5: a record as Sinch shows it has their fields, and says whether it was referred and is billed', () => {
  const call = record('a', { ...sinch, kind: 'transfer', referred: true, billable: false, direction: 'outbound' });
  expect(sinchCall(call, 'project')).toEqual({
    callId: 'a',
    to: '+14155550100',
    from: '+14155550142',
    direction: 'OUTBOUND',
    answerTime: '1970-01-01T00:00:02Z',
    endTime: '1970-01-01T00:00:09Z',
    durationSeconds: 7,
    callResult: 'COMPLETED',
    pricePerMinute: { currencyCode: 'USD', amount: '0.0000' },
    billingDurationSeconds: 0,
    price: { currencyCode: 'USD', amount: '0.0000' },
    createTime: '1970-01-01T00:00:01Z',
    projectId: 'project',
    trunkId: 'demo.zt.patchcord.test',
    referred: true,
    billable: false,
  });
});

it('counts an inbound call from its start, bills whole minutes, and leaves out an answer that never came', () => {
  expect(sinchCall(record('a', sinch), 'p')).toMatchObject({ durationSeconds: 8, billingDurationSeconds: 60 });
  const missed = sinchCall(record('a', { ...sinch, answeredAt: null, durationMs: 0 }), 'p');
  expect(missed).not.toHaveProperty('answerTime');
  expect(missed).toMatchObject({ billingDurationSeconds: 0 });
});

it('gives pages by number', () => {
  expect(sinchList([], { projectId: 'p', page: 2, size: 10, total: 21 })).toEqual({
    calls: [],
    page: 2,
    size: 10,
    totalPages: 3,
    totalItems: 21,
  });
});
