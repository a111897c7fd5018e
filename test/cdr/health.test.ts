/** W4: a records file that cannot be read costs lists, not calls. */
import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { StatementSync } from 'node:sqlite';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { RecordsUnreadable } from '../../src/core/cdr/index.ts';
import { folder, open, record } from './fixture.ts';

/** As SQLite fails: `errcode` is what node:sqlite gives its errors. */
function sqliteError(code: number, message: string): Error {
  return Object.assign(new Error(message), { code: 'ERR_SQLITE_ERROR', errcode: code });
}

/** From now on every read fails. @returns mends it */
function breakReads(error: Error): () => void {
  const fail = (): never => {
    throw error;
  };
  const spies = [
    vi.spyOn(StatementSync.prototype, 'all').mockImplementation(fail),
    vi.spyOn(StatementSync.prototype, 'get').mockImplementation(fail),
  ];
  return () => {
    for (const spy of spies) spy.mockRestore();
  };
}

const causes: [string, Error][] = [
  ['an I/O error', sqliteError(10, 'disk I/O error')],
  ['a locked file', sqliteError(5, 'database is locked')],
  ['a damaged page', sqliteError(11, 'database disk image is malformed')],
];

describe('W4: records that cannot be read', () => {
  it.each(causes)('are told for what they are, to whoever lists them: %s', (_, error) => {
    const { store, clock, logged } = open();
    store.finish(record('a'));
    clock.advance(100);
    const states: string[] = [];
    store.health.onChange(({ state }) => states.push(state));
    const mend = breakReads(error);
    for (const read of [() => store.list(), () => store.get('a'), () => store.trace('call-a')]) {
      expect(read).toThrow(RecordsUnreadable);
      expect(read).toThrow(error.message);
    }
    // The trunk does without: it is not told by an exception.
    expect(store.find('a')).toBeUndefined();
    expect(store.setFindings('call-a', ['D1'])).toEqual([]);
    expect(store.health.state).toMatchObject({ state: 'unreadable', why: error.message });
    expect(logged).toEqual(['error records cannot be read for now']);
    mend();
    clock.advance(5000);
    expect(states).toEqual(['unreadable', 'works']);
    expect(logged.at(-1)).toBe('info records are read again');
    expect(store.get('a')).toMatchObject({ id: 'a', findings: ['D1'] });
    clock.advance(60_000);
    expect(clock.pending).toBe(0);
  });

  it('are looked at again until they can be read', () => {
    const { store, clock } = open();
    const mend = breakReads(sqliteError(10, 'disk I/O error'));
    expect(() => store.list()).toThrow(RecordsUnreadable);
    clock.advance(60_000);
    expect(store.health.state?.state).toBe('unreadable');
    mend();
    clock.advance(5000);
    expect(store.health.state?.state).toBe('works');
  });

  it('of a file that is damaged while it is open: reads fail, what comes is not held up', () => {
    const file = join(folder(), 'records.sqlite');
    const { store, clock } = open(file);
    // More than SQLite keeps in memory.
    for (let i = 0; i < 1500; i += 1) store.finish(record(`old-${i}`, { fromName: 'x'.repeat(3000) }));
    clock.advance(1000);
    // Everything into the file itself, and out of the cache.
    store.close();
    const second = open(file);
    const { size } = statSync(file);
    const descriptor = openSync(file, 'r+');
    for (let at = 8 * 4096; at < size; at += 4096) writeSync(descriptor, Buffer.alloc(4096, 0xee), 0, 4096, at);
    closeSync(descriptor);
    expect(() => second.store.list({ limit: 1000 })).toThrow(RecordsUnreadable);
    for (let i = 0; i < 5; i += 1) second.store.finish(record(`new-${i}`));
    expect(() => second.clock.advance(5000)).not.toThrow();
    expect(['unreadable', 'unwritable']).toContain(second.store.health.state?.state);
  });

  it('fails as ever for what is no fault of the file', () => {
    const { store } = open();
    expect(() => store.list({ cursor: 'nonsense' })).toThrow('This cursor does not come from a list of records.');
    expect(store.health.state).toBeUndefined();
  });
});
