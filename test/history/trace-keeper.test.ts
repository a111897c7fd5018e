import { expect, it } from 'vitest';
import type { CallView } from '../../src/nouns/call.ts';
import type { Finding } from '../../src/nouns/ladder.ts';
import { RecordStore } from '../../src/core/cdr/index.ts';
import { Tracer } from '../../src/core/trace/index.ts';
import { TraceKeeper } from '../../src/core/history/trace-keeper.ts';
import { loud } from '../support/loud-logger.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { caller, invite, traced } from '../trace/fixture.ts';

const finding: Finding = { id: 'D1', severity: 'error', title: 'Refused', text: '403', messageSeqs: [2] };

function keeping(): {
  clock: VirtualClock;
  tracer: Tracer;
  store: RecordStore;
  keeper: TraceKeeper;
  told: string[];
  end: () => void;
} {
  const clock = new VirtualClock();
  const tracer = new Tracer({ onMessage: () => {} });
  const store = RecordStore.open(':memory:', { log: loud, clock });
  const told: string[] = [];
  const keeper = new TraceKeeper({
    tracer,
    store,
    clock,
    diagnose: (ladder) => (ladder.messages.some(({ method }) => method === 'REFER') ? [finding] : []),
    found: (callId, findings) => told.push(`found ${callId} ${findings.map(({ id }) => id).join(' ')}`),
    late: (callId, { method, retransmission }) =>
      told.push(`late ${callId} ${method}${retransmission ? ' again' : ''}`),
    forgotten: (callId) => told.push(`forgotten ${callId}`),
  });
  tracer.bind('dialog-a', caller);
  tracer.observe(invite());
  return {
    clock,
    tracer,
    store,
    keeper,
    told,
    end: () => keeper.callEnded('call', () => ({ id: 'call' }) as CallView),
  };
}

const labels = (keeper: TraceKeeper) => keeper.ladder('call', undefined)?.messages.map(({ label }) => label);

it('a call that ended can be looked at all the time, in memory and in the store', () => {
  const { clock, tracer, store, keeper, told, end } = keeping();
  end();
  expect(labels(keeper)).toEqual(['INVITE (sdp)']);
  clock.advance(1000);
  expect(tracer.ladder('call')).toBeUndefined();
  expect(labels(keeper)).toEqual(['INVITE (sdp)']);
  clock.advance(32_000);
  expect([labels(keeper), told, clock.pending]).toEqual([['INVITE (sdp)'], ['forgotten call'], 0]);
  store.close();
});

it('messages that come after the trace was stored are added to it, and told', () => {
  const { clock, tracer, store, keeper, told, end } = keeping();
  tracer.observe(traced('BYE sip:a@b SIP/2.0', { direction: 'out' }));
  end();
  clock.advance(1000);
  tracer.observe(traced('BYE sip:a@b SIP/2.0', { direction: 'out' }));
  tracer.observe(traced('SIP/2.0 200 OK', { cseq: '1 BYE' }));
  expect(labels(keeper)).toEqual(['INVITE (sdp)', 'BYE', 'BYE', '200 OK']);
  expect(store.trace('call')?.messages.map(({ seq, retransmission }) => [seq, retransmission])).toEqual([
    [1, false],
    [2, false],
    [3, true],
    [4, false],
  ]);
  expect(told).toEqual(['late call BYE again', 'late call BYE']);
  store.close();
});

it('late messages are stored without being told when nobody listens, 200 of a call at most', () => {
  const { clock, tracer, store, told, end } = keeping();
  tracer.setListener(undefined);
  end();
  clock.advance(1000);
  for (let i = 0; i < 150; i += 1) tracer.observe(traced(`INFO sip:a@b;n=${i} SIP/2.0`));
  clock.advance(2000);
  for (let i = 150; i < 300; i += 1) tracer.observe(traced(`INFO sip:a@b;n=${i} SIP/2.0`));
  clock.advance(2000);
  const messages = store.trace('call')?.messages ?? [];
  expect(messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 201 }, (_, i) => i + 1));
  expect(messages.at(-1)?.text).toContain('INFO sip:a@b;n=199 ');
  expect(told).toEqual([]);
  store.close();
});

it('late messages are stored also when the call is forgotten meanwhile', () => {
  const { clock, tracer, store, keeper, end } = keeping();
  end();
  clock.advance(32_650);
  tracer.observe(traced('BYE sip:a@b SIP/2.0'));
  clock.advance(100);
  expect(store.trace('call')?.messages.map(({ label }) => label)).toEqual(['INVITE (sdp)', 'BYE']);
  end();
  tracer.observe(invite());
  keeper.stop();
  expect(clock.pending).toBe(0);
  store.close();
});

it('a call with a REFER is diagnosed when it is stored, and again with what came later', () => {
  const { clock, tracer, store, keeper, told, end } = keeping();
  tracer.observe(traced('REFER sip:a@b SIP/2.0'));
  end();
  expect(keeper.call('call')).toEqual({ id: 'call' });
  clock.advance(1000);
  expect(store.trace('call')?.findings).toEqual([finding]);
  tracer.observe(traced('SIP/2.0 481 Gone', { cseq: '1 NOTIFY' }));
  expect(labels(keeper)).toEqual(['INVITE (sdp)', 'REFER', '481 Gone']);
  clock.advance(32_000);
  expect(store.trace('call')?.messages).toHaveLength(3);
  expect(told).toEqual(['found call D1', 'found call D1', 'forgotten call']);
  store.close();
});
