import { describe, expect, it } from 'vitest';
import { createResponse } from '../../src/core/message/index.ts';
import { answer, requestFromAlice, timesSent, twoEnds } from './two-ends.ts';

describe('a request other than INVITE over UDP', () => {
  it('is repeated by Timer E at intervals of up to T2 and given up by Timer F after 32 s', async () => {
    const { clock, network, call, alice } = await twoEnds({ loss: 1 });
    const { told } = call('OPTIONS');
    clock.advance(31_999);
    expect(told).toEqual([]);
    clock.advance(1);
    expect(told).toEqual(['timeout']);
    expect(timesSent(network, 'OPTIONS')).toEqual([
      0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500,
    ]);
    expect(alice.counts().client).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('is repeated every T2 once a provisional response came', async () => {
    const { clock, network, call, arrived } = await twoEnds();
    network.drop = ({ startLine, sentAt }) => startLine.startsWith('REFER') && sentAt > 0;
    const { told } = call('REFER');
    clock.advance(3500);
    // The other side's automatic 100.
    expect(told).toEqual([100]);
    clock.advance(9000);
    expect(timesSent(network, 'REFER')).toEqual([0, 500, 1500, 3500, 7500, 11_500]);
    expect(arrived).toHaveLength(1);
  });

  it('is told the answer once; Timers K and J end the transactions after 5 s and 32 s, in groups', async () => {
    const { clock, call, arrived, alice, bob } = await twoEnds();
    const { told } = call('BYE');
    clock.advance(0);
    answer(arrived[0]!, 200);
    clock.advance(4999);
    expect(told).toEqual([200]);
    expect(alice.counts().client).toBe(1);
    clock.advance(1 + 79);
    expect(alice.counts().client).toBe(0);
    clock.advance(26_999 - 79);
    expect(bob.counts().server).toBe(1);
    clock.advance(1 + 500);
    expect(bob.counts().server).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('is delivered once when it comes twice, and answered from the machine', async () => {
    const { clock, network, call, arrived } = await twoEnds();
    let answers = 0;
    network.drop = ({ startLine }) => startLine.startsWith('SIP/2.0 200') && ++answers < 3;
    const { told } = call('BYE');
    clock.advance(0);
    answer(arrived[0]!, 200);
    clock.advance(1500);
    expect(timesSent(network, 'SIP/2.0 200')).toEqual([0, 500, 1500]);
    expect(arrived).toHaveLength(1);
    expect(told).toEqual([200]);
  });

  it.each([
    ['the same bytes', 'with header fields of its own', [['Allow', 'BYE']] as const],
    ['the same, made anew', 'that says nothing but its status', [] as const],
  ])('gets %s again for an answer %s', async (_, __, headers) => {
    const { clock, network, alice, toBob, arrived } = await twoEnds();
    const bye = requestFromAlice('BYE', 1);
    bye.headers.set('To', '<sip:bob@192.0.2.2>;tag=bob');
    network.drop = ({ startLine, sentAt }) => startLine.startsWith('SIP/2.0') && sentAt === 0;
    alice.request(bye, toBob, { response() {}, timeout() {}, transportError() {} });
    clock.advance(0);
    arrived[0]!.respond(createResponse(arrived[0]!.request, 200, 'Gone', { toTag: 'bob', headers }));
    clock.advance(500);
    const answers = network.sent.filter(({ startLine }) => startLine === 'SIP/2.0 200 Gone');
    expect(answers).toHaveLength(2);
    expect(answers[1]!.text).toBe(answers[0]!.text);
    expect(answers[1]!.to).toEqual(answers[0]!.to);
    expect(answers[1]!.text.includes('Allow: BYE')).toBe(headers.length > 0);
  });

  it('gets no provisional response before the client has slowed down to T2, whatever the user wants (RFC 4320)', async () => {
    const { clock, network, call, arrived } = await twoEnds();
    network.drop = ({ startLine, sentAt }) => startLine.startsWith('OPTIONS') && sentAt > 0;
    call('OPTIONS');
    clock.advance(0);
    answer(arrived[0]!, 100);
    answer(arrived[0]!, 180);
    clock.advance(3499);
    expect(network.count('SIP/2.0')).toBe(0);
    clock.advance(1);
    expect(network.count('SIP/2.0 100')).toBe(1);
  });

  it('is never answered 408: the transaction just ends (RFC 4320)', async () => {
    const { clock, network, call, arrived, bob } = await twoEnds();
    const ends: string[] = [];
    call('OPTIONS');
    clock.advance(0);
    arrived[0]!.onEnd = (why) => ends.push(why);
    answer(arrived[0]!, 408);
    expect(ends).toEqual(['done']);
    expect(bob.counts().server).toBe(0);
    expect(network.count('SIP/2.0')).toBe(0);
  });

  it('that its user never answers is forgotten when the client has given up, and a later answer is not sent', async () => {
    const { clock, network, call, arrived, bob } = await twoEnds();
    network.drop = ({ startLine, sentAt }) => startLine.startsWith('OPTIONS') && sentAt > 0;
    const { told } = call('OPTIONS');
    clock.advance(31_999);
    expect(bob.counts().server).toBe(1);
    clock.advance(1);
    expect(bob.counts().server).toBe(0);
    expect(told).toEqual([100, 'timeout']);
    answer(arrived[0]!, 200);
    clock.advance(60_000);
    expect(network.count('SIP/2.0 200')).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('takes the first final answer of its user and drops others', async () => {
    const { clock, network, call, arrived } = await twoEnds();
    call('OPTIONS');
    clock.advance(0);
    answer(arrived[0]!, 200);
    answer(arrived[0]!, 500);
    clock.advance(0);
    expect(network.count('SIP/2.0 500')).toBe(0);
    expect(arrived[0]!.lastStatus).toBe(200);
  });
});

describe('a request other than INVITE over a reliable transport', () => {
  it('is sent once, and both transactions end with the answer: Timers J and K are zero', async () => {
    const { clock, network, call, arrived, alice, bob } = await twoEnds({ reliable: true });
    const { told } = call('OPTIONS');
    clock.advance(3000);
    answer(arrived[0]!, 200);
    clock.advance(0);
    expect(told).toEqual([200]);
    expect(network.count('OPTIONS')).toBe(1);
    expect([alice.counts().client, bob.counts().server, clock.pending]).toEqual([0, 0, 0]);
  });
});
