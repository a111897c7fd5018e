import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { RecordsUnavailable } from '../../src/core/cdr/index.ts';
import { folder, inProgress, open, record } from './fixture.ts';

/** Runs the writer until it has reported `rows` rows as committed, then kills it without warning. */
async function killWriter(file: string, rows: number): Promise<string[]> {
  const writer = spawn(process.execPath, [fileURLToPath(new URL('writer.ts', import.meta.url)), file], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const reported: string[] = [];
  for await (const line of createInterface({ input: writer.stdout })) {
    reported.push(line);
    if (reported.length === rows) writer.kill('SIGKILL');
  }
  if (writer.exitCode === null && writer.signalCode === null) await once(writer, 'exit');
  expect(writer.signalCode).toBe('SIGKILL');
  return reported;
}

describe('after kill -9', () => {
  it('every record that was in progress is there, closed as interrupted when it was last seen', async () => {
    const file = join(folder(), 'records.sqlite');
    const reported = await killWriter(file, 40);
    const { store, logged } = open(file);
    const { records } = store.list({ limit: 1000 });
    expect(records.map(({ id }) => id)).toEqual(expect.arrayContaining(reported));
    expect(store.interrupted).toBe(records.length);
    expect(logged).toContain('info closed records of an interrupted run');
    expect(store.get('leg-0')).toEqual({
      ...record('leg-0'),
      answeredAt: 2_000,
      endedAt: 6_000,
      durationMs: 4_000,
      result: 'interrupted',
      endedBy: 'unknown',
      sipStatus: null,
      hangupCode: null,
      hangupName: null,
      hangupSource: null,
    });
  });
});

describe('a record that an earlier run left in progress', () => {
  /** Leaves rows as a dead process does: committed, never finished. */
  function reopen(leave: (store: ReturnType<typeof open>['store']) => void): ReturnType<typeof open> {
    const file = join(folder(), 'records.sqlite');
    const { store } = open(file);
    leave(store);
    store.close();
    return open(file);
  }

  it('never ends before it started', () => {
    const { store } = reopen((left) => {
      left.begin(inProgress('a', { startedAt: 5_000 }));
      left.touch('a', 1_000);
    });
    expect(store.get('a')).toMatchObject({ startedAt: 5_000, endedAt: 5_000, durationMs: 0, answeredAt: null });
  });

  it('never ends before it was answered', () => {
    const { store } = reopen((left) => {
      left.begin(inProgress('a', { startedAt: 5_000 }));
      left.update('a', { answeredAt: 8_000 });
      left.touch('a', 6_000);
    });
    expect(store.get('a')).toMatchObject({ answeredAt: 8_000, endedAt: 8_000, durationMs: 0 });
  });

  it('never ends before it was answered, when it began as answered', () => {
    const { store } = reopen((left) => left.begin(inProgress('a', { startedAt: 5_000, answeredAt: 7_000 })));
    expect(store.get('a')).toMatchObject({ answeredAt: 7_000, endedAt: 7_000, durationMs: 0 });
  });

  it('stands with the other record of its session', () => {
    const { store } = reopen((left) => {
      left.finish(record('original', { sessionId: 's', startedAt: 1_000 }));
      left.finish(record('other call', { startedAt: 2_000 }));
      left.begin(inProgress('transfer', { sessionId: 's', startedAt: 3_000, kind: 'transfer' }));
    });
    expect(store.list().records.map(({ id }) => id)).toEqual(['transfer', 'original', 'other call']);
  });

  it('is not touched any more once it is closed', () => {
    const { store } = reopen((left) => left.begin(inProgress('a')));
    store.touch('a', 99_000);
    store.update('a', { answeredAt: 98_000 });
    expect(store.get('a')).toMatchObject({ endedAt: 1_000, answeredAt: null });
  });
});

describe('a damaged file', () => {
  it('is kept under another name, and a new one is begun', () => {
    const directory = folder();
    const file = join(directory, 'records.sqlite');
    writeFileSync(file, 'this was a database once. '.repeat(400));
    const { store, logged } = open(file);
    const aside = `${file}.damaged-2030-01-01T00-00-00`;
    expect(store.warning).toContain(aside);
    expect(logged).toEqual([`warn ${store.warning}`]);
    expect(readFileSync(aside, 'utf8')).toMatch(/^this was a database once/);
    store.finish(record('a'));
    expect(store.list().records).toEqual([record('a')]);
  });

  it('is noticed when pages in its middle are overwritten', () => {
    const file = join(folder(), 'records.sqlite');
    const { store } = open(file);
    for (let i = 0; i < 500; i += 1) store.finish(record(`r${i}`));
    store.close();
    const bytes = readFileSync(file);
    bytes.fill(0xa5, 8192, bytes.length - 4096);
    writeFileSync(file, bytes);
    expect(open(file).store.warning).toContain('damaged');
  });

  it('does not replace one that was set aside in the same second', () => {
    const directory = folder();
    const file = join(directory, 'records.sqlite');
    for (const text of ['first', 'second']) {
      writeFileSync(file, text.repeat(400));
      open(file).store.close();
    }
    expect(readdirSync(directory).filter((name) => name.includes('damaged'))).toHaveLength(2);
  });
});

describe('a file that cannot be used', () => {
  const failure = (file: string): RecordsUnavailable => {
    try {
      open(file);
    } catch (error) {
      if (error instanceof RecordsUnavailable) return error;
      throw error;
    }
    throw new Error('the file was opened');
  };

  it('because another trunk has it open is refused in one line, and that trunk is not disturbed', () => {
    const file = join(folder(), 'records.sqlite');
    const { store } = open(file);
    const { code, message } = failure(file);
    expect(code).toBe('locked');
    expect(message).toBe(
      `The records file ${file} is in use by another running trunk. Stop that one, or set records.file to another path.`,
    );
    store.finish(record('a'));
    expect(store.list().records).toEqual([record('a')]);
  });

  it('because it belongs to another program is left as it is', () => {
    const file = join(folder(), 'records.sqlite');
    const other = new DatabaseSync(file);
    other.exec('CREATE TABLE theirs (a)');
    other.close();
    const before = readFileSync(file);
    expect(failure(file).code).toBe('foreign');
    expect(readFileSync(file)).toEqual(before);
  });

  it('because a newer version wrote it is left as it is', () => {
    const file = join(folder(), 'records.sqlite');
    open(file).store.close();
    const later = new DatabaseSync(file);
    later.exec('PRAGMA user_version = 99');
    later.close();
    expect(failure(file)).toMatchObject({ code: 'newer' });
  });

  it('because its place is a folder is refused in one line', () => {
    const { code, message } = failure(folder());
    expect(code).toBe('unusable');
    expect(message).not.toContain('\n');
  });
});
