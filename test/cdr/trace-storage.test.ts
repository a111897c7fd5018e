import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import type { Ladder } from '../../src/core/trace/ladder.ts';
import { folder, open } from './fixture.ts';

const ladder = (callId: string, text = 'INVITE sip:a@b SIP/2.0'): Ladder => ({
  callId,
  startedAt: 5,
  lifelines: [{ id: 'trunk', role: 'trunk', label: 'trunk' }],
  messages: [
    {
      seq: 1,
      at: 5,
      legId: 'l',
      sipCallId: 'x',
      from: 'l',
      to: 'trunk',
      transport: 'UDP',
      kind: 'request',
      method: 'INVITE',
      label: 'INVITE',
      cseq: '1 INVITE',
      retransmission: false,
      text,
    },
  ],
  dropped: 3,
});

it('a trace comes back as it was saved, also after a restart', () => {
  const file = join(folder(), 'records.sqlite');
  const first = open(file).store;
  first.saveTrace('a', ladder('a', 'naïve – ✓'));
  expect(first.trace('a')).toEqual(ladder('a', 'naïve – ✓'));
  first.close();
  expect(open(file).store.trace('a')).toEqual(ladder('a', 'naïve – ✓'));
});

it('a call has one trace, the latest', () => {
  const { store } = open();
  store.saveTrace('a', ladder('a', 'first'));
  store.saveTrace('a', ladder('a', 'second'));
  expect(store.trace('a')).toEqual(ladder('a', 'second'));
});

it('only the newest traces are kept', () => {
  const { store } = open(':memory:', { tracesKept: 3 });
  for (const id of ['a', 'b', 'c', 'd', 'e']) store.saveTrace(id, ladder(id));
  store.saveTrace('c', ladder('c'));
  store.saveTrace('f', ladder('f'));
  const kept = ['a', 'b', 'c', 'd', 'e', 'f'].filter((id) => store.trace(id) !== undefined);
  expect(kept).toEqual(['c', 'e', 'f']);
});

it('an unknown call has no trace', () => {
  expect(open().store.trace('nobody')).toBeUndefined();
});

it('a trace is stored smaller than a tenth of its text', () => {
  const file = join(folder(), 'records.sqlite');
  const { store } = open(file);
  store.saveTrace('a', ladder('a', 'Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK\r\n'.repeat(1_000)));
  store.close();
  const size = new DatabaseSync(file).prepare('SELECT length(ladder) AS n FROM trace').get()?.['n'];
  expect(size).toBeLessThan(4_400);
});

it('a trace that was damaged on disk is missing, and said to be', () => {
  const file = join(folder(), 'records.sqlite');
  const first = open(file).store;
  first.saveTrace('a', ladder('a'));
  first.close();
  const db = new DatabaseSync(file);
  db.exec("UPDATE trace SET ladder = x'00112233'");
  db.close();
  const { store, logged } = open(file);
  expect(store.trace('a')).toBeUndefined();
  expect(logged).toEqual(['warn the stored trace cannot be read']);
});
