import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { deflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import type { Ladder } from '../../src/nouns/ladder.ts';
import { packLadder, type LateEntry } from '../../src/core/trace/index.ts';
import { folder, open } from './fixture.ts';

const invite = (subject: string): string =>
  [
    'INVITE sip:a@b SIP/2.0',
    'Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1',
    'From: <sip:a@b>;tag=1',
    'To: <sip:b@b>',
    'Call-ID: x',
    'CSeq: 1 INVITE',
    `Subject: ${subject}`,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');

const ladder = (callId: string, subject = 'a call'): Ladder => ({
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
      text: invite(subject),
    },
  ],
  dropped: 3,
});

it('a trace comes back as it was saved, also after a restart', () => {
  const file = join(folder(), 'records.sqlite');
  const first = open(file).store;
  first.saveTrace('a', packLadder(ladder('a', 'naïve – ✓')));
  expect(first.trace('a')).toEqual(ladder('a', 'naïve – ✓'));
  first.close();
  expect(open(file).store.trace('a')).toEqual(ladder('a', 'naïve – ✓'));
});

it('a call has one trace, the latest', () => {
  const { store } = open();
  store.saveTrace('a', packLadder(ladder('a', 'first')));
  store.saveTrace('a', packLadder(ladder('a', 'second')));
  expect(store.trace('a')).toEqual(ladder('a', 'second'));
});

it('only the newest traces are kept', () => {
  const { store } = open(':memory:', { tracesKept: 3 });
  for (const id of ['a', 'b', 'c', 'd', 'e']) store.saveTrace(id, packLadder(ladder(id)));
  store.saveTrace('c', packLadder(ladder('c')));
  store.saveTrace('f', packLadder(ladder('f')));
  const kept = ['a', 'b', 'c', 'd', 'e', 'f'].filter((id) => store.trace(id) !== undefined);
  expect(kept).toEqual(['c', 'e', 'f']);
});

it.each([
  ['as JSON', (text: string) => Buffer.from(text)],
  ['as JSON that was deflated', (text: string) => deflateSync(text)],
])('a trace that an earlier version stored %s can be read', (_how, stored) => {
  const { store } = open();
  store.saveTrace('a', stored(JSON.stringify(ladder('a', 'naïve – ✓'))));
  expect(store.trace('a')).toEqual(ladder('a', 'naïve – ✓'));
});

it('a trace that was cut short is missing, and said to be', () => {
  const { store, logged } = open();
  store.saveTrace('a', packLadder(ladder('a')).subarray(0, -5));
  expect(store.trace('a')).toBeUndefined();
  expect(logged).toEqual(['warn the stored trace cannot be read']);
});

it('an unknown call has no trace', () => {
  expect(open().store.trace('nobody')).toBeUndefined();
});

const late = (text: string): LateEntry => ({
  at: 9,
  legId: 'l',
  sipCallId: 'x',
  direction: 'in',
  transport: 'UDP',
  remote: { host: '127.0.0.1', port: 5062 },
  bytes: Buffer.from(text),
});

it.each([
  ['as it is', 'a call'],
  ['deflated', 'again and again and again and again, and so on '.repeat(1_000)],
])('what comes late is added to a trace that is stored %s: numbered on, compared, without secrets', (_, subject) => {
  const { store } = open();
  store.saveTrace('a', packLadder(ladder('a', subject)));
  const bye = invite('b').replace('INVITE', 'BYE').replace('Subject: b', 'Authorization: Digest response="c0ffee"');
  store.extendTrace('a', [late(invite(subject)), late(bye)]);
  store.extendTrace('nobody', [late(bye)]);
  const trace = store.trace('a');
  expect(trace?.messages.map(({ seq, at, retransmission }) => [seq, at, retransmission])).toEqual([
    [1, 5, false],
    [2, 9, true],
    [3, 9, false],
  ]);
  expect(trace?.messages[0]).toEqual(ladder('a', subject).messages[0]);
  expect(trace?.messages[1]).toMatchObject({ text: invite(subject), remote: '127.0.0.1:5062' });
  expect(trace?.messages[2]?.text).not.toContain('c0ffee');
  expect(trace).toMatchObject({ dropped: 3, lifelines: ladder('a').lifelines });
  expect(store.trace('nobody')).toBeUndefined();
});

it.each([20, -5])('a trace that is cut short at %d is left as it is by what comes late', (end) => {
  const { store } = open();
  const damaged = packLadder(ladder('a')).subarray(0, end);
  store.saveTrace('a', damaged);
  store.saveTrace('b', packLadder(ladder('b')));
  store.extendTrace('a', [late(invite('b'))]);
  store.extendTrace('b', [late(invite('b'))]);
  expect(store.trace('a')).toBeUndefined();
  expect(store.trace('b')?.messages).toHaveLength(2);
});

it('a trace is stored smaller than a tenth of its text', () => {
  const file = join(folder(), 'records.sqlite');
  const { store } = open(file);
  store.saveTrace('a', packLadder(ladder('a', 'again and again and again and again, and so on '.repeat(1_000))));
  store.close();
  const size = new DatabaseSync(file).prepare('SELECT length(ladder) AS n FROM trace').get()?.['n'];
  expect(size).toBeLessThan(4_400);
});

it('a trace that was damaged on disk is missing, and said to be', () => {
  const file = join(folder(), 'records.sqlite');
  const first = open(file).store;
  first.saveTrace('a', packLadder(ladder('a')));
  first.close();
  const db = new DatabaseSync(file);
  db.exec("UPDATE trace SET ladder = x'00112233'");
  db.close();
  const { store, logged } = open(file);
  expect(store.trace('a')).toBeUndefined();
  expect(logged).toEqual(['warn the stored trace cannot be read']);
});
