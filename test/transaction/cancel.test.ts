import { describe, expect, it } from 'vitest';
import { createResponse } from '../../src/core/message/index.ts';
import { answer, requestFromAlice, timesSent, twoEnds, type TwoEnds } from './two-ends.ts';

/** Bob as a UAS core: 200 to the CANCEL, 487 to the INVITE. */
function obeyCancel({ bob, arrived }: TwoEnds): void {
  bob.onRequest = (tx) => {
    arrived.push(tx);
    if (tx.request.method !== 'CANCEL') return;
    answer(tx, tx.cancels === undefined ? 481 : 200);
    if (tx.cancels !== undefined) answer(tx.cancels, 487);
  };
}

describe('CANCEL', () => {
  it('waits for a provisional response', async () => {
    const ends = await twoEnds();
    obeyCancel(ends);
    const { clock, network, call } = ends;
    const { transaction, told } = call('INVITE');
    transaction.cancel();
    clock.advance(199);
    expect(network.count('CANCEL')).toBe(0);
    // 100 Trying comes.
    clock.advance(1);
    expect(timesSent(network, 'CANCEL')).toEqual([200]);
    expect(told).toEqual([100, 487]);
  });

  it('goes out at once while it rings, and its own 200 is not told', async () => {
    const ends = await twoEnds();
    obeyCancel(ends);
    const { clock, call, arrived, alice, bob } = ends;
    const { transaction, told } = call('INVITE');
    clock.advance(0);
    answer(arrived[0]!, 180);
    clock.advance(1000);
    transaction.cancel();
    clock.advance(0);
    expect(arrived[1]!.cancels).toBe(arrived[0]);
    expect(told).toEqual([180, 487]);
    clock.advance(40_000);
    expect([alice.counts(), bob.counts()]).toEqual([
      { client: 0, server: 0 },
      { client: 0, server: 0 },
    ]);
    expect(clock.pending).toBe(0);
  });

  it('goes the way of its INVITE: same Request-URI, Via, Route, From, To, Call-ID and CSeq number, and the fields asked for', async () => {
    const { clock, network, call, arrived } = await twoEnds();
    const { transaction } = call('INVITE');
    transaction.request.headers.append('Route', '<sip:192.0.2.9;lr>');
    clock.advance(0);
    answer(arrived[0]!, 180);
    clock.advance(0);
    transaction.cancel([['Reason', 'SIP;cause=200;text="Call completed elsewhere"']]);
    expect(network.sent.at(-1)!.text).toBe(
      [
        'CANCEL sip:bob@192.0.2.2 SIP/2.0',
        `Via: ${transaction.request.headers.get('Via')}`,
        'Max-Forwards: 70',
        'Route: <sip:192.0.2.9;lr>',
        'From: <sip:alice@192.0.2.1>;tag=a1',
        'To: <sip:bob@192.0.2.2>',
        'Call-ID: call-1@192.0.2.1',
        'CSeq: 1 CANCEL',
        'Reason: SIP;cause=200;text="Call completed elsewhere"',
        'Content-Length: 0',
        '\r\n',
      ].join('\r\n'),
    );
  });

  it('is not sent twice', async () => {
    const { clock, network, call, arrived } = await twoEnds();
    const { transaction } = call('INVITE');
    transaction.cancel();
    transaction.cancel();
    clock.advance(0);
    answer(arrived[0]!, 180);
    clock.advance(0);
    transaction.cancel();
    clock.advance(0);
    expect(arrived.filter(({ request }) => request.method === 'CANCEL')).toHaveLength(1);
    expect(timesSent(network, 'CANCEL')).toEqual([0]);
  });

  it.each([200, 486])('is not sent after a final response: %i', async (status) => {
    const { clock, network, call, arrived } = await twoEnds();
    const { transaction } = call('INVITE');
    clock.advance(0);
    answer(arrived[0]!, status);
    clock.advance(0);
    transaction.cancel();
    clock.advance(40_000);
    transaction.cancel();
    expect(network.count('CANCEL')).toBe(0);
  });

  it('that crosses a 200 changes nothing: the caller hears of the answer', async () => {
    const { clock, call, arrived } = await twoEnds();
    const { transaction, told } = call('INVITE');
    clock.advance(0);
    answer(arrived[0]!, 180);
    clock.advance(0);
    transaction.cancel();
    answer(arrived[0]!, 200);
    clock.advance(0);
    expect(told).toEqual([180, 200]);
    clock.advance(40_000);
    expect(told).toEqual([180, 200]);
    expect(clock.pending).toBe(0);
  });

  it('without any final response ends the INVITE as timed out after 32 s', async () => {
    const { clock, call, arrived, alice } = await twoEnds();
    const { transaction, told } = call('INVITE');
    clock.advance(0);
    answer(arrived[0]!, 180);
    clock.advance(1000);
    transaction.cancel();
    clock.advance(31_999);
    expect(told).toEqual([180]);
    clock.advance(1);
    expect(told).toEqual([180, 'timeout']);
    expect(alice.counts().client).toBe(0);
  });

  it('for an INVITE nobody knows reaches the user with nothing to cancel', async () => {
    const { clock, arrived, aliceTransport, toBob } = await twoEnds();
    const cancel = requestFromAlice('CANCEL', 1);
    cancel.headers.prepend('Via', 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKnobody');
    aliceTransport.sendRequest(cancel, toBob);
    clock.advance(0);
    expect(arrived.map(({ request }) => request.method)).toEqual(['CANCEL']);
    expect(arrived[0]!.cancels).toBeUndefined();
  });

  it('that comes after the 2xx is answered 200 with the same To tag and leaves the call alone (RFC 3261 §9.2)', async () => {
    const { clock, call, arrived, network } = await twoEnds();
    const { transaction } = call('INVITE');
    clock.advance(0);
    answer(arrived[0]!, 180);
    clock.advance(0);
    network.drop = ({ startLine }) => startLine.startsWith('SIP/2.0 200');
    arrived[0]!.respond(createResponse(arrived[0]!.request, 200, undefined, { toTag: 'bob' }));
    transaction.cancel();
    clock.advance(0);
    expect(arrived.map(({ request }) => request.method)).toEqual(['INVITE']);
    const answers = network.sent.map(({ text }) => text);
    const ofCancel = answers.filter((text) => text.startsWith('SIP/2.0') && text.includes(' CANCEL\r\n'));
    expect(ofCancel).toEqual([expect.stringMatching(/^SIP\/2.0 200 (?:.|\r\n)*^To: .*;tag=bob\r$/m)]);
  });
});
