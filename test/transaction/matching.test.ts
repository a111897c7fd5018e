import { describe, expect, it } from 'vitest';
import { createResponse, type SipRequest } from '../../src/core/message/index.ts';
import { newBranch, secureRandom } from '../../src/core/transaction/branch.ts';
import { acknowledges, clientKey, responseKey, serverKey } from '../../src/core/transaction/matching.ts';
import { answer, requestFromAlice, twoEnds } from './two-ends.ts';

const MODERN = 'SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKabc';
const OLD = 'SIP/2.0/UDP 192.0.2.1:5060;branch=1';

function request(method: string, via: string, change: (request: SipRequest) => void = () => {}): SipRequest {
  const made = requestFromAlice(method, 1);
  made.headers.prepend('Via', via);
  change(made);
  return made;
}

describe('a request with a branch of RFC 3261', () => {
  const invite = serverKey(request('INVITE', MODERN));

  it('belongs to the transaction of its branch, sent-by and method', () => {
    const again = request('INVITE', MODERN, ({ headers }) => headers.set('Call-ID', 'other'));
    expect(serverKey(again)).toBe(invite);
    expect(serverKey(request('INVITE', MODERN.replace('abc', 'abd')))).not.toBe(invite);
    expect(serverKey(request('INVITE', MODERN.replace('5060', '5061')))).not.toBe(invite);
    expect(serverKey(request('INVITE', MODERN.replace('192.0.2.1', '192.0.2.7')))).not.toBe(invite);
    expect(serverKey(request('BYE', MODERN))).not.toBe(invite);
  });

  it('belongs to the INVITE when it is its ACK, and names the INVITE when it is its CANCEL', () => {
    expect(serverKey(request('ACK', MODERN))).toBe(invite);
    expect(serverKey(request('CANCEL', MODERN))).not.toBe(invite);
    expect(serverKey(request('CANCEL', MODERN), 'INVITE')).toBe(invite);
  });

  it('is matched whatever received and rport were added on the way in', () => {
    expect(serverKey(request('INVITE', `${MODERN};received=192.0.2.50;rport=1`))).toBe(invite);
  });
});

describe('a request after RFC 2543', () => {
  const invite = serverKey(request('INVITE', OLD));

  it('belongs to the transaction of its Request-URI, From tag, Call-ID, CSeq number, Via and method', () => {
    expect(serverKey(request('INVITE', OLD))).toBe(invite);
    const others: ((request: SipRequest) => void)[] = [
      (made) => (made.uri = 'sip:carol@192.0.2.2'),
      ({ headers }) => headers.set('From', '<sip:alice@192.0.2.1>;tag=other'),
      ({ headers }) => headers.set('Call-ID', 'other'),
      ({ headers }) => headers.set('CSeq', '2 INVITE'),
      ({ headers }) => headers.set('Via', OLD.replace('branch=1', 'branch=2')),
    ];
    for (const change of others) expect(serverKey(request('INVITE', OLD, change))).not.toBe(invite);
    expect(serverKey(request('BYE', OLD))).not.toBe(invite);
  });

  it('is meant also when the branch is missing or is the bare magic cookie', () => {
    for (const via of ['SIP/2.0/UDP 192.0.2.1', 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK']) {
      const other = request('INVITE', via, ({ headers }) => headers.set('Call-ID', 'other'));
      expect(serverKey(other)).not.toBe(serverKey(request('INVITE', via)));
    }
  });

  it('belongs to the INVITE when it is its ACK, whose To tag must be that of our response', () => {
    const ack = request('ACK', OLD, ({ headers }) => headers.set('To', '<sip:bob@192.0.2.2>;tag=bob'));
    expect(serverKey(ack)).toBe(invite);
    expect(acknowledges(ack, 'bob')).toBe(true);
    expect(acknowledges(ack, 'other')).toBe(false);
    expect(acknowledges(request('ACK', MODERN), 'other')).toBe(true);
    expect(serverKey(request('CANCEL', OLD), 'INVITE')).toBe(invite);
  });

  it('is delivered once, its rejection repeated and its ACK absorbed', async () => {
    const { clock, network, arrived, aliceTransport, bob, toBob } = await twoEnds();
    const acks: string[] = [];
    bob.onAck = ({ method }) => acks.push(method);
    aliceTransport.sendRequest(request('INVITE', OLD), toBob);
    aliceTransport.sendRequest(request('INVITE', OLD), toBob);
    clock.advance(0);
    expect(arrived).toHaveLength(1);
    answer(arrived[0]!, 486);
    const ack = request('ACK', OLD, ({ headers }) => headers.set('To', '<sip:bob@192.0.2.2>;tag=bob'));
    aliceTransport.sendRequest(ack, toBob);
    clock.advance(60_000);
    expect(network.count('SIP/2.0 486')).toBe(1);
    expect(acks).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});

describe('a response', () => {
  it('belongs to the client transaction of its branch and method: a CANCEL shares the branch of its INVITE', () => {
    const toInvite = createResponse(request('INVITE', MODERN), 200);
    const toCancel = createResponse(request('CANCEL', MODERN), 200);
    expect(responseKey(toInvite)).toBe(clientKey('z9hG4bKabc', 'INVITE'));
    expect(responseKey(toCancel)).toBe(clientKey('z9hG4bKabc', 'CANCEL'));
  });
});

describe('a branch', () => {
  it('begins with the magic cookie and does not come twice in 10,000', () => {
    const branches = Array.from({ length: 10_000 }, () => newBranch(secureRandom));
    expect(new Set(branches).size).toBe(10_000);
    for (const branch of branches) expect(branch).toMatch(/^z9hG4bK[0-9a-z]{12}$/);
  });
});
