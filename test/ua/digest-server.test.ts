import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Logger } from '../../src/core/log/logger.ts';
import { createRequest, parseAuthentication, printCredentials } from '../../src/core/message/index.ts';
import type { SipRequest } from '../../src/core/message/index.ts';
import { algorithms, digestResponse, passwordHash, type DigestAlgorithm } from '../../src/core/ua/digest.ts';
import { NONCE_LIFETIME_MS } from '../../src/core/ua/digest-nonce.ts';
import { DigestServer } from '../../src/core/ua/digest-server.ts';
import type { Refusal } from '../../src/core/ua/refusal.ts';
import { seeded } from '../support/random.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const REALM = 'demo.zt.patchcord.test';
const SOURCE = '198.51.100.7';
const URI = `sip:+14155550100@${REALM}`;

let clock: VirtualClock;
let server: DigestServer;
let logged: string;

beforeEach(() => {
  clock = new VirtualClock();
  logged = '';
  server = start();
});

function start(seed = 1, offered: readonly DigestAlgorithm[] = algorithms): DigestServer {
  const random = seeded(seed);
  const write = (fields: object, message: string) => {
    logged += `${JSON.stringify(fields)} ${message}\n`;
  };
  const log: Logger = { debug: write, info: write, warn: write, error: write, child: () => log };
  return new DigestServer({
    clock,
    log,
    realm: REALM,
    credentials: [
      { username: 'endpoint', password: 'secret' },
      { username: 'Jäsøn', password: 'pässword' },
    ],
    algorithms: offered,
    random: (bytes) => Uint8Array.from({ length: bytes }, () => Math.floor(random() * 256)),
  });
}

function request(authorization?: string, { method = 'REFER', header = 'Authorization', uri = URI } = {}): SipRequest {
  return createRequest({
    method,
    uri,
    headers: [
      ['Via', 'SIP/2.0/UDP 198.51.100.7;branch=z9hG4bK1'],
      ['From', '<sip:endpoint@demo.zt.patchcord.test>;tag=a'],
      ['To', '<sip:+14155550100@demo.zt.patchcord.test>'],
      ['Call-ID', 'c'],
      ['CSeq', `1 ${method}`],
      ...(authorization === undefined ? [] : [[header, authorization] as [string, string]]),
    ],
  });
}

function verify(authorization?: string, more = {}, source = SOURCE) {
  return server.verify(request(authorization, more), source);
}

function refusal(verdict: ReturnType<DigestServer['verify']>): Refusal {
  if (verdict.ok) throw new Error('it was let in');
  return verdict.error;
}

interface Challenge {
  algorithm: string;
  nonce: string;
  opaque: string;
  qop: string;
  stale: string | undefined;
}

function challenges(verdict: ReturnType<DigestServer['verify']>): Challenge[] {
  const { status, headers = [] } = refusal(verdict);
  expect(status).toBe(401);
  return headers.map(([name, value]) => {
    expect(name).toBe('WWW-Authenticate');
    const parsed = parseAuthentication(value);
    if (!parsed.ok) throw new Error(parsed.error);
    expect(parsed.value.scheme).toBe('Digest');
    expect(parsed.value.params.get('realm')).toBe(REALM);
    return Object.fromEntries(parsed.value.params) as unknown as Challenge;
  });
}

function challenge(source = SOURCE): Challenge {
  const [first] = challenges(server.verify(request(), source));
  if (!first) throw new Error('no challenge');
  return first;
}

interface Answer {
  nonce: string;
  opaque?: string;
  username?: string;
  password?: string;
  algorithm?: DigestAlgorithm;
  method?: string;
  uri?: string;
  nc?: string;
  qop?: string | undefined;
}

function answer(given: Answer, changes: Record<string, string | undefined> = {}): string {
  const { nonce, opaque, username = 'endpoint', password = 'secret', method = 'REFER', uri = URI } = given;
  const { algorithm = 'SHA-256', nc = '00000001' } = given;
  const secret = passwordHash(algorithm, username, REALM, password);
  const params = new Map<string, string | undefined>([
    ['username', username],
    ['realm', REALM],
    ['nonce', nonce],
    ['uri', uri],
    ['response', digestResponse(algorithm, secret, { method, uri, nonce, counted: { nc, cnonce: 'c0ffee' } })],
    ['algorithm', algorithm],
    ['qop', 'auth'],
    ['cnonce', 'c0ffee'],
    ['nc', nc],
    ...(opaque === undefined ? [] : [['opaque', opaque] as const]),
    ...Object.entries(changes),
  ]);
  for (const [name, value] of params) if (value === undefined) params.delete(name);
  return printCredentials({ scheme: 'Digest', params });
}

describe('the uri of credentials', () => {
  const asked = (uri: string, requestUri: string) => {
    const { nonce, opaque } = challenge();
    const verdict = verify(answer({ nonce, opaque, uri }), { uri: requestUri });
    return verdict.ok ? 'ok' : `${verdict.error.status} ${verdict.error.reason}`;
  };

  it.each([
    [URI, `${URI}:5060`],
    [URI, `${URI}:5070;transport=tcp`],
    [`${URI};transport=udp`, URI],
    [`${URI}:5060`, `${URI};transport=udp`],
    [URI.toUpperCase().replace('SIP:', 'sip:'), URI],
    ['sip:%2B14155550100@demo.zt.patchcord.test', URI],
  ])('W22: %s means the same as %s', (uri, requestUri) => {
    expect(asked(uri, requestUri)).toBe('ok');
  });

  it.each([
    ['sip:+14155550199@demo.zt.patchcord.test', URI],
    [`sip:${REALM}`, URI],
    ['sip:+14155550100@elsewhere.test', URI],
    [`${URI}:5061`, `${URI}:5060`],
    [`${URI};transport=udp`, `${URI};transport=tcp`],
    [`${URI};maddr=192.0.2.1`, URI],
    [`${URI}?Replaces=a`, URI],
    ['tel:+14155550100', URI],
    ['', URI],
  ])('W22: %j is another resource than %s', (uri, requestUri) => {
    expect(asked(uri, requestUri)).toBe('400 Credentials For Another Request-URI');
  });
});

describe('a challenge', () => {
  it('offers every algorithm, strongest first, with qop=auth (RFC 8760 §2.4)', () => {
    const offered = challenges(verify());
    expect(offered.map(({ algorithm }) => algorithm)).toEqual(['SHA-512-256', 'SHA-256', 'MD5']);
    expect(offered.map(({ qop }) => qop)).toEqual(['auth', 'auth', 'auth']);
    expect(new Set(offered.map(({ nonce }) => nonce)).size).toBe(1);
    expect(offered[0]?.stale).toBeUndefined();
  });

  it('W19: offers what it is told to, in that order, and takes nothing else', () => {
    server = start(1, ['MD5', 'SHA-256']);
    expect(challenges(verify()).map(({ algorithm }) => algorithm)).toEqual(['MD5', 'SHA-256']);
    const text = answer({ nonce: challenge().nonce, algorithm: 'SHA-512-256' });
    expect(challenges(verify(text))[0]?.stale).toBeUndefined();
    expect(verify(answer({ nonce: challenge().nonce, algorithm: 'MD5' })).ok).toBe(true);
  });

  it('has another nonce each time, for each address and each start', () => {
    const nonces = [challenge().nonce, challenge().nonce, challenge('198.51.100.8').nonce];
    server = start(2);
    nonces.push(challenge().nonce);
    expect(new Set(nonces).size).toBe(4);
  });
});

describe('credentials', () => {
  it.each(['SHA-512-256', 'SHA-256', 'MD5'] as const)('P29: let in with the right password and %s', (algorithm) => {
    const { nonce, opaque } = challenge();
    expect(verify(answer({ nonce, opaque, algorithm }))).toEqual({ ok: true, value: { username: 'endpoint' } });
  });

  it('may come as name@realm, in Proxy-Authorization, with capitals in the response, without opaque', () => {
    const header = 'Proxy-Authorization';
    expect(verify(answer({ nonce: challenge().nonce, username: `endpoint@${REALM}` }), { header })).toEqual({
      ok: true,
      value: { username: 'endpoint' },
    });
    const text = answer({ nonce: challenge().nonce });
    const shouting = text.replace(/response="(\w+)"/, (_, hex: string) => `response="${hex.toUpperCase()}"`);
    expect(shouting).not.toBe(text);
    expect(verify(shouting).ok).toBe(true);
  });

  it('may have names and passwords of any letters', () => {
    const text = answer({ nonce: challenge().nonce, username: 'Jäsøn', password: 'pässword' });
    expect(verify(text)).toEqual({ ok: true, value: { username: 'Jäsøn' } });
  });

  it('are found among those for other realms and schemes', () => {
    const mixed = request(answer({ nonce: challenge().nonce }));
    mixed.headers.prepend('Authorization', 'Digest realm="elsewhere.test", nonce="x"');
    mixed.headers.prepend('Authorization', 'Bearer abc="d"');
    expect(server.verify(mixed, SOURCE).ok).toBe(true);
  });

  it.each([
    ['of another realm', { realm: 'elsewhere.test' }],
    ['without qop, as in RFC 2069', { qop: undefined, nc: undefined, cnonce: undefined }],
    ['with auth-int, which is not offered', { qop: 'auth-int' }],
    ['with an algorithm that is not offered', { algorithm: 'SHA-256-sess' }],
  ])('%s are challenged again, and are no failed attempt', (_, changes) => {
    const text = answer({ nonce: challenge().nonce }, changes);
    for (let i = 0; i < 20; i++) expect(challenges(verify(text))[0]?.stale).toBeUndefined();
  });

  it.each(['username', 'nonce', 'uri', 'response', 'nc', 'cnonce'])('without %s get 400', (name) => {
    expect(refusal(verify(answer({ nonce: challenge().nonce }, { [name]: undefined }))).status).toBe(400);
  });

  it('that cannot be read get 400, and an unknown scheme is as good as none (RFC 4475 §3.3.7)', () => {
    expect(refusal(verify('Digest realm="unclosed')).status).toBe(400);
    expect(refusal(verify('NoOneKnowsThisScheme opaque-data=here')).status).toBe(401);
  });

  it('for another Request-URI get 400, for an equal one written differently they count (RFC 7616 §3.4.6)', () => {
    const other = answer({ nonce: challenge().nonce, uri: `sip:+14155550199@${REALM}` });
    expect(refusal(verify(other)).status).toBe(400);
    const equal = answer({ nonce: challenge().nonce, uri: `sip:%2B14155550100@${REALM.toUpperCase()}` });
    expect(verify(equal).ok).toBe(true);
  });

  it('for another method are wrong', () => {
    expect(refusal(verify(answer({ nonce: challenge().nonce, method: 'BYE' }))).status).toBe(401);
  });

  it('of an unknown user and with a wrong password get the same answer', () => {
    const shape = (text: string) => challenges(verify(text)).map((each) => ({ ...each, nonce: each.nonce.length }));
    const wrong = shape(answer({ nonce: challenge().nonce, password: 'wrong' }));
    expect(shape(answer({ nonce: challenge().nonce, username: 'nobody' }))).toEqual(wrong);
    expect(shape(answer({ nonce: challenge().nonce }, { username: 'nobody' }))).toEqual(wrong);
    expect(wrong[0]?.stale).toBeUndefined();
  });

  it('never show in the log, nor does an unknown name', () => {
    const text = answer({ nonce: challenge().nonce, password: 'wrong-password' });
    verify(text);
    verify(answer({ nonce: challenge().nonce, username: 'my-secret-in-the-wrong-field' }));
    expect(logged.split('\n')).toHaveLength(3);
    expect(logged).toContain('"user":"endpoint"');
    expect(logged).not.toContain('secret');
    expect(logged).not.toContain('wrong-password');
    expect(logged).not.toContain(/response="(\w+)"/.exec(text)?.[1]);
  });
});

describe('a nonce', () => {
  it('is stale after its lifetime', () => {
    const { nonce } = challenge();
    clock.advance(NONCE_LIFETIME_MS - 1);
    expect(verify(answer({ nonce })).ok).toBe(true);
    clock.advance(1);
    const [again] = challenges(verify(answer({ nonce, nc: '00000002' })));
    expect(again?.stale).toBe('true');
    expect(verify(answer({ nonce: again?.nonce ?? '' })).ok).toBe(true);
  });

  it('is good for the address only that it was given to', () => {
    const { nonce } = challenge('198.51.100.8');
    expect(challenges(verify(answer({ nonce })))[0]?.stale).toBe('true');
  });

  it.each([
    ['invented', () => 'dcd98b7102dd2f0e8b11d0f600bfb0c093'],
    ['from before a restart', () => start(2).verify(request(), SOURCE)],
    ['changed in one letter', (nonce: string) => nonce.replace(/^./, (letter) => (letter === 'A' ? 'B' : 'A'))],
    ['spelled in another way', (nonce: string) => `${nonce}=`],
  ])('that is %s is stale, whether the password is right or wrong', (_, make) => {
    const made = make(challenge().nonce);
    const nonce = typeof made === 'string' ? made : (challenges(made)[0]?.nonce ?? '');
    for (const password of ['secret', 'wrong']) {
      for (let i = 0; i < 20; i++) expect(challenges(verify(answer({ nonce, password })))[0]?.stale).toBe('true');
    }
    expect(logged).toBe('');
  });

  it('with another opaque is stale', () => {
    const { nonce } = challenge();
    expect(challenges(verify(answer({ nonce, opaque: 'other' })))[0]?.stale).toBe('true');
  });

  it('takes each count once, in any order within a window', () => {
    const { nonce } = challenge();
    const lets = (count: number) => verify(answer({ nonce, nc: count.toString(16).padStart(8, '0') })).ok;
    expect([1, 2, 5, 3, 4, 3, 5].map(lets)).toEqual([true, true, true, true, true, false, false]);
    expect([40, 9, 8, 40, 39, 1000, 968, 969].map(lets)).toEqual([true, true, false, false, true, true, false, true]);
    expect(lets(0)).toBe(false);
  });

  it('that was replayed gets a new one to go on with', () => {
    const { nonce } = challenge();
    const text = answer({ nonce });
    expect(verify(text).ok).toBe(true);
    const [again] = challenges(verify(text));
    expect(again?.stale).toBe('true');
    expect(again?.nonce).not.toBe(nonce);
  });

  it('cannot be replayed when many later ones have pushed it out of memory', () => {
    const first = answer({ nonce: challenge().nonce });
    expect(verify(first).ok).toBe(true);
    clock.advance(1);
    for (let i = 0; i < 10_000; i++) verify(answer({ nonce: challenge().nonce, algorithm: 'MD5' }));
    expect(challenges(verify(first))[0]?.stale).toBe('true');
    expect(verify(answer({ nonce: challenge().nonce })).ok).toBe(true);
  });
});

describe('guessing', () => {
  const guess = (source = SOURCE, username = 'endpoint') =>
    verify(answer({ nonce: challenge(source).nonce, password: 'wrong', username }), {}, source);
  const right = (source = SOURCE) => verify(answer({ nonce: challenge(source).nonce }), {}, source);

  it('ends after ten wrong answers with 403 and Retry-After, and may go on after it', () => {
    for (let i = 0; i < 10; i++) expect(refusal(guess()).status).toBe(401);
    const { status, headers } = refusal(right());
    expect([status, headers]).toEqual([403, [['Retry-After', '6']]]);
    clock.advance(5999);
    expect(refusal(right()).status).toBe(403);
    clock.advance(1);
    expect(right().ok).toBe(true);
  });

  it('is forgiven by a right answer', () => {
    for (let i = 0; i < 9; i++) guess();
    right();
    for (let i = 0; i < 10; i++) expect(refusal(guess()).status).toBe(401);
    expect(refusal(right()).status).toBe(403);
  });

  it('of one phone behind a NAT locks out no other user there', () => {
    for (let i = 0; i < 50; i++) guess(SOURCE, 'mistyped');
    expect(refusal(guess(SOURCE, 'mistyped')).status).toBe(403);
    expect(right().ok).toBe(true);
  });

  it('of many names at one address ends for the whole address, and a right answer forgives none of it', () => {
    for (let i = 0; i < 100; i++) {
      if (i % 20 === 0) expect(right().ok).toBe(true);
      expect(refusal(guess(SOURCE, `name${i}`)).status).toBe(401);
    }
    expect(refusal(verify()).status).toBe(403);
    clock.advance(600);
    expect(refusal(verify()).status).toBe(401);
  });

  it('does not lock out other addresses, but the whole /64 of an IPv6 address', () => {
    for (let i = 0; i < 10; i++) guess();
    expect(right('198.51.100.8').ok).toBe(true);
    for (let i = 0; i < 10; i++) guess(`2001:db8:1:2::${i}`);
    expect(refusal(right('2001:db8:1:2:ffff::1')).status).toBe(403);
    expect(right('2001:db8:1:3::1').ok).toBe(true);
  });

  it('in the name of another address is not counted: whoever forges it has not seen its nonce', () => {
    const { nonce } = challenge('198.51.100.8');
    for (let i = 0; i < 50; i++) verify(answer({ nonce, password: 'wrong' }));
    expect(right().ok).toBe(true);
  });
});

it('never throws, and lets nobody in, whatever Authorization says', () => {
  const names = 'username realm nonce uri response qop nc cnonce algorithm opaque stale x'.split(' ');
  const name = fc.constantFrom(...names);
  const value = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom(REALM, URI, 'endpoint', 'auth', '00000001', 'ffffffff', 'MD5', '', '__proto__', '"'),
    fc.base64String(),
  );
  const pair = fc.tuple(name, value, fc.boolean()).map(([n, v, quoted]) => (quoted ? `${n}="${v}"` : `${n}=${v}`));
  const digest = fc.array(pair, { maxLength: 14 }).map((pairs) => `Digest realm="${REALM}", ${pairs.join(', ')}`);
  fc.assert(
    fc.property(fc.oneof(digest, fc.string(), fc.string({ unit: 'binary' })), fc.ipV4(), (text, source) => {
      const [line = ''] = text.split(/[\r\n]/);
      const verdict = server.verify(request(line), source);
      expect(verdict.ok).toBe(false);
      if (!verdict.ok) expect([400, 401, 403]).toContain(verdict.error.status);
    }),
    { seed: 7, numRuns: 2000 },
  );
});
