import { describe, expect, it } from 'vitest';
import { createRequest, createResponse } from '../../src/core/message/index.ts';
import { answer, timesSent, twoEnds } from './two-ends.ts';

describe('an INVITE over UDP', () => {
  it('is repeated by Timer A after 500, 1000, 2000 ms and so on, and given up by Timer B after 32 s', async () => {
    const { clock, network, call, alice } = await twoEnds({ loss: 1 });
    const { told, transaction } = call('INVITE');
    clock.advance(31_999);
    expect(told).toEqual([]);
    clock.advance(1);
    expect(told).toEqual(['timeout']);
    expect(transaction.ended).toBe(true);
    expect(timesSent(network, 'INVITE')).toEqual([0, 500, 1500, 3500, 7500, 15_500, 31_500]);
    expect(alice.counts()).toEqual({ client: 0, server: 0 });
    expect(clock.pending).toBe(0);
  });

  it('is repeated byte for byte', async () => {
    const { clock, network, call } = await twoEnds({ loss: 1 });
    call('INVITE');
    clock.advance(600);
    expect(network.sent[1]!.text).toBe(network.sent[0]!.text);
  });

  it('is not repeated after a provisional response, however long it rings', async () => {
    const { clock, network, call, arrived } = await twoEnds();
    const { told } = call('INVITE');
    clock.advance(0);
    answer(arrived[0]!, 180);
    clock.advance(3_600_000);
    expect(timesSent(network, 'INVITE')).toEqual([0]);
    expect(told).toEqual([180]);
    expect(clock.pending).toBe(0);
  });

  it('gets 100 Trying after 200 ms from the transaction, and not before', async () => {
    const { clock, network, call, arrived } = await twoEnds();
    const { told } = call('INVITE');
    clock.advance(199);
    expect(told).toEqual([]);
    clock.advance(1);
    expect(told).toEqual([100]);
    expect(arrived[0]!.lastStatus).toBe(100);
    clock.advance(10_000);
    expect(network.count('SIP/2.0 100')).toBe(1);
  });

  it('gets no automatic 100 once its user has responded', async () => {
    const { clock, network, call, arrived } = await twoEnds();
    call('INVITE');
    clock.advance(100);
    answer(arrived[0]!, 183);
    clock.advance(10_000);
    expect(network.count('SIP/2.0 100')).toBe(0);
  });

  it('is delivered once, and its repetitions get the last provisional response again', async () => {
    const { clock, network, call, arrived } = await twoEnds();
    network.drop = ({ startLine, sentAt }) => startLine.startsWith('SIP/2.0') && sentAt < 1000;
    const { told } = call('INVITE');
    clock.advance(0);
    answer(arrived[0]!, 180);
    clock.advance(2000);
    expect(arrived).toHaveLength(1);
    // Sent at 0 (lost), in answer to the repetitions at 500 (lost) and at 1500.
    expect(timesSent(network, 'SIP/2.0 180')).toEqual([0, 500, 1500]);
    expect(told).toEqual([180]);
  });
});

describe('a 2xx to INVITE', () => {
  it('ends both transactions 32 s later, in groups half a second wide: Timers L and M', async () => {
    const { clock, call, arrived, alice, bob } = await twoEnds();
    const { told } = call('INVITE');
    clock.advance(0);
    answer(arrived[0]!, 180);
    clock.advance(3000);
    answer(arrived[0]!, 200);
    clock.advance(0);
    expect(told).toEqual([180, 200]);
    clock.advance(31_999);
    expect([alice.counts().client, bob.counts().server]).toEqual([1, 1]);
    clock.advance(1 + 500);
    expect([alice.counts().client, bob.counts().server, clock.pending]).toEqual([0, 0, 0]);
  });

  it('is repeated by its user alone, and each repetition reaches the caller', async () => {
    const { clock, network, call, arrived } = await twoEnds();
    const { told } = call('INVITE');
    clock.advance(0);
    const response = answer(arrived[0]!, 200);
    clock.advance(500);
    expect(network.count('SIP/2.0 200')).toBe(1);
    arrived[0]!.respond(response);
    clock.advance(0);
    expect(told).toEqual([200, 200]);
  });

  it('keeps the transaction absorbing repetitions of the INVITE (RFC 6026)', async () => {
    const { clock, network, call, arrived } = await twoEnds();
    network.drop = ({ startLine }) => startLine.startsWith('SIP/2.0 200');
    call('INVITE');
    clock.advance(0);
    answer(arrived[0]!, 200);
    clock.advance(20_000);
    expect(network.count('INVITE')).toBe(6);
    expect(arrived).toHaveLength(1);
  });

  it('of another fork reaches the caller too', async () => {
    const { clock, call, arrived } = await twoEnds();
    const { responses } = call('INVITE');
    clock.advance(0);
    const { request } = arrived[0]!;
    for (const toTag of ['fork-1', 'fork-2']) {
      arrived[0]!.respond(createResponse(request, 200, undefined, { toTag }));
    }
    clock.advance(0);
    expect(responses.map(({ head }) => head.toTag)).toEqual(['fork-1', 'fork-2']);
  });

  it('is acknowledged outside the transaction: the ACK has a branch of its own and reaches the user', async () => {
    const { clock, call, arrived, alice, bob, toBob, network } = await twoEnds();
    const acks: string[] = [];
    bob.onAck = (ack) => acks.push(ack.head.via.params.get('branch')!);
    const { responses, transaction } = call('INVITE');
    clock.advance(0);
    answer(arrived[0]!, 200);
    clock.advance(0);
    const ack = createRequest({
      method: 'ACK',
      uri: 'sip:bob@192.0.2.2',
      headers: [
        ['From', transaction.request.headers.get('From')!],
        ['To', responses[0]!.headers.get('To')!],
        ['Call-ID', transaction.request.head.callId],
        ['CSeq', '1 ACK'],
      ],
    });
    alice.sendAck(ack, toBob);
    alice.sendAck(ack, toBob);
    clock.advance(0);
    expect(acks).toHaveLength(2);
    expect(acks[0]).not.toBe(transaction.request.head.via.params.get('branch'));
    // Repeated as it was, not sent anew.
    expect(acks[1]).toBe(acks[0]);
    expect(network.sent.at(-1)!.text).toBe(network.sent.at(-2)!.text);
  });

  it('may be acknowledged on the branch of the INVITE: the user still gets that ACK', async () => {
    const { clock, call, arrived, bob, toBob, aliceTransport } = await twoEnds();
    const acks: string[] = [];
    bob.onAck = (ack) => acks.push(ack.method);
    const { responses, transaction } = call('INVITE');
    clock.advance(0);
    answer(arrived[0]!, 200);
    clock.advance(0);
    const { headers } = transaction.request;
    const ack = createRequest({ method: 'ACK', uri: 'sip:bob@192.0.2.2', headers: headers.entries() });
    ack.headers.set('CSeq', '1 ACK');
    ack.headers.set('To', responses[0]!.headers.get('To')!);
    aliceTransport.sendRequest(ack, toBob);
    clock.advance(0);
    expect(acks).toEqual(['ACK']);
  });
});

describe('a rejection of INVITE', () => {
  it('is acknowledged by the transaction, which tells its user once and ends with Timer D', async () => {
    const { clock, network, call, arrived, alice, bob } = await twoEnds();
    const ends: string[] = [];
    let strayAcks = 0;
    bob.onAck = () => strayAcks++;
    const { told } = call('INVITE');
    clock.advance(0);
    arrived[0]!.onEnd = (why) => ends.push(why);
    answer(arrived[0]!, 486);
    clock.advance(0);
    expect(told).toEqual([486]);
    expect(network.count('ACK')).toBe(1);
    expect(strayAcks).toBe(0);
    clock.advance(4999);
    expect(ends).toEqual([]);
    // Timer I.
    clock.advance(1);
    expect(ends).toEqual(['done']);
    expect(bob.counts().server).toBe(0);
    clock.advance(26_999);
    expect(alice.counts().client).toBe(1);
    clock.advance(1);
    expect(alice.counts().client).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('gets an ACK with the Request-URI, Via, Route, From, Call-ID and CSeq number of the INVITE and the To of the response', async () => {
    const { clock, network, call, arrived } = await twoEnds();
    const { transaction } = call('INVITE');
    transaction.request.headers.append('Route', '<sip:192.0.2.9;lr>');
    clock.advance(0);
    answer(arrived[0]!, 486);
    clock.advance(0);
    const ack = network.sent.find(({ startLine }) => startLine.startsWith('ACK'))!;
    expect(ack.text).toBe(
      [
        'ACK sip:bob@192.0.2.2 SIP/2.0',
        `Via: ${transaction.request.headers.get('Via')}`,
        'Max-Forwards: 70',
        'Route: <sip:192.0.2.9;lr>',
        'From: <sip:alice@192.0.2.1>;tag=a1',
        'To: <sip:bob@192.0.2.2>;tag=bob',
        'Call-ID: call-1@192.0.2.1',
        'CSeq: 1 ACK',
        'Content-Length: 0',
        '\r\n',
      ].join('\r\n'),
    );
  });

  it('is repeated by Timer G at intervals of up to T2 until Timer H gives up on the ACK', async () => {
    const { clock, network, call, arrived, bob } = await twoEnds();
    network.drop = ({ startLine }) => startLine.startsWith('ACK');
    const ends: string[] = [];
    const { told } = call('INVITE');
    clock.advance(0);
    arrived[0]!.onEnd = (why) => ends.push(why);
    answer(arrived[0]!, 486);
    clock.advance(31_999);
    expect(ends).toEqual([]);
    clock.advance(1);
    expect(ends).toEqual(['timeout']);
    expect(bob.counts().server).toBe(0);
    const expected = [0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500];
    expect(timesSent(network, 'SIP/2.0 486')).toEqual(expected);
    expect(timesSent(network, 'ACK')).toEqual(expected);
    expect(told).toEqual([486]);
  });

  it('stops being repeated when the third ACK is the first to arrive', async () => {
    const { clock, network, call, arrived } = await twoEnds();
    let acks = 0;
    network.drop = ({ startLine }) => startLine.startsWith('ACK') && ++acks < 3;
    call('INVITE');
    clock.advance(0);
    answer(arrived[0]!, 603);
    clock.advance(60_000);
    expect(timesSent(network, 'SIP/2.0 603')).toEqual([0, 500, 1500]);
    expect(clock.pending).toBe(0);
  });
});

describe('an INVITE over a reliable transport', () => {
  it('is sent once, and times out by Timer B all the same', async () => {
    const { clock, network, call, bob } = await twoEnds({ reliable: true });
    bob.close();
    const { told } = call('INVITE');
    clock.advance(31_999);
    expect(told).toEqual([]);
    clock.advance(1);
    expect(told).toEqual(['timeout']);
    expect(network.count('INVITE')).toBe(1);
  });

  it('ends at once when it is rejected and acknowledged: Timers D and I are zero', async () => {
    const { clock, network, call, arrived, alice, bob } = await twoEnds({ reliable: true });
    const { told } = call('INVITE');
    clock.advance(0);
    answer(arrived[0]!, 486);
    clock.advance(0);
    expect(told).toEqual([486]);
    expect(network.count('SIP/2.0 486')).toBe(1);
    expect([alice.counts().client, bob.counts().server, clock.pending]).toEqual([0, 0, 0]);
  });
});
