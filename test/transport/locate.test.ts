import { describe, expect, it } from 'vitest';
import { parseUri, isSipUri, type SipUri } from '../../src/core/message/index.ts';
import {
  literalHop,
  Locator,
  type NaptrRecord,
  type Resolver,
  type SrvRecord,
} from '../../src/core/transport/locate.ts';
import type { Hop, TransportName } from '../../src/core/transport/index.ts';
import { seeded } from '../support/random.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

function uri(text: string): SipUri {
  const parsed = parseUri(text);
  if (!parsed.ok || !isSipUri(parsed.value)) throw new Error(text);
  return parsed.value;
}

interface Zone {
  naptr?: Record<string, NaptrRecord[]>;
  srv?: Record<string, SrvRecord[]>;
  a?: Record<string, string[]>;
  aaaa?: Record<string, string[]>;
}

/** Says what the zone says, rejects for other names, and keeps what it was asked. */
function fakeDns(zone: Zone) {
  const asked: string[] = [];
  const of = <T>(type: string, records: Record<string, T[]> = {}) => {
    return async (name: string): Promise<T[]> => {
      asked.push(`${type} ${name}`);
      const found = records[name];
      if (found === undefined) throw new Error('ENOTFOUND');
      return found;
    };
  };
  const resolver: Resolver = {
    naptr: (name) => of('NAPTR', zone.naptr)(name),
    srv: (name) => of('SRV', zone.srv)(name),
    a: (name) => of('A', zone.a)(name),
    aaaa: (name) => of('AAAA', zone.aaaa)(name),
  };
  return { resolver, asked };
}

function locatorOf(zone: Zone, more: { transports?: TransportName[]; families?: (4 | 6)[] } = {}) {
  const clock = new VirtualClock();
  const dns = fakeDns(zone);
  const locator = new Locator({
    resolver: dns.resolver,
    clock,
    transports: more.transports ?? ['UDP', 'TCP', 'TLS'],
    families: more.families ?? [4, 6],
    random: seeded(1),
  });
  return { clock, locator, ...dns };
}

const shown = (hops: readonly Hop[]): string[] =>
  hops.map(
    ({ transport, host, port, serverName }) =>
      `${transport} ${host}:${port}${serverName === undefined ? '' : ` as ${serverName}`}`,
  );

const srv = (name: string, port: number, priority = 0, weight = 0): SrvRecord => ({ name, port, priority, weight });
const naptr = (service: string, replacement: string, order: number): NaptrRecord => ({
  flags: 's',
  service,
  replacement,
  order,
  preference: 0,
});

describe('a literal address needs no look-up', () => {
  it.each([
    ['sip:bob@192.0.2.4', 'UDP 192.0.2.4:5060'],
    ['sip:bob@192.0.2.4:5070;transport=tcp', 'TCP 192.0.2.4:5070'],
    ['sip:bob@[2001:db8::9];transport=TLS', 'TLS 2001:db8::9:5061'],
    ['sips:bob@192.0.2.4', 'TLS 192.0.2.4:5061'],
    ['sips:bob@192.0.2.4;transport=tcp', 'TLS 192.0.2.4:5061'],
    ['sip:bob@localhost', 'UDP 127.0.0.1:5060'],
  ])('%s is %s', async (text, hop) => {
    const { locator, asked } = locatorOf({});
    expect(shown([literalHop(uri(text))!])).toEqual([hop]);
    expect(shown(await locator.locate(uri(text)))).toEqual([hop]);
    expect(asked).toEqual([]);
  });

  it.each(['sips:bob@192.0.2.4;transport=udp', 'sip:bob@192.0.2.4;transport=sctp'])('%s is nowhere', async (text) => {
    expect(await locatorOf({}).locator.locate(uri(text))).toEqual([]);
  });
});

describe('RFC 3263 4: a name', () => {
  it('follows NAPTR to SRV to addresses, in the order of the zone', async () => {
    const { locator } = locatorOf({
      naptr: {
        'b.test': [
          naptr('SIP+D2U', '_sip._udp.b.test', 90),
          naptr('SIPS+D2T', '_sips._tcp.b.test', 50),
          naptr('SIP+D2X', '_sip._x.b.test', 10),
        ],
      },
      srv: {
        '_sips._tcp.b.test': [srv('two.b.test', 5061, 2), srv('one.b.test', 5061, 1)],
        '_sip._udp.b.test': [srv('one.b.test', 5060)],
      },
      a: { 'one.b.test': ['192.0.2.1'], 'two.b.test': ['192.0.2.2'] },
      aaaa: { 'two.b.test': ['2001:db8::2'] },
    });
    expect(shown(await locator.locate(uri('sip:bob@b.test')))).toEqual([
      'TLS 192.0.2.1:5061 as b.test',
      'TLS 192.0.2.2:5061 as b.test',
      'TLS 2001:db8::2:5061 as b.test',
      'UDP 192.0.2.1:5060',
    ]);
  });

  it('without NAPTR is asked for the SRV records of each transport, without those for addresses', async () => {
    const zone = {
      srv: { '_sip._tcp.b.test': [srv('h.b.test', 5080)] },
      a: { 'h.b.test': ['192.0.2.1'], 'c.test': ['192.0.2.3'] },
    };
    const { locator } = locatorOf(zone);
    expect(shown(await locator.locate(uri('sip:bob@b.test')))).toEqual(['TCP 192.0.2.1:5080']);
    expect(shown(await locator.locate(uri('sip:bob@c.test')))).toEqual(['UDP 192.0.2.3:5060']);
    expect(shown(await locator.locate(uri('sips:bob@c.test')))).toEqual(['TLS 192.0.2.3:5061 as c.test']);
  });

  it('with a port has addresses alone, with a transport no NAPTR', async () => {
    const { locator, asked } = locatorOf({ a: { 'b.test': ['192.0.2.1'] } }, { families: [4] });
    expect(shown(await locator.locate(uri('sip:bob@b.test:5090')))).toEqual(['UDP 192.0.2.1:5090']);
    expect(asked).toEqual(['A b.test']);
    asked.length = 0;
    expect(shown(await locator.locate(uri('sip:bob@b.test;transport=tcp')))).toEqual(['TCP 192.0.2.1:5060']);
    expect(asked).toEqual(['SRV _sip._tcp.b.test', 'A b.test']);
  });

  it('of SIPS uses TLS alone, and never a transport that we do not have', async () => {
    const zone = {
      naptr: { 'b.test': [naptr('SIP+D2U', '_sip._udp.b.test', 1), naptr('SIPS+D2T', '_sips._tcp.b.test', 2)] },
      srv: { '_sips._tcp.b.test': [srv('h.b.test', 5061)], '_sip._udp.b.test': [srv('h.b.test', 5060)] },
      a: { 'h.b.test': ['192.0.2.1'] },
    };
    expect(shown(await locatorOf(zone).locator.locate(uri('sips:bob@b.test')))).toEqual([
      'TLS 192.0.2.1:5061 as b.test',
    ]);
    const udpOnly = locatorOf(zone, { transports: ['UDP'] });
    expect(shown(await udpOnly.locator.locate(uri('sip:bob@b.test')))).toEqual(['UDP 192.0.2.1:5060']);
  });

  it('RFC 2782: draws among equals by their weight', async () => {
    const zone = { srv: { '_sip._udp.b.test': [srv('light.test', 1, 0, 1), srv('heavy.test', 2, 0, 9)] } };
    const addresses = { 'light.test': ['192.0.2.1'], 'heavy.test': ['192.0.2.9'] };
    const { locator, clock } = locatorOf({ ...zone, a: addresses });
    let heavyFirst = 0;
    for (let i = 0; i < 300; i++) {
      const hops = await locator.locate(uri('sip:bob@b.test;transport=udp'));
      expect(hops).toHaveLength(2);
      if (hops[0]?.host === '192.0.2.9') heavyFirst++;
      clock.advance(31_000);
    }
    expect(heavyFirst / 300).toBeGreaterThan(0.8);
    expect(heavyFirst).toBeLessThan(300);
  });

  it('RFC 3263 4.3: names those to be tried next', async () => {
    const { locator } = locatorOf({ a: { 'b.test': ['192.0.2.1', '192.0.2.2'] } });
    const [first] = await locator.locate(uri('sip:bob@b.test'));
    expect(shown(first?.others ?? [])).toEqual(['UDP 192.0.2.2:5060']);
  });
});

describe('what was looked up', () => {
  it('is known for 30 s, and after that while it is looked up again', async () => {
    const zone: Zone = { a: { 'b.test': ['192.0.2.1'] } };
    const { locator, asked, clock } = locatorOf(zone);
    const bob = uri('sip:bob@b.test:5060');
    expect(locator.known(bob)).toBeUndefined();
    await Promise.all([locator.locate(bob), locator.locate(bob)]);
    expect(asked.filter((question) => question === 'A b.test')).toHaveLength(1);
    zone.a!['b.test'] = ['192.0.2.7'];
    clock.advance(31_000);
    expect(locator.known(bob)?.host).toBe('192.0.2.1');
    await clock.advanceAsync(0);
    expect(locator.known(bob)?.host).toBe('192.0.2.7');
    zone.a = {};
    clock.advance(31_000);
    expect((await locator.locate(bob))[0]?.host).toBe('192.0.2.7');
  });

  it('counts for nothing after 4 s without an answer, and no timer stays', async () => {
    const clock = new VirtualClock();
    const never = (): Promise<never> => new Promise(() => {});
    const resolver: Resolver = { naptr: never, srv: never, a: never, aaaa: never };
    const locator = new Locator({ resolver, clock, transports: ['UDP'], families: [4], random: seeded(1) });
    const located = locator.locate(uri('sip:bob@b.test'));
    await clock.advanceAsync(4000);
    expect(await located).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('is kept fresh for names that are to be kept, until it is closed', async () => {
    const { locator, asked, clock } = locatorOf({ a: { 'b.test': ['192.0.2.1'] } }, { families: [4] });
    locator.keep([uri('sip:bob@b.test:5060'), uri('sip:bob@192.0.2.1')]);
    await clock.advanceAsync(60_500);
    expect(asked).toEqual(['A b.test', 'A b.test', 'A b.test']);
    locator.close();
    expect(clock.pending).toBe(0);
  });
});

describe('a zone that says too much', () => {
  it('makes a look-up ask no more than 27 questions, and name no more than 8 addresses', async () => {
    const many = <T>(of: (index: number) => T): T[] => Array.from({ length: 3000 }, (_, index) => of(index));
    const targets = many((index) => srv(`h${index}.test`, 1));
    const { asked, locator } = locatorOf({
      naptr: { 'evil.test': many((index) => naptr('SIP+D2U', `_sip._udp.e${index}.test`, index)) },
      srv: Object.fromEntries(many((index) => [`_sip._udp.e${index}.test`, targets])),
      a: Object.fromEntries(many((index) => [`h${index}.test`, ['192.0.2.1', '192.0.2.2']])),
    });
    expect(await locator.locate(uri('sip:a@evil.test'))).toHaveLength(8);
    expect(asked.length).toBeLessThanOrEqual(27);
  });

  it('draws among its SRV records only those that are tried', async () => {
    let draws = 0;
    const records = Array.from({ length: 3000 }, (_, index) => srv(`h${index}.test`, 5060, 0, 1));
    const locator = new Locator({
      resolver: fakeDns({ srv: { '_sip._udp.evil.test': records }, a: { 'h0.test': ['192.0.2.1'] } }).resolver,
      clock: new VirtualClock(),
      transports: ['UDP'],
      families: [4],
      random: () => (draws += 1) && 0,
    });
    await locator.locate(uri('sip:a@evil.test'));
    expect(draws).toBe(8);
  });
});

it('a resolver that throws costs one look-up, not all that follow', async () => {
  const { locator, resolver, clock } = locatorOf({ a: { 'odd.test': ['192.0.2.1'] } });
  const { a } = resolver;
  resolver.a = () => {
    throw new TypeError('The argument "name" is odd');
  };
  const target = uri('sip:odd.test:5070');
  expect(await locator.locate(target)).toEqual([]);
  resolver.a = a;
  clock.advance(60_000);
  expect(shown(await locator.locate(target))).toEqual(['UDP 192.0.2.1:5070']);
  expect(clock.pending).toBe(0);
});
