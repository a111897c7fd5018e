/**
 * Spoiled datagrams of a name server, through the resolver of Node: the look-up comes to an end soon, with addresses
 * that one could dial, and names that are honestly answered are found as ever.
 */
import { isIP } from 'node:net';
import { isSipUri, parseUri, type SipUri } from '../../../src/core/message/index.ts';
import { RealClock } from '../../../src/core/time/real-clock.ts';
import { dnsResolver, Locator, type Hop } from '../../../src/core/transport/index.ts';
import { dataOf, record, startDnsServer, type Zone } from '../../support/dns-server.ts';
import { seeded } from '../../support/random.ts';
import type { Dice } from '../dice.ts';
import { mutateBinary } from '../mutate.ts';
import { expectThat, type Case, type Part } from '../part.ts';
import { watched } from '../watched.ts';
import { within } from '../within.ts';

const NAME = 'evil.test';
const honest: Zone = { a: { 'good.test': ['127.0.0.1'] } };
const hostile: Zone = {
  naptr: {
    [NAME]: [
      { flags: 's', service: 'SIP+D2U', replacement: `_sip._udp.${NAME}`, order: 1, preference: 1 },
      { flags: 's', service: 'SIPS+D2T', replacement: `_sips._tcp.${NAME}`, order: 2, preference: 1 },
    ],
  },
  srv: { [NAME]: [{ name: `a.${NAME}`, port: 5060, priority: 0, weight: 1 }] },
  a: { [NAME]: ['127.0.0.1', '127.0.0.2'] },
};

/** CNAME to itself, and one whose name points to itself. RFC 1035 §3.3.1, §4.1.4. */
const cyclic = [
  record(5, Buffer.from([0xc0, 12])),
  Buffer.concat([Buffer.from([0xc0, 0x2b]), record(5, Buffer.of(0))]),
];
const answers = [1, 33, 35].flatMap((type) => dataOf(NAME, type, hostile).map((data) => record(type, data)));
const ipv6 = record(28, Buffer.from('00000000000000000000000000000001', 'hex'));

/** Flags and counts, then the records. */
function body(records: readonly Buffer[], claimed = records.length): Buffer {
  const head = Buffer.alloc(10);
  head.writeUInt16BE(0x8580, 0);
  head.writeUInt16BE(1, 2);
  head.writeUInt16BE(claimed, 4);
  return Buffer.concat([head, ...records]);
}

function generate(dice: Dice): Case {
  const pieces = Array.from({ length: 1 + dice.below(3) }, () => {
    const kinds = [...answers, ...cyclic, ipv6];
    const times = dice.chance(0.1) ? 500 : 4;
    const records = Array.from({ length: dice.below(times) }, () => dice.pick(kinds));
    const whole = body(records, dice.chance(0.1) ? dice.below(65_536) : records.length);
    return { at: 0, bytes: dice.chance(0.2) ? whole : mutateBinary(whole, dice) };
  });
  return { plan: 0, pieces };
}

function sip(host: string): SipUri {
  const uri = parseUri(`sip:a@${host}`);
  if (!uri.ok || !isSipUri(uri.value)) throw new Error(host);
  return uri.value;
}

const isUsable = ({ host, port }: Hop): boolean => isIP(host) !== 0 && port >= 0 && port <= 65_535;

export const nameServer: Part = {
  name: 'name-server',
  inSuite: 100,
  async open() {
    let said: Case['pieces'] = [];
    const dns = await startDnsServer(honest, (name) => {
      if (name === 'good.test' || name.endsWith('.good.test')) return [];
      return said.map(({ bytes }) => bytes);
    });
    const resolver = dnsResolver([dns.address]);
    return {
      generate,
      check: ({ pieces }) =>
        watched(async () => {
          said = pieces;
          // A locator of its own each time, since it remembers.
          const locator = new Locator({
            resolver,
            clock: new RealClock(),
            transports: ['UDP', 'TCP', 'TLS'],
            families: [4, 6],
            random: seeded(1),
          });
          const hops = await within('a look-up', locator.locate(sip(NAME)));
          expectThat(hops.every(isUsable), `nobody could dial ${JSON.stringify(hops)}`);
          const good = await within('a good look-up', locator.locate(sip('good.test')));
          expectThat(good[0]?.host === '127.0.0.1', 'a good name is not found');
          locator.close();
        }),
      close: async () => dns.close(),
    };
  },
};
