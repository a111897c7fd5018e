import { describe, expect, it } from 'vitest';
import type { LadderMessage, Lifeline } from '../../src/nouns/ladder.ts';
import { Tracer } from '../../src/core/trace/index.ts';
import { BEGAN, caller, consoleLeg, invite, target, traced } from './fixture.ts';

/** A tracer with the caller's leg bound, and the messages that its listener heard. */
function tracing(options: { maxMessagesPerCall?: number } = {}): { tracer: Tracer; heard: LadderMessage[] } {
  const heard: LadderMessage[] = [];
  const tracer = new Tracer({ ...options, onMessage: (_callId, message) => heard.push(message) });
  tracer.bind('dialog-a', caller);
  return { tracer, heard };
}

const notify = (body: string, type = 'message/sipfrag;version=2.0') =>
  traced('NOTIFY sip:a@127.0.0.1 SIP/2.0', { type, body, direction: 'out' });

describe('the arrow of a message', () => {
  it.each([
    ['an INVITE with an offer', invite(), 'INVITE (sdp)'],
    ['a request without a body', traced('BYE sip:a@b SIP/2.0'), 'BYE'],
    ['a provisional response', traced('SIP/2.0 180 Ringing', { cseq: '1 INVITE' }), '180 Ringing'],
    [
      'a response with an answer',
      traced('SIP/2.0 200 OK', { cseq: '1 INVITE', type: 'Application/SDP ; x=y', body: 'v=0\r\n' }),
      '200 OK (sdp)',
    ],
    ['a response without a reason', traced('SIP/2.0 486 ', { cseq: '1 INVITE' }), '486'],
    ['a NOTIFY of a transfer', notify('SIP/2.0 100 Trying\r\n'), 'NOTIFY (100 Trying)'],
    [
      'a sipfrag with headers after its status line',
      notify('SIP/2.0 486 Busy Here\r\nContact: <sip:x@y>\r\n'),
      'NOTIFY (486 Busy Here)',
    ],
    ['a sipfrag that is no status line', notify('\r\nTrying hard'), 'NOTIFY (Trying hard)'],
    ['a body of some other kind', notify('x', 'text/plain'), 'NOTIFY'],
  ])('of %s says so', (_what, message, label) => {
    const { tracer, heard } = tracing();
    tracer.observe(message);
    expect(heard[0]?.label).toBe(label);
  });

  it('goes from the leg to the trunk when it came in, and back when it went out', () => {
    const { tracer, heard } = tracing();
    tracer.observe(invite());
    tracer.observe(traced('SIP/2.0 100 Trying', { cseq: '1 INVITE', direction: 'out' }));
    expect(heard.map(({ from, to }) => `${from} ${to}`)).toEqual(['leg-a trunk', 'trunk leg-a']);
  });

  it.each([
    ['SIP/2.0 183 Session Progress', 'provisional'],
    ['SIP/2.0 202 Accepted', 'success'],
    ['SIP/2.0 302 Moved Temporarily', 'failure'],
    ['SIP/2.0 603 Decline', 'failure'],
  ])('of %s is of the kind %s, with the method of its CSeq', (line, kind) => {
    const { tracer, heard } = tracing();
    tracer.observe(traced(line, { cseq: '7 REFER' }));
    expect(heard[0]).toMatchObject({ kind, method: 'REFER', cseq: '7 REFER', status: Number(line.split(' ')[1]) });
  });

  it('does not hold a password that a sipfrag quotes', () => {
    const { tracer, heard } = tracing();
    tracer.observe(notify('INVITE sip:bob:hunter2@example.com SIP/2.0\r\n'));
    expect(heard[0]?.label).toBe('NOTIFY (INVITE sip:bob:[redacted]@example.com SIP/2.0)');
  });

  it('is shown for bytes that the parser cannot read', () => {
    const { tracer, heard } = tracing();
    tracer.observe({ ...invite(), bytes: Buffer.from('INVITE sip:a:secret@b SIP/2.0\r\nno colon') });
    expect(heard[0]).toMatchObject({ kind: 'request', method: 'INVITE', cseq: '' });
    expect(JSON.stringify(heard[0])).not.toContain('secret');
  });
});

describe('a message', () => {
  it('holds the wire text, its time and its place in the call', () => {
    const { tracer } = tracing();
    tracer.observe(invite({ atMs: 250 }));
    const ladder = tracer.ladder('call');
    expect(ladder).toMatchObject({ callId: 'call', startedAt: BEGAN + 250, dropped: 0 });
    expect(ladder?.messages).toEqual([
      {
        seq: 1,
        at: BEGAN + 250,
        legId: 'leg-a',
        sipCallId: 'dialog-a',
        from: 'leg-a',
        to: 'trunk',
        transport: 'UDP',
        remote: '127.0.0.1:5090',
        kind: 'request',
        method: 'INVITE',
        label: 'INVITE (sdp)',
        cseq: '1 INVITE',
        retransmission: false,
        text: invite().bytes.toString(),
      },
    ]);
  });

  it('that came before its call was known is delivered when it is, in order', () => {
    const { tracer, heard } = tracing();
    tracer.observe(invite({ callId: 'dialog-b', direction: 'out' }));
    tracer.observe(traced('SIP/2.0 180 Ringing', { callId: 'dialog-b', cseq: '1 INVITE' }));
    expect(heard).toEqual([]);
    tracer.bind('dialog-b', consoleLeg);
    expect(heard.map(({ label, legId }) => `${legId} ${label}`)).toEqual(['leg-b INVITE (sdp)', 'leg-b 180 Ringing']);
  });

  it('is the same whether it was heard live or read from the ladder', () => {
    const { tracer, heard } = tracing();
    tracer.observe(invite());
    tracer.observe(traced('SIP/2.0 200 OK', { cseq: '1 INVITE', direction: 'out' }));
    expect(tracer.ladder('call')?.messages).toEqual(heard);
  });

  it('costs no description while nobody listens, and is described once somebody does', () => {
    const { tracer, heard } = tracing();
    tracer.setListener(undefined);
    tracer.observe(invite());
    expect(heard).toEqual([]);
    tracer.setListener((_callId, message) => heard.push(message));
    tracer.observe(traced('BYE sip:a@b SIP/2.0'));
    expect(heard.map(({ seq, label }) => `${seq} ${label}`)).toEqual(['2 BYE']);
  });
});

describe('a retransmission', () => {
  const marks = (tracer: Tracer): boolean[] =>
    tracer.ladder('call')?.messages.map(({ retransmission }) => retransmission) ?? [];

  it('is a message with the same bytes, in the same direction, on the same leg', () => {
    const { tracer } = tracing();
    tracer.bind('dialog-b', consoleLeg);
    tracer.observe(invite());
    tracer.observe(invite({ atMs: 500 }));
    tracer.observe(invite({ direction: 'out' }));
    tracer.observe(invite({ cseq: '2 INVITE' }));
    tracer.observe(invite({ callId: 'dialog-b' }));
    tracer.observe(invite({ atMs: 1500 }));
    expect(marks(tracer)).toEqual([false, true, false, false, false, true]);
  });

  it('is known after many other messages of the leg', () => {
    const { tracer } = tracing();
    tracer.observe(invite());
    for (let i = 0; i < 60; i += 1) tracer.observe(traced('INFO sip:a@b SIP/2.0', { cseq: `${i + 10} INFO` }));
    tracer.observe(invite());
    expect(marks(tracer).at(-1)).toBe(true);
  });
});

describe('lifelines', () => {
  const order = (bind: (tracer: Tracer) => void): string[] => {
    const tracer = new Tracer();
    bind(tracer);
    tracer.observe(invite());
    return tracer.ladder('call')?.lifelines.map(({ label }) => label) ?? [];
  };

  it('stand as caller, trunk, console, targets, whatever the order in which they came', () => {
    const lines = order((tracer) => {
      tracer.bind('dialog-c', target);
      tracer.bind('dialog-d', { ...target, legId: 'leg-d', label: 'Sales' });
      tracer.bind('dialog-b', consoleLeg);
      tracer.bind('dialog-a', caller);
    });
    expect(lines).toEqual(['Dana Reyes', 'trunk', 'Console', 'Billing', 'Sales']);
  });

  it('begin with the console when it placed the call', () => {
    const lines = order((tracer) => {
      tracer.bind('dialog-a', consoleLeg);
      tracer.bind('dialog-c', target);
    });
    expect(lines).toEqual(['Console', 'trunk', 'Billing']);
  });

  it('are one for a leg that was dialled at two addresses', () => {
    const lines = order((tracer) => {
      tracer.bind('dialog-a', caller);
      tracer.bind('dialog-b', consoleLeg);
      tracer.bind('dialog-b2', consoleLeg);
    });
    expect(lines).toEqual(['Dana Reyes', 'trunk', 'Console']);
  });

  it('take the present name of a leg, and go to the listener with each message', () => {
    let lines: Lifeline[] = [];
    const tracer = new Tracer({ onMessage: (_callId, _message, lifelines) => (lines = lifelines) });
    tracer.bind('dialog-a', caller);
    tracer.bind('dialog-a', { ...caller, label: 'D. Reyes' });
    tracer.observe(invite());
    expect(lines).toEqual([
      { id: 'leg-a', role: 'caller', label: 'D. Reyes', number: '+14155550142' },
      { id: 'trunk', role: 'trunk', label: 'trunk' },
    ]);
  });
});

describe('bounds', () => {
  const info = (i: number, body = '') =>
    traced('INFO sip:a@b SIP/2.0', { cseq: `${i} INFO`, type: 'text/plain', body });

  it('keep the first 200 messages of a call and the newest, and count the rest', () => {
    const { tracer } = tracing({ maxMessagesPerCall: 250 });
    for (let i = 1; i <= 1000; i += 1) tracer.observe(info(i));
    const ladder = tracer.ladder('call');
    const first = Array.from({ length: 200 }, (_, i) => i + 1);
    const newest = Array.from({ length: 50 }, (_, i) => i + 951);
    expect(ladder?.messages.map(({ seq }) => seq)).toEqual([...first, ...newest]);
    expect(ladder?.messages.at(-1)?.cseq).toBe('1000 INFO');
    expect(ladder?.dropped).toBe(750);
  });

  it('keep at most 4 MiB of the newest messages', () => {
    const { tracer } = tracing();
    const body = 'x'.repeat(60_000);
    for (let i = 1; i <= 300; i += 1) tracer.observe(info(i, body));
    const ladder = tracer.ladder('call');
    expect(ladder?.messages.length).toBe(200 + Math.floor((4 * 1024 * 1024) / info(300, body).bytes.length));
    expect(ladder?.messages.length).toBe(300 - (ladder?.dropped ?? 0));
  });

  it('let the oldest unknown Call-ID go when too many wait', () => {
    const tracer = new Tracer({ maxUnboundCalls: 2 });
    for (const callId of ['x', 'y', 'z']) tracer.observe(invite({ callId }));
    tracer.bind('x', caller);
    tracer.bind('y', { ...caller, callId: 'other' });
    expect(tracer.ladder('call')).toBeUndefined();
    expect(tracer.ladder('other')?.messages).toHaveLength(1);
  });

  it('let unknown Call-IDs go when they hold too many bytes', () => {
    const tracer = new Tracer();
    for (let i = 0; i < 100; i += 1) tracer.observe(invite({ callId: `x${i}`, body: 'x'.repeat(60_000) }));
    for (let i = 0; i < 100; i += 1) tracer.bind(`x${i}`, { ...caller, callId: `call-${i}` });
    const kept = Array.from({ length: 100 }, (_, i) => tracer.ladder(`call-${i}`) !== undefined);
    expect(kept.indexOf(true)).toBe(100 - Math.floor((4 * 1024 * 1024) / 60_400));
  });

  it('count what was lost while its call was unknown', () => {
    const tracer = new Tracer();
    for (let i = 1; i <= 25; i += 1) tracer.observe(info(i));
    tracer.bind('dialog-a', caller);
    const ladder = tracer.ladder('call');
    expect(ladder?.dropped).toBe(5);
    expect(ladder?.messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, i) => i + 6));
  });
});

describe('the end of a call', () => {
  it('forgets the call', () => {
    const { tracer } = tracing();
    tracer.observe(invite());
    tracer.forget('call');
    expect(tracer.ladder('call')).toBeUndefined();
    tracer.observe(invite());
    expect(tracer.ladder('call')).toBeUndefined();
  });

  it('lets go of the messages of a trace at rest, and tells of those that come late', () => {
    const { tracer } = tracing();
    const late: string[] = [];
    tracer.setLateListener((callId, { legId, sipCallId, bytes }) =>
      late.push(`${callId} ${legId} ${sipCallId} ${Buffer.from(bytes).toString().split(' ')[0]}`),
    );
    tracer.observe(invite());
    tracer.rest('call');
    expect(tracer.ladder('call')).toBeUndefined();
    tracer.observe(traced('BYE sip:a@b SIP/2.0'));
    expect(late).toEqual(['call leg-a dialog-a BYE']);
    tracer.forget('call');
    tracer.observe(traced('BYE sip:a@b SIP/2.0'));
    expect(late).toHaveLength(1);
  });

  it('knows whether there was a REFER', () => {
    const { tracer } = tracing();
    tracer.observe(invite());
    expect(tracer.refers('call')).toBe(false);
    tracer.observe(traced('REFER sip:a@b SIP/2.0'));
    expect(tracer.refers('call')).toBe(true);
  });

  it('leaves a Call-ID alone that has gone to another call', () => {
    const { tracer } = tracing();
    tracer.observe(invite());
    tracer.bind('dialog-a', { ...caller, callId: 'other' });
    tracer.forget('call');
    tracer.observe(traced('BYE sip:a@b SIP/2.0'));
    expect(tracer.ladder('other')?.messages.map(({ label }) => label)).toEqual(['BYE']);
  });
});
