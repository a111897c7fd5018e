import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silent } from '../../src/core/log/logger.ts';
import { createResponse, parseAuthentication } from '../../src/core/message/index.ts';
import type { SipRequest } from '../../src/core/message/index.ts';
import { algorithms } from '../../src/core/ua/digest.ts';
import { DigestServer } from '../../src/core/ua/digest-server.ts';
import { NONCE_LIFETIME_MS } from '../../src/core/ua/digest-nonce.ts';
import type { Session } from '../../src/core/ua/session.ts';
import type { Invitation } from '../../src/core/ua/user-agent.ts';
import type { Refusal } from '../../src/core/ua/refusal.ts';
import { call, diary, startAgent, type Agent } from '../support/agent.ts';
import { MemoryNetwork } from '../support/memory-network.ts';
import { settle, VirtualClock } from '../support/virtual-clock.ts';

const REALM = 'example.test';
let clock: VirtualClock;
let network: MemoryNetwork;
let alice: Agent;
let bob: Agent;
let password: string;
/** What Bob asks of Alice's requests, and which ones he has seen. */
let guard: (request: SipRequest) => Refusal | undefined;
let seen: SipRequest[];
let answering: (invitation: Invitation) => void;

beforeEach(async () => {
  clock = new VirtualClock();
  network = new MemoryNetwork(clock, { delayMs: [5, 5] });
  password = 'secret';
  seen = [];
  guard = digestGuard();
  alice = await startAgent({
    network,
    clock,
    host: '10.0.0.1',
    credentialsFor: (realm) => (realm === REALM ? { username: 'alice', password } : undefined),
  });
  bob = await startAgent({
    network,
    clock,
    host: '10.0.0.2',
    invited: (invitation) => answering(invitation),
    authenticate: ({ request }) => {
      seen.push(request);
      return guard(request);
    },
  });
});

afterEach(() => {
  clock.advance(200_000);
  expect(alice.transactions.counts()).toEqual({ client: 0, server: 0 });
  expect(bob.transactions.counts()).toEqual({ client: 0, server: 0 });
  expect([...alice.ua.sessions, ...bob.ua.sessions]).toEqual([]);
  expect(clock.pending).toBe(0);
});

function digestGuard(): typeof guard {
  const credentials = [{ username: 'alice', password: 'secret' }];
  const server = new DigestServer({ clock, log: silent, realm: REALM, credentials, algorithms, random: randomBytes });
  return (request) => {
    const verdict = server.verify(request, '10.0.0.1');
    return verdict.ok ? undefined : verdict.error;
  };
}

/** Asks once with these challenges, then lets everything pass. */
function asksOnce(status: number, challenges: [string, string][]): typeof guard {
  return () => (seen.length === 1 ? { status, headers: challenges } : undefined);
}

const methods = () => seen.map(({ method }) => method);

function given(request: SipRequest | undefined, header = 'Authorization'): Record<string, string | undefined> {
  const parsed = parseAuthentication(request?.headers.get(header) ?? '');
  return parsed.ok ? Object.fromEntries(parsed.value.params) : {};
}

function established(callee = diary()): { a: Session; b: Session; events: string[] } {
  let b: Session | undefined;
  answering = (invitation) => {
    b = invitation.take(callee.user);
    b.incoming?.answer('answer');
  };
  const caller = diary();
  const a = call(alice, bob, caller.user);
  clock.advance(100);
  if (!b) throw new Error('the INVITE did not arrive');
  return { a, b, events: caller.events };
}

describe('a challenged request', () => {
  it('goes out again with credentials, a new branch and the next CSeq number, else the same (RFC 3261 §22.2)', () => {
    const { a, events } = established();
    expect(events).toEqual(['answered 200']);
    const [first, second] = seen;
    expect(methods()).toEqual(['INVITE', 'INVITE']);
    expect(second?.head.cseq.number).toBe(2);
    expect(second?.head.via.params.get('branch')).not.toBe(first?.head.via.params.get('branch'));
    expect(second?.headers.count('Via')).toBe(1);
    for (const name of ['From', 'To', 'Call-ID', 'Contact', 'Content-Type', 'Max-Forwards']) {
      expect(second?.headers.get(name)).toBe(first?.headers.get(name));
    }
    expect(second?.body).toEqual(first?.body);
    expect(given(second)).toMatchObject({ username: 'alice', realm: REALM, qop: 'auth', nc: '00000001' });
    a.hangUp();
    clock.advance(100);
  });

  it('carries its credentials into the ACK of the 2xx, with its CSeq number (RFC 3261 §13.2.2.4)', () => {
    const { a } = established();
    const ack = network.sent.findLast(({ startLine }) => startLine.startsWith('ACK'))?.text ?? '';
    expect(ack).toContain('CSeq: 2 ACK');
    expect(ack).toContain(`Authorization: ${seen[1]?.headers.get('Authorization')}`);
    a.hangUp();
    clock.advance(100);
  });

  it('is sent with the strongest algorithm that was offered, and later ones bring it unasked with the next count', () => {
    const { a } = established();
    a.hangUp();
    clock.advance(100);
    established().a.hangUp();
    clock.advance(100);
    expect(methods()).toEqual(['INVITE', 'INVITE', 'BYE', 'INVITE', 'BYE']);
    expect(seen.slice(1).map((request) => given(request)['algorithm'])).toEqual(Array(4).fill('SHA-512-256'));
    expect(seen.slice(1).map((request) => given(request)['nc'])).toEqual(
      ['1', '2', '3', '4'].map((count) => count.padStart(8, '0')),
    );
  });

  it('fails with the 401 when the password is wrong, after one more try', () => {
    password = 'wrong';
    const caller = diary();
    call(alice, bob, caller.user);
    clock.advance(100);
    expect(caller.events).toEqual(['failed 401']);
    expect(methods()).toEqual(['INVITE', 'INVITE']);
    // What was refused is not brought along again.
    call(alice, bob, caller.user);
    clock.advance(100);
    expect(seen[2]?.headers.has('Authorization')).toBe(false);
  });

  it.each([
    ['for a realm that we have no password for', 'Digest realm="elsewhere.test", nonce="n", qop="auth"'],
    ['that offers only auth-int', `Digest realm="${REALM}", nonce="n", qop="auth-int"`],
    ['with an algorithm that we lack', `Digest realm="${REALM}", nonce="n", algorithm=AKAv1-MD5, qop="auth"`],
    ['of another scheme', `Basic realm="${REALM}"`],
    ['that cannot be read', `Digest realm="${REALM}`],
    ['without nonce', `Digest realm="${REALM}", qop="auth"`],
  ])('fails at once after a challenge %s', (_, challenge) => {
    guard = () => ({ status: 401, headers: [['WWW-Authenticate', challenge]] });
    const caller = diary();
    call(alice, bob, caller.user);
    clock.advance(100);
    expect(caller.events).toEqual(['failed 401']);
    expect(seen).toHaveLength(1);
  });

  it('answers 407 with Proxy-Authorization, beside a realm of somebody else', () => {
    guard = asksOnce(407, [
      ['Proxy-Authenticate', 'Digest realm="elsewhere.test", nonce="n", qop="auth"'],
      ['Proxy-Authenticate', `Digest realm="${REALM}", nonce="n1", opaque="o", algorithm=md5, qop="auth,auth-int"`],
      ['Proxy-Authenticate', `Digest realm="${REALM}", nonce="n2", algorithm=AKAv1-MD5, qop="auth"`],
    ]);
    established().a.hangUp();
    clock.advance(100);
    expect(seen[1]?.headers.count('Proxy-Authorization')).toBe(1);
    expect(seen[1]?.headers.has('Authorization')).toBe(false);
    expect(given(seen[1], 'Proxy-Authorization')).toMatchObject({ nonce: 'n1', opaque: 'o', qop: 'auth' });
  });

  it('answers a challenge without qop in the form of RFC 2069', () => {
    guard = asksOnce(401, [['WWW-Authenticate', `Digest realm="${REALM}", nonce="n"`]]);
    established().a.hangUp();
    clock.advance(100);
    expect(given(seen[1])).toMatchObject({ algorithm: 'MD5', nonce: 'n' });
    for (const name of ['qop', 'nc', 'cnonce']) expect(given(seen[1])).not.toHaveProperty(name);
  });

  it('answers a proxy and the callee behind it, one after the other', () => {
    const callee = digestGuard();
    guard = (request) =>
      request.headers.has('Proxy-Authorization')
        ? callee(dropProxyAuthorization(request))
        : { status: 407, headers: [['Proxy-Authenticate', `Digest realm="${REALM}", nonce="p", qop="auth"`]] };
    const { a, events } = established();
    expect(events).toEqual(['answered 200']);
    expect(seen.map(({ head }) => head.cseq.number)).toEqual([1, 2, 3]);
    a.hangUp();
    clock.advance(100);
    expect(a.state).toBe('ended');
  });

  it('goes on with a new nonce when the old one is stale', () => {
    const { a } = established();
    clock.advance(NONCE_LIFETIME_MS);
    a.hangUp();
    clock.advance(100);
    expect(methods().filter((method) => method === 'BYE')).toEqual(['BYE', 'BYE']);
    expect([...bob.ua.sessions]).toEqual([]);
  });

  it('gives up on a callee to whom every nonce is stale', () => {
    guard = () => ({
      status: 401,
      headers: [['WWW-Authenticate', `Digest realm="${REALM}", nonce="n${seen.length}", qop="auth", stale=true`]],
    });
    const caller = diary();
    call(alice, bob, caller.user);
    clock.advance(1000);
    expect(caller.events).toEqual(['failed 401']);
    expect(seen).toHaveLength(5);
  });

  it('is not sent again once it was canceled', () => {
    guard = () => undefined;
    answering = ({ transaction, request }) => {
      transaction.respond(createResponse(request, 180, undefined, { toTag: 'b' }));
      clock.after(50, () => {
        const headers: [string, string][] = [['WWW-Authenticate', `Digest realm="${REALM}", nonce="n", qop="auth"`]];
        transaction.respond(createResponse(request, 401, undefined, { toTag: 'b', headers }));
      });
    };
    const caller = diary();
    const session = call(alice, bob, caller.user);
    clock.advance(30);
    session.hangUp();
    clock.advance(200);
    expect(caller.events).toContain('failed 401');
    expect(methods()).toEqual(['INVITE']);
  });
});

describe('inside a dialog', () => {
  it('every method is challenged and answered: re-INVITE, REFER, its NOTIFYs and BYE', async () => {
    // Bob trusts no nonce twice: each of Alice's requests is challenged.
    const fresh: typeof guard = (request) => digestGuards(request);
    let digestGuards = digestGuard();
    guard = (request) => {
      const refusal = fresh(request);
      if (!refusal) digestGuards = digestGuard();
      return refusal;
    };
    const log: string[] = [];
    const callee = diary({
      referred: (refer) => {
        const reporter = refer.accept({});
        reporter.report(200);
      },
    });
    const { a, b } = established(callee);
    const offered = a.offer('offer');
    await clock.advanceAsync(100);
    expect(await offered).toBe('answer');
    a.refer('<sip:carol@example.test>', [], {
      accepted: ({ status }) => log.push(`${status}`),
      refused: (status) => log.push(`refused ${status}`),
      notified: ({ status }) => log.push(`NOTIFY ${status}`),
    });
    clock.advance(200);
    expect(log).toEqual(['202', 'NOTIFY 100', 'NOTIFY 200']);
    expect(a.subscriptions.awaited).toBe(0);
    a.hangUp();
    clock.advance(100);
    expect(b.state).toBe('ended');
    expect(methods()).toEqual(['INVITE', 'INVITE', 'INVITE', 'INVITE', 'REFER', 'REFER', 'BYE', 'BYE']);
    // Numbers of a dialog only grow, those of the second tries counted.
    expect(seen.map(({ head }) => head.cseq.number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('a second REFER whose first try was challenged is known by the number of its second (RFC 3515 §2.4.6)', () => {
    const log: string[] = [];
    let guards = digestGuard();
    guard = (request) => {
      const refusal = guards(request);
      if (!refusal) guards = digestGuard();
      return refusal;
    };
    const { a } = established(diary({ referred: (refer) => refer.accept({}).report(486) }));
    const user = (name: string) => ({
      refused: (status: number) => log.push(`${name} refused ${status}`),
      notified: ({ status }: { status: number }) => log.push(`${name} ${status}`),
    });
    a.refer('<sip:carol@example.test>', [], user('first'));
    clock.advance(200);
    a.refer('<sip:dave@example.test>', [], user('second'));
    clock.advance(200);
    expect(log).toEqual(['first 100', 'first 486', 'second 100', 'second 486']);
    a.hangUp();
    clock.advance(100);
  });

  it('a NOTIFY that is challenged gets through, and so does the BYE of a session that is over for us', async () => {
    const notified: string[] = [];
    let b: Session | undefined;
    guard = () => undefined;
    answering = (invitation) => {
      b = invitation.take(diary().user);
      b.incoming?.answer('answer');
    };
    const a = call(alice, bob, diary({ referred: (refer) => refer.accept({}).report(603) }).user);
    clock.advance(100);
    guard = digestGuard();
    b?.refer('<sip:carol@example.test>', [], {
      refused: () => notified.push('refused'),
      notified: ({ status }) => notified.push(`${status}`),
    });
    clock.advance(1000);
    await settle();
    expect(notified).toEqual(['100', '603']);
    guard = digestGuard();
    a.hangUp();
    expect(a.state).toBe('ended');
    clock.advance(100);
    expect(b?.state).toBe('ended');
  });
});

it('CANCEL and ACK are never challenged (RFC 3261 §22.1)', () => {
  answering = (invitation) => {
    invitation.take(diary().user).incoming?.progress(180);
  };
  const caller = diary();
  const session = call(alice, bob, caller.user);
  clock.advance(100);
  session.hangUp();
  clock.advance(100);
  expect(caller.events).toEqual(['progressed 180', 'failed 487']);
  expect(methods()).toEqual(['INVITE', 'INVITE']);
});

it('credentials go to nobody who has not asked for them', async () => {
  established().a.hangUp();
  clock.advance(100);
  const headers: SipRequest[] = [];
  const carol = await startAgent({
    network,
    clock,
    host: '10.0.0.3',
    authenticate: ({ request }) => {
      headers.push(request);
      return undefined;
    },
  });
  call(alice, carol, diary().user);
  clock.advance(100);
  expect(headers).toHaveLength(1);
  expect(headers[0]?.headers.has('Authorization')).toBe(false);
});

function dropProxyAuthorization(request: SipRequest): SipRequest {
  const headers = request.headers.clone();
  headers.delete('Proxy-Authorization');
  const copy = Object.create(request) as SipRequest;
  Object.defineProperty(copy, 'headers', { value: headers });
  return copy;
}
