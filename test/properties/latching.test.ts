/**
 * A peer talks, moves its port, loses its NAT binding, is disturbed by strangers who copy and guess. Whatever happens in
 * whatever order: no stranger is heard, and what the peer says is heard again within a few packets.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Remote, type Mark, type Source } from '../../src/core/media/remote.ts';

const SIGNALLING = '198.51.100.1';
const PRIVATE = '192.168.1.20';
const PUBLIC = '203.0.113.9';

type Happening =
  | { readonly do: 'talk'; readonly packets: number }
  /** A re-INVITE with another port; some packets of the old one are on their way. */
  | { readonly do: 'move'; readonly late: number; readonly newStream: boolean }
  | { readonly do: 'refresh' }
  | { readonly do: 'rebind'; readonly lost: number; readonly otherHost: boolean }
  | { readonly do: 'pause'; readonly seconds: number; readonly counted: boolean }
  | { readonly do: 'disturb'; readonly how: 'guess' | 'copy' | 'sameSsrc'; readonly packets: number };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ do: fc.constant('talk' as const), packets: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ do: fc.constant('move' as const), late: fc.integer({ min: 0, max: 20 }), newStream: fc.boolean() }),
  fc.record({ do: fc.constant('refresh' as const) }),
  fc.record({
    do: fc.constant('rebind' as const),
    lost: fc.integer({ min: 0, max: 100 }),
    otherHost: fc.boolean(),
  }),
  fc.record({
    do: fc.constant('pause' as const),
    seconds: fc.integer({ min: 1, max: 600 }),
    counted: fc.boolean(),
  }),
  fc.record({
    do: fc.constant('disturb' as const),
    how: fc.constantFrom('guess' as const, 'copy' as const, 'sameSsrc' as const),
    packets: fc.integer({ min: 1, max: 80 }),
  }),
);

class World {
  readonly behindNat: boolean;
  announced: { host: string; port: number };
  source: Source;
  silentMs = 0;
  #port = 4000;
  #ssrc = 1;
  #sequence: number;
  #timestamp = 0xffff_f000;
  #newest: Mark | undefined;
  readonly remote: Remote;

  constructor(behindNat: boolean, firstSequence: number) {
    this.behindNat = behindNat;
    this.#sequence = firstSequence;
    this.announced = { host: behindNat ? PRIVATE : PUBLIC, port: this.#port };
    this.source = this.#sourceNow();
    this.remote = new Remote(this.announced, { hosts: () => [SIGNALLING], silentMs: () => this.silentMs });
  }

  play(what: Happening): void {
    switch (what.do) {
      case 'talk':
        return this.talk(what.packets);
      case 'move': {
        const old = this.source;
        const late = Array.from({ length: what.late }, () => this.#next());
        this.#port += 2;
        this.announced = { ...this.announced, port: this.#port };
        this.remote.describe(this.announced);
        expect(this.remote.target).toEqual(this.announced);
        this.source = this.#sourceNow();
        for (const packet of late) this.remote.accepts(old, packet);
        expect(this.remote.target).toEqual(this.announced);
        if (what.newStream) this.#renumber();
        this.talk(5);
        for (const packet of late) this.remote.accepts(old, packet);
        return this.#expectHere();
      }
      case 'refresh':
        this.remote.describe(this.announced);
        return this.talk(3);
      case 'rebind':
        for (let n = 0; n < what.lost; n += 1) this.#next();
        this.silentMs = what.lost * 20;
        this.#port += 2;
        this.source = { address: what.otherHost ? '192.0.2.200' : this.source.address, port: this.#port + 20_000 };
        return this.talk(5);
      case 'pause':
        this.silentMs = what.seconds * 1000;
        if (what.counted) this.#timestamp = (this.#timestamp + what.seconds * 8000) >>> 0;
        return this.talk(2);
      default:
        return this.#disturb(what.how, what.packets);
    }
  }

  /** Of what the peer says in a row all but the packet that proves its place is heard. */
  talk(packets: number): void {
    let missed = 0;
    for (let n = 0; n < packets; n += 1) {
      const packet = this.#next();
      if (this.remote.accepts(this.source, packet)) this.#newest = packet;
      else missed += 1;
      this.silentMs = 0;
    }
    expect(missed).toBeLessThanOrEqual(1);
    if (packets > 1) this.#expectHere();
  }

  #expectHere(): void {
    expect(this.remote.target).toEqual({ host: this.source.address, port: this.source.port });
  }

  /** Strangers are elsewhere while the peer has not been heard, and anywhere once it has. */
  #disturb(how: 'guess' | 'copy' | 'sameSsrc', packets: number): void {
    const copied = this.#newest;
    const source = { address: copied ? this.source.address : '192.0.2.66', port: 6666 };
    const before = this.remote.target;
    for (let n = 0; n < packets; n += 1) {
      const mark = {
        guess: { ssrc: 0xbad, sequenceNumber: n, timestamp: n * 160 },
        copy: copied ?? { ssrc: 0xbad, sequenceNumber: n, timestamp: 0 },
        sameSsrc: {
          ssrc: this.#ssrc,
          sequenceNumber: (this.#sequence + 20_000 + n) & 0xffff,
          timestamp: n * 160,
        },
      }[how];
      expect(this.remote.accepts(source, mark)).toBe(false);
    }
    expect(this.remote.target).toEqual(before);
  }

  #sourceNow(): Source {
    return this.behindNat
      ? { address: SIGNALLING, port: this.#port + 10_000 }
      : { address: this.announced.host, port: this.announced.port };
  }

  #renumber(): void {
    this.#ssrc += 1;
    this.#sequence = (this.#sequence * 31 + 7) & 0xffff;
    this.#timestamp = (this.#timestamp * 17 + 3) >>> 0;
  }

  #next(): Mark {
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#timestamp = (this.#timestamp + 160) >>> 0;
    return { ssrc: this.#ssrc, sequenceNumber: this.#sequence, timestamp: this.#timestamp };
  }
}

it('W15: whatever moves, rebinds, pauses and disturbs: the peer is heard, a stranger never', () => {
  const plans = fc.tuple(fc.boolean(), fc.nat(0xffff), fc.array(happening, { maxLength: 30 }));
  fc.assert(
    fc.property(plans, ([behindNat, first, happenings]) => {
      const world = new World(behindNat, first);
      world.talk(3);
      for (const each of happenings) world.play(each);
      world.talk(3);
    }),
    { numRuns: 500 },
  );
});
