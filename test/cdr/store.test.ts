import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CallRecord } from '../../src/nouns/record.ts';
import { exampleLegQuality } from '../support/fake-trunk.ts';
import { folder, inProgress, open, record } from './fixture.ts';

describe('a record', () => {
  it('comes back as it was written, fractions of a millisecond included', () => {
    const { store } = open();
    const written = record('a', { startedAt: 1_000.25, answeredAt: null, sipStatus: null, durationMs: 0 });
    store.finish(written);
    expect(store.list().records).toEqual([written]);
    expect(store.get('a')).toEqual(written);
  });

  it('M2: keeps how well its legs were heard', () => {
    const { store } = open();
    const written = record('a', { quality: [exampleLegQuality] });
    store.finish(written);
    expect([store.get('a'), store.recordsOf(written.callId)]).toEqual([written, [written]]);
  });

  it('is listed once it is finished, not while the call is in progress', () => {
    const { store } = open();
    store.begin(inProgress('a'));
    expect(store.list().records).toEqual([]);
    expect(store.get('a')).toBeUndefined();
    store.finish(record('a'));
    expect(store.list().records).toEqual([record('a')]);
  });

  it('survives closing and opening again', () => {
    const file = join(folder(), 'deep', 'down', 'records.sqlite');
    const first = open(file).store;
    first.finish(record('a'));
    first.close();
    expect(open(file).store.list().records).toEqual([record('a')]);
  });

  it('takes its latest form when it is finished twice', () => {
    const { store } = open();
    const final = record('a', { result: 'transferred', endedBy: 'trunk' });
    store.finish(record('a'));
    store.finish(final);
    expect(store.list().records).toEqual([final]);
  });
});

describe('writes', () => {
  /** Everything that SQLite has written so far. */
  const onDisk = (file: string): string => readFileSync(file, 'latin1') + readFileSync(`${file}-wal`, 'latin1');

  it('reach the disk together, 20 ms after the first of them', () => {
    const file = join(folder(), 'records.sqlite');
    const { store, clock } = open(file);
    store.finish(record('record-a'));
    clock.advance(10);
    store.finish(record('record-b'));
    clock.advance(9);
    expect(onDisk(file)).not.toContain('record-a');
    clock.advance(1);
    expect(onDisk(file)).toContain('record-a');
    expect(onDisk(file)).toContain('record-b');
  });

  it('leave no timer behind once they are committed or the store is closed', () => {
    const { store, clock } = open();
    store.finish(record('a'));
    store.flush();
    expect(clock.pending).toBe(0);
    store.finish(record('b'));
    store.close();
    expect(clock.pending).toBe(0);
  });

  it('are all kept when one of them cannot be stored', () => {
    const { store, logged } = open();
    store.finish(record('a'));
    store.finish(record('bad', { startedAt: Number.NaN }));
    store.finish({ ...record('worse'), to: undefined } as unknown as CallRecord);
    store.finish(record('b'));
    expect(ids(store.list().records)).toEqual(['b', 'a']);
    expect(logged.filter((line) => line.startsWith('error'))).toHaveLength(2);
  });

  it('are refused with a log line after close', () => {
    const { store, logged } = open();
    store.close();
    store.close();
    store.finish(record('a'));
    expect(logged).toEqual(['error a record was written after the records were closed']);
  });
});

describe.skipIf(process.platform === 'win32')('the file', () => {
  it('can be read by its owner alone', () => {
    const file = join(folder(), 'records.sqlite');
    const { store } = open(file);
    store.finish(record('a'));
    store.flush();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(`${file}-wal`).mode & 0o777).toBe(0o600);
  });
});

function ids(records: CallRecord[]): string[] {
  return records.map(({ id }) => id);
}

it('P28: a record says that there is a recording, whether it came before its end or after', () => {
  const { store } = open();
  store.begin(inProgress('early'));
  store.setRecording('early', 6500);
  store.finish(record('early'));
  store.finish(record('late'));
  expect(store.get('late')).not.toHaveProperty('recording');
  store.setRecording('late', 7000);
  expect([store.get('early')?.recording, store.get('late')?.recording]).toEqual([
    { durationMs: 6500 },
    { durationMs: 7000 },
  ]);
});

it('what diagnosis found stands in every record of the call', () => {
  const { store } = open();
  store.finish(record('a', { callId: 'call' }));
  store.begin(inProgress('b', { callId: 'call' }));
  store.finish(record('other'));
  const changed = store.setFindings('call', ['D3', 'notify-refused']);
  expect(changed.map(({ id, findings }) => [id, findings])).toEqual([['a', ['D3', 'notify-refused']]]);
  store.finish(record('b', { callId: 'call' }));
  expect(store.get('b')?.findings).toEqual(['D3', 'notify-refused']);
  expect(store.get('other')).not.toHaveProperty('findings');
});
