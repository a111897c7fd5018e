import { expect, it } from 'vitest';
import { describe } from '../../src/core/trace/describe.ts';
import { packLadder, packTrace, unpackLadder } from '../../src/core/trace/packed.ts';
import { ladderText } from '../../src/core/trace/text.ts';

const text = 'OPTIONS sip:a@b SIP/2.0\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\n\r\n';
const entry = {
  seq: 1,
  at: 1000,
  legId: 'leg',
  sipCallId: 'x',
  direction: 'in',
  transport: 'UDP',
  remote: { host: '192.0.2.7', port: 5080 },
  local: { host: '2001:db8::1', port: 5060 },
  bytes: Buffer.from(text),
} as const;

it('a traced message has both addresses: in the ladder, when it was stored, and as text', () => {
  const both = { remote: '192.0.2.7:5080', local: '[2001:db8::1]:5060' };
  const facts = { callId: 'call', startedAt: 1000, lifelines: [], dropped: 0 };
  expect(describe(entry)).toMatchObject(both);
  const stored = unpackLadder(packTrace(facts, [entry]))!;
  expect(stored.messages).toMatchObject([both]);
  expect(unpackLadder(packLadder(stored))!.messages).toMatchObject([both]);
  expect(ladderText(stored)).toContain('UDP  192.0.2.7:5080 --> [2001:db8::1]:5060');
  const out = unpackLadder(packTrace(facts, [{ ...entry, direction: 'out' }]))!;
  expect(ladderText(out)).toContain('UDP  [2001:db8::1]:5060 --> 192.0.2.7:5080');
});
