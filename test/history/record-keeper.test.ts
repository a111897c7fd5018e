import { expect, it, onTestFinished } from 'vitest';
import type { CallRecord } from '../../src/nouns/record.ts';
import type { RecordDraft, RecordEnd } from '../../src/core/b2bua/record-draft.ts';
import { RecordStore } from '../../src/core/cdr/index.ts';
import { silent } from '../../src/core/log/logger.ts';
import { RecordKeeper } from '../../src/core/history/record-keeper.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const draft: RecordDraft = {
  id: 'a',
  callId: 'call',
  sessionId: 'session',
  kind: 'original',
  direction: 'inbound',
  from: { number: '+14155550142', name: 'Dana' },
  to: { number: '+14155550100', name: 'Console' },
  provider: 'plivo',
  trunkDomain: 'demo.zt.patchcord.test',
  referred: false,
  billable: true,
  counted: true,
  callerIdRule: 'as received',
  far: 'customer',
  fromCountry: 'US',
  toCountry: undefined,
  transport: 'UDP',
  queuedUntil: undefined,
  startedAt: 1000,
  answeredAt: 2000,
  end: undefined,
};

const end: RecordEnd = {
  at: 9000,
  result: 'answered',
  endedBy: 'caller',
  sipStatus: undefined,
  hangup: { code: 3000, name: 'normal_hangup', source: 'carrier' },
};

function keeper(finalAfterMs?: number) {
  const clock = new VirtualClock();
  const store = RecordStore.open(':memory:', { log: silent, clock });
  onTestFinished(() => store.close());
  const told: string[] = [];
  const records = new RecordKeeper(store, clock, finalAfterMs);
  records.began(draft);
  const added: CallRecord[] = [];
  records.ended(draft, end, [], (record) => {
    told.push(record.id);
    added.push(record);
  });
  return { clock, store, told, records, added };
}

it('P27: a record is final at once by default', () => {
  const { store, told, records } = keeper();
  expect(told).toEqual(['a']);
  expect(store.get('a')).toMatchObject({ durationMs: 7000, hangupCode: 3000, toCountry: null, endedAt: 9000 });
  records.stop();
});

it('P27: a setting delays the final record', () => {
  const { clock, store, told, records } = keeper(60_000);
  clock.advance(59_999);
  expect([told, store.get('a')]).toEqual([[], undefined]);
  clock.advance(1);
  expect(told).toEqual(['a']);
  expect(store.get('a')?.endedAt).toBe(9000);
  records.stop();
});

it('P27: what is told of a delayed record has the recording and the findings that came meanwhile', () => {
  const { clock, store, records, added } = keeper(60_000);
  expect(records.recorded('a', 6900)).toBeUndefined();
  expect(records.found('call', ['D3'])).toEqual([]);
  expect(records.found('another call', ['D5'])).toEqual([]);
  clock.advance(60_000);
  expect(added).toMatchObject([{ id: 'a', recording: { durationMs: 6900 }, findings: ['D3'] }]);
  expect(store.get('a')).toEqual(added[0]);
  expect(records.recorded('a', 7000)).toMatchObject({ id: 'a', recording: { durationMs: 7000 } });
  records.stop();
});

it('P27: what is delayed is written when the trunk stops', () => {
  const { store, told, records } = keeper(60_000);
  records.stop();
  expect(told).toEqual(['a']);
  expect(store.list().records).toHaveLength(1);
});
