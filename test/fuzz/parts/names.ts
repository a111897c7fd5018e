/**
 * What a hostile zone may say: huge, cyclic, contradictory, or nothing at all. A look-up asks little and ends in time;
 * where it leads, a request may be sent, and ends too. The pieces are lines, as in a zone file.
 */
import { isIPv4, isIPv6 } from 'node:net';
import {
  createRequest,
  isSipUri,
  parseUri,
  printUri,
  type SipRequest,
  type SipUri,
} from '../../../src/core/message/index.ts';
import { TransactionLayer } from '../../../src/core/transaction/index.ts';
import {
  Locator,
  TcpTransport,
  TransportLayer,
  UdpTransport,
  type Hop,
  type Resolver,
} from '../../../src/core/transport/index.ts';
import { loud } from '../../support/loud-logger.ts';
import { seeded } from '../../support/random.ts';
import { settle, VirtualClock } from '../../support/virtual-clock.ts';
import type { Dice } from '../dice.ts';
import { expectThat, type Case, type Part } from '../part.ts';
import { watched } from '../watched.ts';

const HOST = '127.0.0.1';
/** Virtual milliseconds that a look-up may take. */
const LIMIT_MS = 4000;
/** Questions that one look-up may ask, whatever it is answered. */
const MOST_QUESTIONS = 27;
const MOST_HOPS = 8;
/** Records of one answer: what 64 KB hold. */
const MOST_RECORDS = 3000;

/** `plan` of a case. */
const uris = [
  'sip:a@evil.test',
  'sips:a@evil.test',
  'sip:a@evil.test;transport=tcp',
  'sip:a@evil.test;transport=udp',
  'sip:a@evil.test;transport=tls',
  'sip:a@evil.test:7',
]
  .map((text) => parseUri(text))
  .flatMap((uri) => (uri.ok && isSipUri(uri.value) ? [uri.value] : []));

/** Type, owner (`*`: every name), how often, data; `#` stands for a number of its own. */
const lines = [
  'NAPTR evil.test 1 10 50 s SIP+D2U _sip._udp.evil.test',
  'NAPTR evil.test 1 20 50 S sips+d2t _sips._tcp.evil.test',
  'NAPTR * 3000 10 50 s SIP+D2T _sip._tcp.e#.test',
  'NAPTR evil.test 1 10 50 u E2U+sip .',
  'SRV * 1 0 0 5 a.evil.test',
  'SRV * 2 0 65535 9 evil.test',
  'SRV * 3000 # 0 0 a#.evil.test',
  'SRV * 3000 0 65535 0 a#.evil.test',
  'SRV * 1 10 0 0 .',
  'SRV * 1 0 0 65535 _sip._udp.evil.test',
  'A * 1 127.0.0.1',
  'A * 3000 127.0.#.#',
  'A * 1 255.255.255.255',
  'A * 1 0.0.0.0',
  'AAAA * 1 ::1',
  'AAAA * 3000 ::',
  'AAAA * 1 fe80::1',
  'AAAA * 1 ::ffff:127.0.0.1',
  'NEVER NAPTR',
  'NEVER SRV',
  'NEVER AAAA',
];
const words = [
  '*',
  '.',
  '',
  '-1',
  '0',
  '1',
  '65535',
  '65536',
  '3000',
  '#',
  'evil.test',
  '_sip._udp.evil.test',
  '\0',
  'é.test',
  `${'a'.repeat(63)}.`.repeat(4),
  '127.0.0.1',
  '[::1]',
  '%lo',
  's',
  'SIP+D2U',
  'SIPS+D2T',
  '__proto__',
];

function generate(dice: Dice): Case {
  const pieces = Array.from({ length: 1 + dice.below(8) }, () => {
    const fields = dice.pick(lines).split(' ');
    for (let left = dice.below(3); left > 0; left -= 1) fields[dice.below(fields.length)] = dice.pick(words);
    return { at: 0, bytes: Buffer.from(fields.join(' ')) };
  });
  return { plan: dice.below(uris.length), pieces };
}

type Type = 'NAPTR' | 'SRV' | 'A' | 'AAAA';

/** Only what Node would give on too: numbers of 16 bits, addresses; and none that lead away from this machine. */
function zoneOf(texts: readonly string[]): { resolver: Resolver; questions: () => number } {
  const records = texts.map((text) => text.split(' '));
  let questions = 0;
  const ask = async <T>(type: Type, name: string, read: (data: readonly string[]) => T | undefined): Promise<T[]> => {
    questions += 1;
    if (texts.includes(`NEVER ${type}`)) return new Promise(() => {});
    const mine = records.filter(([of, owner]) => of === type && (owner === '*' || owner === name));
    const found = mine.flatMap(([, , count, ...data]) =>
      Array.from({ length: Math.min(MOST_RECORDS, Number(count) || 0) }, (_, index) =>
        read(data.map((field) => field.replaceAll('#', String(index % 256)))),
      ).filter((each) => each !== undefined),
    );
    if (found.length === 0) throw new Error('ENODATA');
    return found;
  };
  const number = (field: string | undefined): number => Number(field) & 0xffff;
  const near = /^(127\.|0\.0\.0\.0$|255\.255\.255\.255$|::1$|::$|fe80:|::ffff:127\.)/;
  const address =
    (is: (text: string) => boolean) =>
    ([text = '']: readonly string[]) =>
      is(text) && near.test(text) ? text : undefined;
  return {
    questions: () => questions,
    resolver: {
      naptr: (name) =>
        ask('NAPTR', name, ([order, preference, flags = '', service = '', replacement = '']) => {
          return { order: number(order), preference: number(preference), flags, service, replacement };
        }),
      srv: (name) =>
        ask('SRV', name, ([priority, weight, port, target = '']) => {
          // Of the ports only those at the border and reserved ones: others may be somebody's on this machine.
          const safe = number(port) === 65_535 ? 65_535 : number(port) % 20;
          return { priority: number(priority), weight: number(weight), port: safe, name: target };
        }),
      a: (name) => ask('A', name, address(isIPv4)),
      aaaa: (name) => ask('AAAA', name, address(isIPv6)),
    },
  };
}

function optionsTo(uri: string): SipRequest {
  const headers = { From: '<sip:us@patchcord.test>;tag=g', To: `<${uri}>`, 'Call-ID': 'good', CSeq: '1 OPTIONS' };
  return createRequest({ method: 'OPTIONS', uri, headers: Object.entries(headers) });
}

export const names: Part = {
  name: 'names',
  inSuite: 150,
  async open() {
    const clock = new VirtualClock();
    const udp = new UdpTransport({ host: HOST, port: 0 });
    const tcp = new TcpTransport({ host: HOST, port: 0, clock, log: loud });
    const transport = new TransportLayer({ transports: [udp, tcp], clock, log: loud });
    const transactions = new TransactionLayer({ transport, clock, log: loud });
    await transport.start();

    async function locate(uri: SipUri, resolver: Resolver): Promise<readonly Hop[]> {
      const locator = new Locator({
        resolver,
        clock,
        transports: ['UDP', 'TCP', 'TLS'],
        families: [4, 6],
        random: seeded(1),
      });
      let hops: readonly Hop[] | undefined;
      const located = locator.locate(uri).then((found) => (hops = found));
      for (let passed = 0; hops === undefined; passed += 500) {
        expectThat(passed <= LIMIT_MS, 'a look-up does not come to an end');
        await settle();
        if (hops === undefined) clock.advance(500);
      }
      locator.close();
      return located;
    }

    /** How often its user is told that it is over. */
    async function send(uri: string, hop: Hop): Promise<void> {
      let ends = 0;
      const over = (): void => void (ends += 1);
      transactions.request(optionsTo(uri), hop, { response: over, timeout: over, transportError: over });
      for (let seconds = 0; transactions.counts().client > 0 || ends === 0; seconds += 1) {
        expectThat(seconds < MOST_HOPS * 64, 'a request does not come to an end');
        await settle();
        clock.advance(1000);
      }
      expectThat(ends === 1, `a request came ${ends} times to an end`);
    }

    return {
      generate,
      check: ({ plan, pieces }) =>
        watched(async () => {
          const uri = uris[plan]!;
          const { resolver, questions } = zoneOf(pieces.map(({ bytes }) => Buffer.from(bytes).toString()));
          const hops = await locate(uri, resolver);
          expectThat(questions() <= MOST_QUESTIONS, `one look-up asked ${questions()} questions`);
          expectThat(hops.length <= MOST_HOPS, `${hops.length} hops`);
          if (hops[0] !== undefined) await send(printUri(uri), hops[0]);
          clock.advance(1_000_000);
          expectThat(tcp.connections === 0, 'connections are left');
          expectThat(clock.pending === 0, `${clock.pending} timers are left`);
        }),
      async close() {
        transactions.close();
        await transport.close();
      },
    };
  },
};
