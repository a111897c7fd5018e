import { describe, expect, it } from 'vitest';
import { LocalAddresses, type OwnAddress } from '../../src/core/transport/local-address.ts';
import { sourceTowards } from '../../src/core/transport/route.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const own = (address: string, internal = false): OwnAddress => ({
  address,
  family: address.includes(':') ? 'IPv6' : 'IPv4',
  internal,
});

/** A machine with a desk network, a laboratory's, and what every machine has. */
const interfaces = [
  own('127.0.0.1', true),
  own('::1', true),
  own('169.254.7.7'),
  own('fe80::7'),
  own('192.168.1.20'),
  own('10.9.0.1'),
  own('2001:db8:1::20'),
];

/** By the begin of the peer's address. */
const routes: Readonly<Record<string, string>> = {
  '192.168.1.': '192.168.1.20',
  '10.9.': '10.9.0.1',
  '203.0.113.': '192.168.1.20',
  '2001:db8:1:': '2001:db8:1::20',
  'fe80:': 'fe80::7%eth0',
};

function machine({ advertise, at = interfaces }: { advertise?: string; at?: readonly OwnAddress[] } = {}) {
  const clock = new VirtualClock();
  const asked: string[] = [];
  const table = { ...routes };
  const addresses = new LocalAddresses({
    clock,
    advertise,
    ownAddresses: () => at,
    sourceTowards: (peer) => {
      asked.push(peer);
      return Object.entries(table).find(([network]) => peer.startsWith(network))?.[1];
    },
  });
  return { clock, asked, table, addresses };
}

describe('W29: our own address towards a peer', () => {
  it('asks the system for the interfaces once in two seconds, however many requests name an address', () => {
    const clock = new VirtualClock();
    let asked = 0;
    let at = [own('192.168.1.20')];
    const addresses = new LocalAddresses({
      clock,
      ownAddresses: () => ((asked += 1), at),
      sourceTowards: () => undefined,
    });
    clock.advance(10_000);
    for (let each = 0; each < 100; each += 1) expect(addresses.reach('0.0.0.0', `192.168.1.${each}`)).toBe(each === 20);
    expect(asked).toBe(1);
    at = [own('192.168.1.21')];
    clock.advance(2000);
    expect(addresses.reach('0.0.0.0', '192.168.1.21')).toBe(true);
    expect(addresses.usual('0.0.0.0')).toBe('192.168.1.21');
    expect(asked).toBe(2);
  });

  it('is the one listened on', () => {
    const { addresses, asked } = machine();
    expect(addresses.towards('192.0.2.1', '198.51.100.7')).toBe('192.0.2.1');
    expect(addresses.towards('::1', '::1')).toBe('::1');
    expect(asked).toEqual([]);
  });

  it.each([
    ['0.0.0.0', '192.168.1.77', '192.168.1.20'],
    ['0.0.0.0', '10.9.3.4', '10.9.0.1'],
    ['0.0.0.0', '203.0.113.9', '192.168.1.20'],
    ['::', '192.168.1.77', '192.168.1.20'],
    ['::', '10.9.3.4', '10.9.0.1'],
    ['::', '2001:db8:1::77', '2001:db8:1::20'],
    // Its own link alone; the zone is for this machine (RFC 4007 §11).
    ['::', 'fe80::77%eth0', 'fe80::7'],
    // Programs on this machine.
    ['0.0.0.0', '127.0.0.9', '127.0.0.1'],
    ['0.0.0.0', 'localhost', '127.0.0.1'],
    ['::', '127.0.0.9', '127.0.0.1'],
    ['::', 'localhost', '127.0.0.1'],
    ['::', '::1', '::1'],
    // No route known, no address at all, and another family than we listen in.
    ['0.0.0.0', '198.51.100.7', '192.168.1.20'],
    ['0.0.0.0', 'pbx.example.org', '192.168.1.20'],
    ['0.0.0.0', '2001:db8:1::77', '192.168.1.20'],
    ['0.0.0.0', '', '192.168.1.20'],
    ['::', '2001:db8:9::1', '2001:db8:1::20'],
  ])('is, listening on %s, towards "%s" %s', (listening, peer, expected) => {
    expect(machine().addresses.towards(listening, peer)).toBe(expected);
  });

  it('is never a wildcard, also with no interface but loopback up, and when the system has no better answer', () => {
    const { addresses, table } = machine({ at: interfaces.slice(0, 4) });
    table['198.51.100.'] = '0.0.0.0';
    table['2001:db8:2:'] = '::';
    expect(addresses.towards('0.0.0.0', '198.51.100.7')).toBe('127.0.0.1');
    expect(addresses.towards('::', '2001:db8:2::7')).toBe('::1');
    expect([addresses.usual('0.0.0.0'), addresses.usual('::')]).toEqual(['127.0.0.1', '127.0.0.1']);
  });

  it('is the one to advertise for other machines of its family, and for them alone', () => {
    const { addresses } = machine({ advertise: '203.0.113.50' });
    const towards = (peer: string): string => addresses.towards('::', peer);
    expect(towards('198.51.100.7')).toBe('203.0.113.50');
    expect(towards('10.9.3.4')).toBe('203.0.113.50');
    expect(towards('2001:db8:1::77')).toBe('2001:db8:1::20');
    expect(towards('127.0.0.1')).toBe('127.0.0.1');
    // One of this machine's own: what is advertised may lead to a NAT that does not turn packets round.
    expect(towards('10.9.0.1')).toBe('10.9.0.1');
    expect(addresses.towards('192.168.1.20', '198.51.100.7')).toBe('203.0.113.50');
    expect(addresses.towards('192.168.1.20', '192.168.1.20')).toBe('192.168.1.20');
    expect(addresses.usual('0.0.0.0')).toBe('203.0.113.50');
  });

  it('is asked of the system once in two seconds, and follows an interface that changes', () => {
    const { addresses, asked, table, clock } = machine();
    const towards = (): string => addresses.towards('0.0.0.0', '192.168.1.77');
    towards();
    towards();
    expect(asked).toEqual(['192.168.1.77']);
    table['192.168.1.'] = '192.168.1.99';
    clock.advance(1999);
    expect(towards()).toBe('192.168.1.20');
    clock.advance(1);
    expect(towards()).toBe('192.168.1.99');
  });

  it('is, for the ready line, that of the first interface that leads elsewhere', () => {
    const { addresses } = machine();
    expect([addresses.usual('0.0.0.0'), addresses.usual('::')]).toEqual(['192.168.1.20', '192.168.1.20']);
    expect(addresses.usual('10.9.0.1')).toBe('10.9.0.1');
    const six = machine({ at: [own('::1', true), own('2001:db8:1::20')] });
    expect(six.addresses.usual('::')).toBe('2001:db8:1::20');
  });
});

it('W29: the system names the address that it sends from, without a packet and without waiting', () => {
  expect(sourceTowards('127.0.0.5')).toBe('127.0.0.1');
  expect(sourceTowards('::1')).toBe('::1');
  // Broadcast is not for everybody.
  expect(sourceTowards('255.255.255.255')).not.toBe('255.255.255.255');
});

describe('W24: what is sent there comes back to the listener', () => {
  const addresses = (advertise?: string) =>
    new LocalAddresses({
      clock: new VirtualClock(),
      advertise,
      ownAddresses: () => [own('192.0.2.10'), own('2001:db8::10')],
    });

  it.each([
    ['127.0.0.1', ['127.0.0.1', 'localhost', '0.0.0.0', '::ffff:127.0.0.1'], ['127.0.0.2', '192.0.2.10', '::1']],
    ['192.0.2.10', ['192.0.2.10'], ['127.0.0.1', '192.0.2.11', '2001:db8::10']],
    ['0.0.0.0', ['127.0.0.1', '127.9.9.9', '192.0.2.10', 'localhost', '0.0.0.0'], ['192.0.2.11', 'pbx.test']],
    ['::', ['::1', '127.0.0.1', '192.0.2.10', '2001:DB8:0::10', '::'], ['2001:db8::11']],
    ['::1', ['::1', 'localhost', '0:0:0:0:0:0:0:1'], ['127.0.0.1', '2001:db8::10']],
  ])('listening on %s', (listening, ours, others) => {
    expect(ours.filter((host) => !addresses().reach(listening, host))).toEqual([]);
    expect(others.filter((host) => addresses().reach(listening, host))).toEqual([]);
  });

  it('also where a NAT leads here', () => {
    expect(addresses('198.51.100.1').reach('0.0.0.0', '198.51.100.1')).toBe(true);
  });
});
