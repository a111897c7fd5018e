/** SRTP of a plain leg: a peer written here, on sockets that are none. */
import { beforeEach, describe, expect, it } from 'vitest';
import { writeRtp } from '../../src/core/rtp/packet.ts';
import { SrtcpSender } from '../../src/core/rtp/srtp/srtcp.ts';
import { SrtpReceiver, SrtpSender, type MasterKey } from '../../src/core/rtp/srtp/srtp.ts';
import type { Frame } from '../../src/core/rtp/frame.ts';
import { readCryptos } from '../../src/core/sdp/crypto.ts';
import type { Encryption } from '../../src/core/sdp/sdes.ts';
import { suiteNamed } from '../../src/core/rtp/srtp/suites.ts';
import { memorySession, type MemoryLeg } from '../support/memory-ports.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const HOST = '127.0.0.1';
const PORT = 40_000;
const SUITE = suiteNamed('AES_CM_128_HMAC_SHA1_80')!;
const REPORT = Buffer.from('81c9000700000001000000020000000000000000000000000000000000000000', 'hex');
const keyOf = (fill: number): MasterKey => ({ suite: SUITE, bytes: new Uint8Array(30).fill(fill) });

interface Described {
  readonly key?: number;
  readonly protocol?: 'RTP/AVP' | 'RTP/SAVP';
  readonly port?: number;
  readonly host?: string;
  readonly tag?: number;
  readonly direction?: string;
}

function sdp({ key, protocol = 'RTP/SAVP', port = PORT, host = HOST, tag = 1, direction }: Described): string {
  const line = `a=crypto:${tag} ${SUITE.name} inline:${Buffer.from(keyOf(key ?? 0).bytes).toString('base64')}`;
  const lines = [`m=audio ${port} ${protocol} 0`, ...(key ? [line] : []), ...(direction ? [`a=${direction}`] : [])];
  return ['v=0', `o=peer 1 1 IN IP4 ${host}`, 's=-', `c=IN IP4 ${host}`, 't=0 0', ...lines, ''].join('\r\n');
}

/** The key of ours in a description. */
const ourKey = (text: string): MasterKey => readCryptos(text)[0]!.usable[0]!.key;
const rtp = (sequenceNumber: number, fill = 0x11): Uint8Array =>
  Uint8Array.from(
    writeRtp({
      payloadType: 0,
      marker: false,
      sequenceNumber: sequenceNumber & 0xffff,
      timestamp: (sequenceNumber * 160) >>> 0,
      ssrc: 5,
      payload: new Uint8Array(160).fill(fill),
    }),
  );
const frame = (sequenceNumber: number): Frame => ({
  kind: 'audio',
  codec: 'PCMU',
  payload: new Uint8Array(160).fill(0x22),
  ssrc: 9,
  sequenceNumber: sequenceNumber & 0xffff,
  timestamp: (sequenceNumber * 160) >>> 0,
  marker: false,
});

let clock: VirtualClock;
let heard: number[];
let sent: Uint8Array[];
let leg: MemoryLeg;

function open(encryption: Encryption): MemoryLeg {
  leg = memorySession(clock, encryption);
  leg.session.tap({ write: (each) => void (each.kind === 'audio' && heard.push(each.payload[0]!)) });
  leg.onSent((datagram) => void sent.push(Uint8Array.from(datagram)));
  return leg;
}

beforeEach(() => {
  clock = new VirtualClock();
  heard = [];
  sent = [];
});

describe('a leg with SRTP', () => {
  it('M5: hears what is under the key of its peer, and sends under its own', async () => {
    const { session, hear } = open('taken');
    const answer = await session.answerOffer(sdp({ key: 1 }));
    const peer = new SrtpSender(keyOf(1));
    for (let number = 1; number <= 3; number++) hear(peer.protect(rtp(number))!);
    expect(heard).toEqual([0x11, 0x11, 0x11]);
    for (let number = 1; number <= 3; number++) session.write(frame(number));
    const receiver = new SrtpReceiver(ourKey(answer));
    const got = sent.map((datagram) => receiver.unprotect(Uint8Array.from(datagram)));
    expect(got.map((each) => each.ok && each.value.subarray(12)[0])).toEqual([0x22, 0x22, 0x22]);
    expect(session.encryption).toEqual({ kind: 'sdes', suite: SUITE.name });
    // Nothing that it sends can be read without the key.
    expect(sent.some((datagram) => Buffer.from(datagram).includes(Buffer.alloc(8, 0x22)))).toBe(false);
  });

  it('M5: drops, counts and does not take for life what is in the clear, under another key, or comes again', async () => {
    const { session, hear, hearControl } = open('taken');
    await session.answerOffer(sdp({ key: 1 }));
    const peer = new SrtpSender(keyOf(1));
    const first = peer.protect(rtp(1))!;
    hear(Uint8Array.from(first));
    clock.advance(10_000);
    const wrong = new SrtpSender(keyOf(2));
    for (let number = 2; number < 40; number++) hear(number % 2 ? rtp(number) : wrong.protect(rtp(number))!);
    hear(Uint8Array.from(first));
    hearControl(Uint8Array.from(REPORT));
    hear(Uint8Array.from(REPORT));
    expect(heard).toEqual([0x11]);
    expect(session.silentMs).toBe(10_000);
    expect(session.encryption).toEqual({ kind: 'sdes', suite: SUITE.name, rejected: 40, failing: true });
    hearControl(new SrtcpSender(keyOf(1)).protect(REPORT)!);
    expect(session.silentMs).toBe(0);
    hear(peer.protect(rtp(41))!);
    expect(session.encryption.failing).toBeUndefined();
  });

  it.each<Encryption>(['offered', 'required'])(
    'M5: drops what comes before the answer has brought its key (%s)',
    async (encryption) => {
      const { session, hear } = open(encryption);
      await session.createOffer();
      const peer = new SrtpSender(keyOf(1));
      hear(peer.protect(rtp(1))!);
      hear(rtp(2));
      await session.acceptAnswer(sdp({ key: 1, protocol: encryption === 'required' ? 'RTP/SAVP' : 'RTP/AVP' }));
      hear(rtp(3));
      hear(peer.protect(rtp(4))!);
      expect(heard).toEqual([0x11]);
    },
  );

  it('M5: counts wraps both ways over loss, late packets, and a re-INVITE that keeps the key', async () => {
    const { session, hear } = open('taken');
    let answer = await session.answerOffer(sdp({ key: 1 }));
    const peer = new SrtpSender(keyOf(1));
    const receiver = new SrtpReceiver(ourKey(answer));
    let received = 0;
    let expected = 0;
    const wave = (from: number, to: number): void => {
      for (let number = from; number < to; number++) {
        const datagram = peer.protect(rtp(number))!;
        const lost = number % 3 === 0 || (number > 65_500 && number < 65_560);
        if (!lost) hear(datagram);
        if (!lost) expected += 1;
        session.write(frame(number));
      }
      for (const datagram of sent.splice(0)) if (receiver.unprotect(datagram).ok) received += 1;
    };
    // Steps of 20,000 numbers are far apart, and less than half the way round.
    for (const start of [25_000, 45_000, 65_000]) wave(start, start + 1000);
    answer = await session.answerOffer(sdp({ key: 1 }));
    expect(ourKey(answer).bytes).toEqual(ourKey(await session.createOffer()).bytes);
    for (const start of [85_000, 105_000, 125_000, 131_000]) wave(start, start + 1000);
    expect(heard).toHaveLength(expected);
    expect(received).toBe(session.stats.sent);
    expect(session.stats.sent).toBeGreaterThan(6900);
  });

  it('M5: takes the new key of a re-INVITE at once, and the old one until the new one is used', async () => {
    const { session, hear } = open('taken');
    const before = ourKey(await session.answerOffer(sdp({ key: 1 })));
    const [old, fresh] = [new SrtpSender(keyOf(1)), new SrtpSender(keyOf(2))];
    hear(old.protect(rtp(1, 1))!);
    const after = ourKey(await session.answerOffer(sdp({ key: 2 })));
    // It stays where it was: so does our key.
    expect(after).toEqual(before);
    hear(old.protect(rtp(2, 2))!);
    hear(fresh.protect(rtp(3, 3))!);
    hear(old.protect(rtp(4, 4))!);
    hear(fresh.protect(rtp(5, 5))!);
    expect(heard).toEqual([1, 2, 3, 5]);
  });

  it('M5: has a new key of its own for a peer that comes with another key from elsewhere', async () => {
    const { session } = open('taken');
    const first = ourKey(await session.answerOffer(sdp({ key: 1 })));
    const held = ourKey(await session.answerOffer(sdp({ key: 1, host: '0.0.0.0', direction: 'sendonly' })));
    expect(held).toEqual(first);
    const moved = ourKey(await session.answerOffer(sdp({ key: 1, port: 41_000 })));
    expect(moved).toEqual(first);
    const other = ourKey(await session.answerOffer(sdp({ key: 3, port: 42_000 })));
    expect(other.bytes).not.toEqual(first.bytes);
    expect(ourKey(await session.createOffer()).bytes).toEqual(other.bytes);
  });

  it('M5: hears of two forks the one whose answer came last, and never the other', async () => {
    const { session, hear } = open('required');
    await session.createOffer();
    await session.acceptAnswer(sdp({ key: 1, port: 41_000 }));
    hear(new SrtpSender(keyOf(1)).protect(rtp(1, 1))!);
    await session.acceptAnswer(sdp({ key: 2 }));
    const [first, second] = [new SrtpSender(keyOf(1)), new SrtpSender(keyOf(2))];
    for (let number = 2; number < 6; number++) {
      hear(first.protect(rtp(number, 1))!);
      hear(second.protect(rtp(number, 2))!);
    }
    expect(heard.filter((value) => value === 1).length).toBeLessThanOrEqual(1);
    expect(heard.filter((value) => value === 2)).toHaveLength(4);
  });

  it('M5: never protects two packets with one index, whichever lines the forks of its offer take', async () => {
    const { session } = open('required');
    const offer = await session.createOffer();
    const keys = readCryptos(offer)[0]!.usable;
    const answered = (tag: number): Promise<void> =>
      session.acceptAnswer(sdp({ key: 1, tag }).replace(SUITE.name, keys[tag - 1]!.key.suite.name));
    await answered(1);
    session.write(frame(1));
    await answered(2);
    session.write(frame(2));
    await answered(1);
    session.write(frame(3));
    const receiver = new SrtpReceiver(keys[0]!.key);
    expect(receiver.unprotect(sent[0]!).ok).toBe(true);
    expect(receiver.unprotect(sent[1]!).ok).toBe(false);
    expect(receiver.unprotect(sent[2]!).ok).toBe(true);
  });

  it('M5: refuses a re-INVITE without keys where SRTP is required, and loses nothing by it', async () => {
    const { session, hear } = open('required');
    await session.answerOffer(sdp({ key: 1 }));
    await expect(session.answerOffer(sdp({ protocol: 'RTP/AVP' }))).rejects.toMatchObject({
      status: 488,
      warning: 302,
    });
    hear(new SrtpSender(keyOf(1)).protect(rtp(1))!);
    expect(heard).toEqual([0x11]);
  });

  it('M5: says so when a re-INVITE or an answer brings plain sound, and is quiet where nobody asked for more', async () => {
    open('taken');
    await leg.session.answerOffer(sdp({ key: 1 }));
    expect(leg.session.encryption.fellBack).toBeUndefined();
    await leg.session.answerOffer(sdp({ protocol: 'RTP/AVP' }));
    expect(leg.session.encryption).toEqual({ kind: 'none', fellBack: true });
    leg.hear(rtp(1));
    expect(heard).toEqual([0x11]);
    open('offered');
    await leg.session.createOffer();
    await leg.session.acceptAnswer(sdp({ protocol: 'RTP/AVP' }));
    expect(leg.session.encryption).toEqual({ kind: 'none', fellBack: true });
    open('taken');
    await leg.session.answerOffer(sdp({ protocol: 'RTP/AVP' }));
    expect(leg.session.encryption).toEqual({ kind: 'none' });
  });
});
