import { describe, expect, it } from 'vitest';
import { latching } from '../../src/core/media/latching.ts';
import { Remote, type Mark } from '../../src/core/media/remote.ts';

const at = (host: string, port = 4000) => ({ host, port });
const from = (address: string, port = 4000) => ({ address, port });

interface World {
  readonly hosts?: readonly string[];
  silentMs?: number;
}

const remoteAt = (announced: string, world: World = {}, port = 4000): Remote =>
  new Remote(at(announced, port), { hosts: () => world.hosts ?? [], silentMs: () => world.silentMs ?? 0 });

/** A stream of packets of 20 ms. */
function stream(ssrc = 7, first = 100) {
  let sequenceNumber = first - 1;
  let timestamp = first * 160;
  return {
    next: (): Mark => ({
      ssrc,
      sequenceNumber: (sequenceNumber = (sequenceNumber + 1) & 0xffff),
      timestamp: (timestamp += 160),
    }),
    skip: (packets: number, samples = packets * 160): void => {
      sequenceNumber += packets;
      timestamp += samples;
    },
  };
}

/** Hears `count` packets of a stream. @returns which of them were the peer's */
function hear(
  remote: Remote,
  source: ReturnType<typeof from>,
  { next }: ReturnType<typeof stream>,
  count = 1,
): boolean[] {
  return Array.from({ length: count }, () => remote.accepts(source, next()));
}

const all = (count: number): boolean[] => Array.from({ length: count }, () => true);
const none = (count: number): boolean[] => Array.from({ length: count }, () => false);

describe('where the peer is', () => {
  it('W15: is where its description says until it is heard, and its packets from there count at once', () => {
    const remote = remoteAt('203.0.113.9');
    expect(remote.target).toEqual(at('203.0.113.9'));
    expect(hear(remote, from('203.0.113.9'), stream())).toEqual([true]);
    expect(remote.target).toEqual(at('203.0.113.9'));
  });

  it.each([
    ['another port of its host', '203.0.113.9', '203.0.113.9', [], true],
    ['another host than its public one', '203.0.113.9', '198.51.100.1', [], false],
    [
      'a host that its signalling names, when it announced a public one',
      '203.0.113.9',
      '198.51.100.1',
      ['198.51.100.1'],
      true,
    ],
    ['anywhere outside the private network it names', '192.168.1.20', '198.51.100.1', [], false],
    ['anywhere in the private network it names', '192.168.1.20', '192.168.1.66', [], false],
    [
      'where its signalling comes from, when it announced a private address',
      '192.168.1.20',
      '198.51.100.1',
      ['198.51.100.1'],
      true,
    ],
    [
      'elsewhere than its signalling, when it announced a private address',
      '192.168.1.20',
      '198.51.100.2',
      ['198.51.100.1'],
      false,
    ],
    ['where its signalling comes from, behind a carrier NAT', '100.64.3.3', '198.51.100.1', ['198.51.100.1'], true],
    ['another loopback address', '127.0.0.1', '127.0.0.2', [], true],
    ['outside, when it named loopback', '127.0.0.1', '198.51.100.1', [], false],
    ['the same IPv6 address in another spelling', '2001:DB8:0:0::1', '2001:db8::1', [], true],
    ['another IPv6 address', '2001:db8::1', '2001:db8::2', [], false],
    ['the IPv6 address of its signalling, in another spelling', 'fd00::1', '2001:db8::2', ['2001:DB8::0:2'], true],
    ['anywhere outside its unique local IPv6 network', 'fd00::1', '2001:db8::2', [], false],
  ])('W15: may prove to be %s: %s, heard from %s', (_, announced, source, hosts, believed) => {
    const remote = remoteAt(announced, { hosts });
    const heard = hear(remote, from(source, 5000), stream(), 100);
    expect(heard).toEqual(believed ? [false, ...all(99)] : none(100));
    expect(remote.target).toEqual(believed ? at(source, 5000) : at(announced));
  });

  it('W15: packets out of order prove nothing', () => {
    const remote = remoteAt('127.0.0.1');
    const random = [5, 900, 14, 60_000, 3, 777];
    const heard = random.map((sequenceNumber) =>
      remote.accepts(from('127.0.0.1', 5000), { ssrc: 1, sequenceNumber, timestamp: 0 }),
    );
    expect(heard).toEqual(none(random.length));
  });

  it('W15: stays with the source that proved itself; where it was announced counts more', () => {
    const remote = remoteAt('127.0.0.1');
    hear(remote, from('127.0.0.1', 5000), stream(1), 2);
    expect(hear(remote, from('127.0.0.1', 6000), stream(2), 50)).toEqual(none(50));
    expect(remote.target).toEqual(at('127.0.0.1', 5000));
    const [latched, announced] = [stream(1, 102), stream(3)];
    hear(remote, from('127.0.0.1', 4000), announced);
    hear(remote, from('127.0.0.1', 5000), latched);
    expect(hear(remote, from('127.0.0.1', 4000), announced)).toEqual([true]);
    expect(remote.target).toEqual(at('127.0.0.1', 4000));
    expect(hear(remote, from('127.0.0.1', 5000), latched, 5)).toEqual(none(5));
  });
});

describe('a new description', () => {
  const moved = (world?: World) => {
    const remote = remoteAt('127.0.0.1', world);
    const old = stream(1);
    hear(remote, from('127.0.0.1', 4000), old, 10);
    remote.describe(at('127.0.0.1', 4002));
    return { remote, old };
  };

  it('W15: moves the peer at once; five late packets of the old port are heard and move nothing', () => {
    const { remote, old } = moved();
    expect(remote.target).toEqual(at('127.0.0.1', 4002));
    expect(hear(remote, from('127.0.0.1', 4000), old, 5)).toEqual(all(5));
    expect(remote.target).toEqual(at('127.0.0.1', 4002));
    expect(hear(remote, from('127.0.0.1', 4002), stream(2), 3)).toEqual(all(3));
    expect(hear(remote, from('127.0.0.1', 4000), old, 5)).toEqual(none(5));
    expect(remote.target).toEqual(at('127.0.0.1', 4002));
  });

  it('W15: late packets move nothing either when the peer goes on with the same stream', () => {
    const { remote, old } = moved();
    const late = [old.next(), old.next(), old.next()];
    expect(hear(remote, from('127.0.0.1', 4002), old, 2)).toEqual(all(2));
    expect(late.map((packet) => remote.accepts(from('127.0.0.1', 4000), packet))).toEqual(none(3));
    expect(remote.target).toEqual(at('127.0.0.1', 4002));
  });

  it('W15: two moves before a packet came from the first leave the oldest port behind as well', () => {
    const { remote, old } = moved();
    remote.describe(at('127.0.0.1', 4004));
    hear(remote, from('127.0.0.1', 4000), old, 5);
    expect(remote.target).toEqual(at('127.0.0.1', 4004));
    remote.describe(at('127.0.0.1', 4000));
    expect(hear(remote, from('127.0.0.1', 4000), old)).toEqual([true]);
    expect(remote.target).toEqual(at('127.0.0.1', 4000));
  });

  it('W15: a peer that keeps sending from the old port for more than a second is still there', () => {
    const { remote, old } = moved();
    expect(hear(remote, from('127.0.0.1', 4000), old, 50)).toEqual(all(50));
    expect(remote.target).toEqual(at('127.0.0.1', 4002));
    hear(remote, from('127.0.0.1', 4000), old, 2);
    expect(remote.target).toEqual(at('127.0.0.1', 4000));
  });

  it('W15: to another port behind the same NAT is followed where the peer then sends from', () => {
    const nat = '198.51.100.1';
    const remote = remoteAt('192.168.1.20', { hosts: [nat] });
    const [old, fresh] = [stream(1), stream(2)];
    hear(remote, from(nat, 50_000), old, 10);
    remote.describe(at('192.168.1.20', 4002));
    hear(remote, from(nat, 50_000), old, 5);
    expect(remote.target).toEqual(at('192.168.1.20', 4002));
    hear(remote, from(nat, 50_001), fresh, 2);
    expect(remote.target).toEqual(at(nat, 50_001));
    hear(remote, from(nat, 50_000), old, 5);
    expect(remote.target).toEqual(at(nat, 50_001));
  });

  it('W15: of the same place leaves the peer where it is, but lets it come from another port', () => {
    const remote = remoteAt('192.168.1.20', { hosts: ['198.51.100.1'] });
    hear(remote, from('198.51.100.1', 5000), stream(1), 10);
    remote.describe(at('192.168.1.20'));
    expect(remote.target).toEqual(at('198.51.100.1', 5000));
    hear(remote, from('198.51.100.1', 6000), stream(2), 2);
    expect(remote.target).toEqual(at('198.51.100.1', 6000));
  });

  it('W15: that names where the peer was found changes nothing', () => {
    const remote = remoteAt('192.168.1.20', { hosts: ['198.51.100.1'] });
    const talk = stream(1);
    hear(remote, from('198.51.100.1', 5000), talk, 10);
    remote.describe(at('198.51.100.1', 5000));
    expect(remote.target).toEqual(at('198.51.100.1', 5000));
    expect(hear(remote, from('198.51.100.1', 5000), talk, 3)).toEqual(all(3));
  });

  it('W15: is known under another spelling of the same address', () => {
    const remote = remoteAt('::1');
    hear(remote, from('::1', 5000), stream(), 2);
    remote.describe(at('0:0:0:0:0:0:0:1'));
    expect(remote.target).toEqual(at('::1', 5000));
  });
});

describe('a NAT that rebinds', () => {
  const talking = (world: World = {}) => {
    const remote = remoteAt('203.0.113.9', world);
    const talk = stream(7, 65_530);
    hear(remote, from('203.0.113.9', 4000), talk, 10);
    return { remote, talk };
  };

  it.each([
    ['at once', 0, 0, 0],
    ['after 40 packets were lost', 40, 40 * 160, 800],
    ['after a pause of five minutes that its timestamps count', 0, 300_000 * 8, 300_000],
    ['after a pause of five minutes that they do not count', 0, 0, 300_000],
  ])('W15: is followed to any host that goes on with the stream: %s', (_, packets, samples, silentMs) => {
    const world: World = {};
    const { remote, talk } = talking(world);
    talk.skip(packets, samples);
    world.silentMs = silentMs;
    expect(hear(remote, from('198.51.100.77', 31_000), talk, 4)).toEqual([false, true, true, true]);
    expect(remote.target).toEqual(at('198.51.100.77', 31_000));
  });

  it('W15: is not followed back by what was on its way', () => {
    const { remote, talk } = talking();
    const late = [talk.next(), talk.next()];
    hear(remote, from('203.0.113.9', 9), talk, 3);
    for (const packet of late) expect(remote.accepts(from('203.0.113.9', 4000), packet)).toBe(false);
    expect(remote.target).toEqual(at('203.0.113.9', 9));
  });

  const elsewhere = from('203.0.113.9', 4666);
  it.each<[string, (talk: ReturnType<typeof stream>) => Mark[]]>([
    ['has another SSRC', () => Array.from({ length: 50 }, stream(8, 110).next)],
    ['repeats what the peer sent', () => Array.from({ length: 10 }, stream(7, 65_530).next)],
    [
      'knows the SSRC but not the numbers',
      () => Array.from({ length: 50 }, (_, n) => ({ ssrc: 7, sequenceNumber: 30_000 + n, timestamp: 160 * n })),
    ],
    [
      'knows the SSRC and the sequence but not the time',
      (talk) => Array.from({ length: 50 }, () => ({ ...talk.next(), timestamp: 0x7000_0000 })),
    ],
  ])('W15: is not what it is when somebody %s', (_, packets) => {
    const { remote, talk } = talking();
    const heard = packets(talk).map((packet) => remote.accepts(elsewhere, packet));
    expect(heard.every((each) => !each)).toBe(true);
    expect(remote.target).toEqual(at('203.0.113.9', 4000));
  });

  it('W15: is not believed while the peer goes on where it was', () => {
    const { remote, talk } = talking();
    for (let n = 0; n < 50; n += 1) {
      const packet = talk.next();
      expect(remote.accepts(elsewhere, packet)).toBe(false);
      expect(remote.accepts(from('203.0.113.9', 4000), packet)).toBe(true);
    }
    expect(remote.target).toEqual(at('203.0.113.9', 4000));
  });
});

it('W15: the table never believes a stranger, in any state', () => {
  for (const state of Object.values(latching)) expect(state.stranger).toEqual({ heard: false });
});
