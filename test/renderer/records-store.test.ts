import { describe, expect, it } from 'vitest';
import { createStore } from 'zustand';
import { ContractFailure } from '../../src/contract/client.ts';
import type { ContractClient } from '../../src/contract/client.ts';
import type { CallRecord } from '../../src/contract/model.ts';
import { formatDuration } from '../../src/renderer/features/records/format.ts';
import { createRecordsSlice, matchesSearch, recordRows } from '../../src/renderer/store/records.ts';
import type { Page, RecordsSlice } from '../../src/renderer/store/records.ts';
import { manyRecords } from './panes-harness/transferred-call.ts';

interface Asked {
  readonly request: { search?: string; cursor?: string };
  readonly answer: (page: Page) => Promise<void>;
  readonly fail: (why: unknown) => Promise<void>;
}

/** A slice over a trunk whose answers are given by hand. */
function open() {
  const asked: Asked[] = [];
  const send = ((_name: string, request: Asked['request']) =>
    new Promise((resolve, reject) => {
      asked.push({
        request,
        answer: async (page) => {
          resolve(page);
          await settled();
        },
        fail: async (why) => {
          reject(why);
          await settled();
        },
      });
    })) as unknown as ContractClient['send'];
  const store = createStore<RecordsSlice>()((set, get) => createRecordsSlice(set, get, send));
  const { recordsActions: actions } = store.getState();
  const state = () => store.getState().records;
  return { asked, actions, state, ids: () => state().records.map((shown) => shown.id) };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}

const [base] = manyRecords(1);
function record(id: string, more: Partial<CallRecord> = {}): CallRecord {
  return { ...base!, id, sessionId: `session of ${id}`, kind: 'original', ...more };
}

describe('loading', () => {
  it('goes page by page until there is no cursor', async () => {
    const pane = open();
    void pane.actions.load();
    expect(pane.state().status).toBe('loading');
    await pane.asked[0]!.answer({ records: [record('a')], nextCursor: 'one' });
    void pane.actions.loadFurther();
    expect(pane.asked[1]!.request.cursor).toBe('one');
    await pane.asked[1]!.answer({ records: [record('b')] });
    expect(pane.ids()).toEqual(['a', 'b']);
    await pane.actions.loadFurther();
    expect(pane.asked).toHaveLength(2);
  });

  it('asks for the next page once, however often the end comes into view', async () => {
    const pane = open();
    void pane.actions.load();
    await pane.asked[0]!.answer({ records: [record('a')], nextCursor: 'one' });
    void pane.actions.loadFurther();
    void pane.actions.loadFurther();
    expect(pane.asked).toHaveLength(2);
  });

  it('shows no record twice when pages overlap', async () => {
    const pane = open();
    void pane.actions.load();
    await pane.asked[0]!.answer({ records: [record('a'), record('b')], nextCursor: 'one' });
    void pane.actions.loadFurther();
    await pane.asked[1]!.answer({ records: [record('b'), record('c')] });
    expect(pane.ids()).toEqual(['a', 'b', 'c']);
  });

  it('that fails says why and can be done again', async () => {
    const pane = open();
    void pane.actions.load();
    await pane.asked[0]!.fail(new ContractFailure({ code: 'unavailable', message: 'The trunk is stopped.' }));
    expect(pane.state()).toMatchObject({ status: 'failed', problem: 'The trunk is stopped.' });
    void pane.actions.load();
    await pane.asked[1]!.answer({ records: [] });
    expect(pane.state()).toMatchObject({ status: 'ready', problem: undefined });
  });

  it('of a further page that fails keeps what is there', async () => {
    const pane = open();
    void pane.actions.load();
    await pane.asked[0]!.answer({ records: [record('a')], nextCursor: 'one' });
    void pane.actions.loadFurther();
    await pane.asked[1]!.fail(new Error('gone'));
    expect(pane.state()).toMatchObject({ status: 'ready', further: 'failed', nextCursor: 'one' });
    expect(pane.ids()).toEqual(['a']);
  });

  it('again after a reconnect happens only for somebody who has looked', () => {
    const pane = open();
    pane.actions.begin();
    expect(pane.asked).toHaveLength(0);
    void pane.actions.load();
    pane.actions.begin();
    expect(pane.asked).toHaveLength(2);
  });
});

describe('a record that is added', () => {
  it('stands first', async () => {
    const pane = open();
    void pane.actions.load();
    await pane.asked[0]!.answer({ records: [record('a')] });
    pane.actions.receive({ type: 'recordAdded', record: record('b') });
    expect(pane.ids()).toEqual(['b', 'a']);
  });

  it('while the first page is on its way is not lost, and not shown twice', async () => {
    const pane = open();
    void pane.actions.load();
    const late = record('late', { endedAt: base!.endedAt + 1 });
    const both = record('both');
    pane.actions.receive({ type: 'recordAdded', record: both });
    pane.actions.receive({ type: 'recordAdded', record: late });
    await pane.asked[0]!.answer({ records: [both] });
    expect(pane.ids()).toEqual(['late', 'both']);
  });

  it('does not appear among the results of a search that it does not match', async () => {
    const pane = open();
    void pane.actions.search('priya');
    await pane.asked[0]!.answer({ records: [] });
    pane.actions.receive({ type: 'recordAdded', record: record('b') });
    pane.actions.receive({ type: 'recordAdded', record: record('c', { fromName: 'Priya Raman' }) });
    expect(pane.ids()).toEqual(['c']);
  });

  it('before anybody looked is left to the first page', () => {
    const pane = open();
    pane.actions.receive({ type: 'recordAdded', record: record('a') });
    expect(pane.ids()).toEqual([]);
  });
});

describe('search', () => {
  it('drops the answer to an older search that comes late', async () => {
    const pane = open();
    void pane.actions.search('da');
    void pane.actions.search('dana');
    await pane.asked[1]!.answer({ records: [record('dana')] });
    await pane.asked[0]!.answer({ records: [record('da')] });
    expect(pane.ids()).toEqual(['dana']);
    expect(pane.asked.map(({ request }) => request.search)).toEqual(['da', 'dana']);
  });

  it('finds part of a name in any case, and part of a number however it is spaced', () => {
    const dana = record('a', { from: '+14155550187', fromName: 'Dana Whitfield' });
    expect(matchesSearch(dana, 'WHIT')).toBe(true);
    expect(matchesSearch(dana, '415 555 0187')).toBe(true);
    expect(matchesSearch(dana, '+1 (415)')).toBe(true);
    expect(matchesSearch(dana, '415 555 9999')).toBe(false);
  });
});

describe('P26: the two records of a transferred call', () => {
  const original = record('original', { sessionId: 's', startedAt: 1 });
  const transfer = record('transfer', { sessionId: 's', kind: 'transfer', startedAt: 2 });
  const other = record('other');
  const shown = (records: CallRecord[]): string[] => recordRows(records).map((row) => `${row.record.id} ${row.place}`);

  it('stand together, the original leg first, where the newer one belongs', () => {
    expect(shown([transfer, other, original])).toEqual(['original first', 'transfer last', 'other alone']);
  });

  it('join as soon as the second one is added', () => {
    expect(shown([other, original])).toEqual(['other alone', 'original alone']);
    expect(shown([transfer, other, original])[0]).toBe('original first');
  });

  it('stay in the order of the transfers when there are more', () => {
    const again = record('again', { sessionId: 's', kind: 'transfer', startedAt: 3 });
    expect(shown([again, transfer, original])).toEqual(['original first', 'transfer middle', 'again last']);
  });
});

it('arranges a hundred thousand records, none lost', () => {
  const records = manyRecords(100_000);
  const rows = recordRows(records);
  expect(new Set(rows.map((row) => row.record.id)).size).toBe(100_000);
});

it('tells durations in minutes and seconds, with hours only where there are any', () => {
  expect(formatDuration(7_999)).toBe('0:07');
  expect(formatDuration(750_000)).toBe('12:30');
  expect(formatDuration(3_723_000)).toBe('1:02:03');
});
