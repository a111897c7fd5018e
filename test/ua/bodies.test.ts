/** Which bodies are read, and what becomes of those that are not. RFC 3261 §20.11, RFC 5621. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Session } from '../../src/core/ua/session.ts';
import { diary, startAgent, type Agent } from '../support/agent.ts';
import { MemoryNetwork } from '../support/memory-network.ts';
import { BOUNDARY, isupPart, MIXED, multipart, pidfPart, sdpPart, type PartWords } from '../support/multipart.ts';
import { expectNothingLeft } from '../support/nothing-left.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { Wire } from '../support/wire.ts';

let clock: VirtualClock;
let bob: Agent;
let wire: Wire;
let session: Session | undefined;
let offers: (string | undefined)[];
let calls = 0;

beforeEach(async () => {
  clock = new VirtualClock();
  const network = new MemoryNetwork(clock, { delayMs: [5, 5] });
  wire = await Wire.start(network, '10.0.0.9');
  session = undefined;
  offers = [];
  calls += 1;
  const user = diary({
    offered: async (offer) => {
      offers.push(offer);
      return 'answer';
    },
  }).user;
  bob = await startAgent({
    network,
    clock,
    host: '10.0.0.2',
    invited: (invitation) => {
      session = invitation.take(user);
      offers.push(session.incoming?.offer);
      session.incoming?.answer('answer');
    },
  });
});

afterEach(async () => {
  if (session && session.state !== 'ended') {
    if (session.unacknowledged) send('ACK', []);
    clock.advance(20);
    session.hangUp();
    clock.advance(20);
    const bye = wire.of('BYE')[0];
    if (bye) wire.respond(bye, 200);
  }
  await clock.advanceAsync(70_000);
  expectNothingLeft(clock, bob);
});

let seq = 1;
function send(method: string, fields: [string, string][], body = ''): void {
  if (method !== 'ACK') seq += 1;
  const tag = session?.localTag;
  wire.request(
    method,
    bob.hop,
    [
      ['From', '<sip:wire@example.test>;tag=w'],
      ['To', `<sip:bob@example.test>${tag === undefined || session?.state === 'ended' ? '' : `;tag=${tag}`}`],
      ['Call-ID', `body-${calls}`],
      ['CSeq', `${seq} ${method}`],
      ['Contact', wire.contact],
      ...fields,
    ],
    body,
  );
}

/** The answer to an INVITE with this body, 100 left out. */
function invite(body: string, type = MIXED, more: [string, string][] = []) {
  send('INVITE', [['Content-Type', type], ...more], body);
  clock.advance(50);
  const answer = wire.responses.findLast(({ status, head }) => head.cseq.method === 'INVITE' && status !== 100);
  return {
    status: answer?.status,
    accept: answer?.headers.get('Accept'),
    reason: answer?.reason,
    warning: answer?.headers.get('Warning'),
  };
}

const alternative = 'multipart/alternative;boundary=inner';
const inner = (parts: readonly PartWords[]) => multipart(parts, { boundary: 'inner' });
const optional = 'render;handling=optional';

describe('a multipart INVITE', () => {
  it.each<[string, string, string?]>([
    ['SDP alone', multipart([sdpPart('offer')])],
    ['SDP and an optional location', multipart([sdpPart('offer'), pidfPart(optional)])],
    ['optional ISUP before it', multipart([isupPart('signal;handling=optional'), sdpPart('offer')])],
    ['handling in capitals and quotes', multipart([isupPart('signal; HANDLING="Optional"'), sdpPart('offer')])],
    ['a disposition of its own', multipart([{ ...sdpPart('offer'), disposition: 'session;handling=required' }])],
    ['line ends without carriage return', multipart([sdpPart('offer'), pidfPart(optional)], { lineEnd: '\n' })],
    ['preamble and epilogue', `some text\r\n${multipart([sdpPart('offer')])}more text`],
    ['a quoted boundary', multipart([sdpPart('offer')], { boundary: 'a b:c' }), 'multipart/mixed; boundary="a b:c"'],
    [
      'a multipart inside',
      multipart([{ type: alternative, body: inner([pidfPart(), sdpPart('offer')]) }, isupPart(optional)]),
    ],
    ['a description three levels down', nested(2)],
    ['a choice', inner([{ type: 'application/sdpng', body: 'x' }, sdpPart('offer')]), alternative],
    ['a kind of multipart that nobody knows', multipart([sdpPart('offer')]), MIXED.replace('mixed', 'odd')],
  ])('W12: %s: the offer is read', (_, body, type) => {
    expect(invite(body, type)).toMatchObject({ status: 200 });
    expect(offers).toEqual(['offer']);
  });

  it.each<[string, PartWords]>([
    ['nothing said', pidfPart()],
    ['required', isupPart('signal;handling=required')],
    ['handling of a kind that nobody knows', isupPart('signal;handling=perhaps')],
    ['a description of something else', { ...sdpPart('early'), disposition: 'early-session' }],
  ])('W12: a part beside the SDP with %s is refused with 415', (_, part) => {
    const answer = invite(multipart([sdpPart('offer'), part]));
    expect(answer).toMatchObject({ status: 415, accept: 'application/sdp, multipart/mixed' });
    expect(session).toBeUndefined();
  });

  it('W12: a multipart that is optional as a whole is left aside with all its parts', () => {
    expect(invite(multipart([pidfPart()]), MIXED, [['Content-Disposition', 'render;handling=optional']]).status).toBe(
      200,
    );
    expect(offers).toEqual([undefined]);
  });

  it.each([
    ['no boundary', multipart([sdpPart('offer')]), 'multipart/mixed', /without a boundary/],
    ['another boundary', multipart([sdpPart('offer')]), 'multipart/mixed;boundary=other', /lacks its boundary/],
    ['no end', multipart([sdpPart('offer')]).replace(`--${BOUNDARY}--`, ''), MIXED, /does not end with its boundary/],
    ['two descriptions', multipart([sdpPart('offer'), sdpPart('offer')]), MIXED, /more than one application\/sdp part/],
    ['too deep', nested(3), MIXED, /nested more than 3 times/],
  ])('W12: %s gets a 400 that says so', (_, body, type, words) => {
    const answer = invite(body, type);
    expect(answer.status).toBe(400);
    expect(answer.reason).toMatch(words);
    expect(answer.warning).toMatch(words);
  });
});

/** SDP in that many multiparts around the outermost. */
function nested(depth: number): string {
  let part = sdpPart('offer');
  for (let i = 0; i < depth; i++) {
    part = { type: `multipart/mixed;boundary=n${i}`, body: multipart([part], { boundary: `n${i}` }) };
  }
  return multipart([part]);
}

it('W12: an encoded body is refused as before', () => {
  expect(invite('offer', 'application/sdp', [['Content-Encoding', 'gzip']]).status).toBe(415);
  const encoded = multipart([sdpPart('offer')]).replace('\r\n\r\n', '\r\nContent-Transfer-Encoding: base64\r\n\r\n');
  expect(invite(encoded).status).toBe(415);
});

it.each(['INVITE', 'UPDATE'])('W12: a multipart %s in the dialog makes the offer', async (method) => {
  invite('offer', 'application/sdp');
  send('ACK', []);
  send(method, [['Content-Type', MIXED]], multipart([sdpPart('hold'), isupPart('signal;handling=optional')]));
  await clock.advanceAsync(50);
  expect(offers).toEqual(['offer', 'hold']);
  expect(wire.statuses(method).at(-1)).toBe(200);
});
