import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallRecord, RecordQuery } from '../../src/nouns/record.ts';
import { BadCursor } from '../../src/core/cdr/index.ts';
import type { RecordStore } from '../../src/core/cdr/index.ts';
import { pageStatement } from '../../src/core/cdr/query.ts';
import { migrate } from '../../src/core/cdr/schema.ts';
import { open, record } from './fixture.ts';

const ids = (records: CallRecord[]): string[] => records.map(({ id }) => id);

function everyPage(store: RecordStore, query: RecordQuery): CallRecord[] {
  const all: CallRecord[] = [];
  let cursor: string | undefined;
  do {
    const page = store.list({ ...query, cursor });
    all.push(...page.records);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return all;
}

describe('the order of the list', () => {
  it('is newest first', () => {
    const { store } = open();
    store.finish(record('old', { startedAt: 1_000 }));
    store.finish(record('new', { startedAt: 3_000 }));
    store.finish(record('middle', { startedAt: 2_000 }));
    expect(ids(store.list().records)).toEqual(['new', 'middle', 'old']);
  });

  it('P26: keeps the records of a transferred call together, at the place of the latest', () => {
    const { store } = open();
    store.finish(record('original', { sessionId: 's', startedAt: 1_000 }));
    store.finish(record('other call', { startedAt: 2_000 }));
    store.finish(record('transfer', { sessionId: 's', startedAt: 3_000, kind: 'transfer' }));
    store.finish(record('newest', { startedAt: 4_000 }));
    expect(ids(store.list().records)).toEqual(['newest', 'transfer', 'original', 'other call']);
  });

  it('P26: does not depend on which record of a session is finished first', () => {
    const { store } = open();
    store.finish(record('transfer', { sessionId: 's', startedAt: 3_000, kind: 'transfer' }));
    store.finish(record('other call', { startedAt: 2_000 }));
    store.finish(record('original', { sessionId: 's', startedAt: 1_000 }));
    expect(ids(store.list().records)).toEqual(['transfer', 'original', 'other call']);
  });
});

describe('pages', () => {
  it('hold every matching record exactly once, in the order of the list', () => {
    const some = fc.record({
      session: fc.integer({ min: 0, max: 8 }),
      startedAt: fc.integer({ min: 0, max: 6 }),
      from: fc.constantFrom('+14155550001', '+14155550002', '+14155550003'),
      to: fc.constantFrom('+14155550001', '+14155550002'),
    });
    const query = fc.record(
      {
        limit: fc.integer({ min: 1, max: 7 }),
        number: fc.constantFrom('+14155550001', '+14155550003', '+14155550009'),
        since: fc.integer({ min: 0, max: 7 }),
        search: fc.constantFrom('0002', 'dana', 'nobody'),
      },
      { requiredKeys: ['limit'] },
    );
    fc.assert(
      fc.property(fc.array(some, { maxLength: 40 }), query, (calls, asked) => {
        const { store } = open();
        const records = calls.map(({ session, ...more }, i) => record(`r${i}`, { ...more, sessionId: `s${session}` }));
        for (const one of records) store.finish(one);
        expect(ids(everyPage(store, asked))).toEqual(ids(expected(records, asked)));
        store.close();
      }),
    );
  });

  /** The same list, made the slow and obvious way. */
  function expected(records: CallRecord[], asked: RecordQuery): CallRecord[] {
    const latest = new Map<string, number>();
    for (const { sessionId, startedAt } of records) {
      latest.set(sessionId, Math.max(startedAt, latest.get(sessionId) ?? 0));
    }
    const down = (a: string | number, b: string | number): number => (a < b ? 1 : a > b ? -1 : 0);
    return records
      .filter((r) => asked.number === undefined || r.from === asked.number || r.to === asked.number)
      .filter((r) => asked.since === undefined || r.startedAt >= asked.since)
      .filter((r) => `${r.from} ${r.fromName} ${r.to}`.toLowerCase().includes(asked.search ?? ''))
      .sort(
        (a, b) =>
          down(latest.get(a.sessionId) ?? 0, latest.get(b.sessionId) ?? 0) ||
          down(a.sessionId, b.sessionId) ||
          down(a.startedAt, b.startedAt) ||
          down(a.id, b.id),
      );
  }

  it('neither repeat nor skip a record when new calls come in between', () => {
    const { store } = open();
    for (let i = 0; i < 5; i += 1) store.finish(record(`r${i}`, { startedAt: i }));
    const first = store.list({ limit: 2 });
    store.finish(record('new', { startedAt: 99 }));
    const second = store.list({ limit: 9, cursor: first.nextCursor });
    expect(ids([...first.records, ...second.records])).toEqual(['r4', 'r3', 'r2', 'r1', 'r0']);
  });

  it('have no next cursor when the last page is exactly full', () => {
    const { store } = open();
    store.finish(record('a'));
    store.finish(record('b'));
    expect(store.list({ limit: 2 }).nextCursor).toBeUndefined();
  });

  it.each(['', 'x', 'bm90IGpzb24', Buffer.from('[1,2,3,4]').toString('base64url')])(
    'refuse the foreign cursor %j',
    (cursor) => {
      const { store } = open();
      expect(() => store.list({ cursor })).toThrow(BadCursor);
    },
  );
});

describe('at 100,000 rows', () => {
  const cursor = Buffer.from('[50000,"s",50000,"r"]').toString('base64url');
  const plan = ({ sql, values }: ReturnType<typeof pageStatement>): string => {
    const db = new DatabaseSync(':memory:');
    migrate(db, 0);
    const steps = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(values);
    return steps.map((step) => step['detail']).join('\n');
  };

  it('a page is found in the list index and needs no sorting', () => {
    const steps = plan(pageStatement({ cursor, since: 7 }, 101));
    expect(steps).toContain('SEARCH record USING INDEX record_list');
    expect(steps).not.toMatch(/TEMP B-TREE|SCAN record(?! USING INDEX)/);
  });

  it('a search walks the list index and needs no sorting', () => {
    const steps = plan(pageStatement({ search: 'dana 555' }, 101));
    expect(steps).toContain('USING INDEX record_list');
    expect(steps).not.toContain('TEMP B-TREE');
  });

  it('the calls of one number are found in the indexes of its two sides', () => {
    const steps = plan(pageStatement({ cursor, number: '+14155550142' }, 101));
    expect(steps).toContain('SEARCH record USING INDEX record_from (fromNumber=?');
    expect(steps).toContain('SEARCH record USING INDEX record_to (toNumber=?');
    // Only the two pages are sorted into one, never the table.
    expect(steps).not.toContain('SCAN record');
  });

  it('the pages still hold every record', { timeout: 60_000 }, () => {
    const { store } = open();
    for (let i = 0; i < 100_000; i += 1) store.finish(record(`r${i}`, { startedAt: (i * 7919) % 100_003 }));
    const all = everyPage(store, { limit: 1000 });
    expect(new Set(ids(all)).size).toBe(100_000);
    expect(all.every(({ startedAt }, i) => i === 0 || startedAt < (all[i - 1]?.startedAt ?? 0))).toBe(true);
  });
});

describe('a search', () => {
  const found = (search: string): string[] => {
    const { store } = open();
    store.finish(record('müller', { fromName: 'Jörg Müller', startedAt: 2_000 }));
    store.finish(record('dana', { fromName: 'Dana Reyes', toName: 'Billing', from: '+442079460000' }));
    return ids(store.list({ search }).records);
  };

  it.each([
    ['part of a name', 'eye', ['dana']],
    ['other case and no accents', 'MULLER', ['müller']],
    ['words of caller and callee', 'billing dana', ['dana']],
    ['words of which one is missing', 'billing jörg', []],
    ['part of a number', '79460', ['dana']],
    ['a number as people write it', '+44 (20) 7946-0000', ['dana']],
    ['signs that mean something to SQL', "%_'", []],
    ['blanks only', '   ', ['müller', 'dana']],
  ])('finds %s', (_what, search, expected) => {
    expect(found(search)).toEqual(expected);
  });
});
