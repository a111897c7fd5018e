import { expect, it } from 'vitest';
import { CallTrace } from '../../src/core/trace/call-trace.ts';
import { unpackLadder } from '../../src/core/trace/packed.ts';
import { parseMessage } from '../../src/core/message/index.ts';

it('M6: keys that come with the sound stand in the ladder, each press once, live and stored', () => {
  const trace = new CallTrace('call', 100);
  trace.setLeg({ callId: 'call', legId: 'leg', role: 'caller', label: 'Dana' });
  const bytes = new TextEncoder().encode(
    'ACK sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP c;branch=z9hG4bK1\r\nFrom: <sip:c@d>;tag=1\r\nTo: <sip:a@b>;tag=2\r\n' +
      'Call-ID: x\r\nCSeq: 1 ACK\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n',
  );
  const message = parseMessage(bytes);
  if (!message.ok) throw new Error('not a message');
  const remote = { host: '192.0.2.1', port: 5060 };
  trace.add('leg', 'x', { at: 1, direction: 'in', transport: 'UDP', remote, bytes, message: message.value });
  expect(trace.addKey('nobody', '5', 2)).toBeUndefined();
  trace.addKey('leg', '5', 2);
  trace.addKey('leg', '5', 3);
  for (const ladder of [trace.ladder(), unpackLadder(trace.pack()!)]) {
    expect(
      ladder!.messages.map(({ label, transport, from, to, at, retransmission }) => [
        label,
        transport,
        `${from} ${to}`,
        at,
        retransmission,
      ]),
    ).toEqual([
      ['ACK', 'UDP', 'leg trunk', 1, false],
      ['Key 5', 'RTP', 'leg trunk', 2, false],
      ['Key 5', 'RTP', 'leg trunk', 3, false],
    ]);
  }
});
