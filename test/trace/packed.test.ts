import { expect, it } from 'vitest';
import { packLadder, Tracer, unpackLadder } from '../../src/core/trace/index.ts';
import { caller, consoleLeg, invite, traced } from './fixture.ts';

function call(): Tracer {
  const tracer = new Tracer();
  tracer.bind('dialog-a', caller);
  tracer.bind('dialog-b', consoleLeg);
  tracer.observe(invite());
  tracer.observe(invite({ callId: 'dialog-b', direction: 'out', atMs: 3 }));
  tracer.observe(invite({ callId: 'dialog-b', direction: 'out', atMs: 503 }));
  tracer.observe(traced('SIP/2.0 486 Occupé', { callId: 'dialog-b', cseq: '1 INVITE', atMs: 1_250 }));
  return tracer;
}

it('a packed trace is unpacked to the ladder that would have been drawn', () => {
  const tracer = call();
  const packed = tracer.pack('call');
  expect(packed && unpackLadder(packed)).toEqual(tracer.ladder('call'));
});

it('a ladder with findings comes back as it was', () => {
  const finding = { id: 'D1' as const, severity: 'error' as const, title: 'Refused', text: '403', messageSeqs: [4] };
  const ladder = { ...call().ladder('call')!, findings: [finding] };
  expect(unpackLadder(packLadder(ladder))).toEqual(ladder);
});

it('a call without messages has nothing to pack', () => {
  const tracer = new Tracer();
  tracer.bind('dialog-a', caller);
  expect(tracer.pack('call')).toBeUndefined();
  expect(tracer.pack('nobody')).toBeUndefined();
});

it('secrets are taken out before a trace is packed', () => {
  const tracer = call();
  tracer.observe(invite({ headers: ['aUTHORIZATION: Digest username="a", response="SECRET"'] }));
  tracer.observe(invite({ headers: ['X-Link: https://example.com/?a=b&access_token=SECRET'] }));
  tracer.observe(invite({ headers: ['X-Who: sip:a:SECRET@example.com'] }));
  const packed = Buffer.from(tracer.pack('call')!).toString();
  expect(packed).not.toContain('SECRET');
  expect(packed.split('[redacted]')).toHaveLength(4);
});

it('bytes that are no trace give nothing', () => {
  for (const bytes of ['', 'x', '{', '\u0002', '\u0002\u0000\u0000\u0000\u0002{}', '\u0078\u0001']) {
    expect(unpackLadder(Buffer.from(bytes))).toBeUndefined();
  }
});
