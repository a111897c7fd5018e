import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silent } from '../../src/core/log/logger.ts';
import { play } from '../../src/core/media/player.ts';
import { NoFreePort, PortRange } from '../../src/core/media/ports.ts';
import { RtpSession } from '../../src/core/media/rtp-session.ts';
import { tone } from '../../src/core/media/sound.ts';
import type { DtmfFrame, Frame } from '../../src/core/rtp/frame.ts';
import { writeTelephoneEvent } from '../../src/core/rtp/dtmf.ts';
import { writeRtp } from '../../src/core/rtp/packet.ts';
import { BadSdp, NoCommonCodec } from '../../src/core/sdp/failure.ts';
import { RealClock } from '../../src/core/time/real-clock.ts';
import { inALaw, portOf, RtpPeer, samplesOf } from '../support/rtp-peer.ts';
import { hears, sine } from '../support/tone.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const clock = new RealClock();
const host = '127.0.0.1';
const range = new PortRange({ clock, host, portMin: 21_000, portMax: 21_399 });
const toneA = tone([440]);
const toneB = tone([1000]);
const frequencies = [440, 1000, 700];
const others = (hz: number): number[] => frequencies.filter((other) => other !== hz);

let open: { close(): Promise<void> }[] = [];
const keep = <T extends { close(): Promise<void> }>(thing: T): T => {
  open.push(thing);
  return thing;
};

async function session(): Promise<RtpSession> {
  return keep(new RtpSession({ clock, log: silent, host, ports: await range.take(), range }));
}

/** A session that answered a peer's offer, and the port it listens on. */
async function answered(formats = '0 8 101', lines: readonly string[] = []) {
  const peer = keep(await RtpPeer.open());
  const leg = await session();
  const port = portOf(await leg.answerOffer(peer.sdp(formats, lines)));
  return { peer, leg, port };
}

const quiet = { marker: false, sequenceNumber: 1, timestamp: 1, ssrc: 1 };

/** Resolves with the first `count` frames that the leg hears. */
function heard(leg: RtpSession, count: number): Promise<Frame[]> {
  const frames: Frame[] = [];
  return new Promise((resolve) => {
    const stop = leg.tap({
      write(frame) {
        frames.push(frame);
        if (frames.length < count) return;
        stop();
        resolve(frames);
      },
    });
  });
}

beforeEach(() => {
  open = [];
});
afterEach(async () => {
  await Promise.all(open.map((thing) => thing.close()));
});

describe('two bridged RTP sessions', () => {
  async function bridged(formatsA: string, formatsB: string) {
    const [a, b] = [await answered(formatsA), await answered(formatsB)];
    const stop = a.leg.tap(b.leg);
    b.leg.tap(a.leg);
    return { a, b, stop };
  }

  it('carry a tone each way', async () => {
    const { a, b } = await bridged('0', '0');
    a.peer.say(toneA, a.port);
    b.peer.say(toneB, b.port);
    const [atB, atA] = await Promise.all([b.peer.next(50), a.peer.next(50)]);
    expect(hears(samplesOf(atB, 'PCMU'), 440, others(440))).toBe(true);
    expect(hears(samplesOf(atA, 'PCMU'), 1000, others(1000))).toBe(true);
  });

  it('turn µ-law into A-law and back when their peers differ', async () => {
    const { a, b } = await bridged('0', '8');
    a.peer.say(toneA, a.port);
    b.peer.say(inALaw(toneB), b.port);
    const [atB, atA] = await Promise.all([b.peer.next(50), a.peer.next(50)]);
    expect(new Set(atB.map((packet) => packet.payloadType))).toEqual(new Set([8]));
    expect(new Set(atA.map((packet) => packet.payloadType))).toEqual(new Set([0]));
    expect(hears(samplesOf(atB, 'PCMA'), 440, others(440))).toBe(true);
    expect(hears(samplesOf(atA, 'PCMU'), 1000, others(1000))).toBe(true);
  });

  it('give the peer one unbroken stream while the source changes under it', async () => {
    const { a, b, stop } = await bridged('0', '0');
    a.peer.say(toneA, a.port);
    await b.peer.next(10);
    stop();
    const music = play(tone([700]), b.leg, { clock });
    await b.peer.next(10);
    music.stop();
    const c = await answered('8');
    c.leg.tap(b.leg);
    c.peer.say(toneB, c.port, 8);
    await b.peer.next(10);

    const stream = b.peer.packets;
    const steps = stream.slice(1).map((packet, n) => ({
      sequence: (packet.sequenceNumber - stream[n]!.sequenceNumber) & 0xffff,
      time: (packet.timestamp - stream[n]!.timestamp) >>> 0,
    }));
    expect(new Set(stream.map((packet) => packet.ssrc)).size).toBe(1);
    expect(new Set(steps.map((step) => step.sequence))).toEqual(new Set([1]));
    expect(steps.every((step) => step.time % 160 === 0 && step.time > 0 && step.time < 8000)).toBe(true);
    // One for each source. A machine that stalls adds one where time has passed: a player marks that it goes on.
    const marked = stream.flatMap((packet, n) => (packet.marker ? [steps[n - 1]?.time ?? 0] : []));
    expect(marked.length).toBeGreaterThanOrEqual(3);
    expect(marked.filter((time) => time === 160).length).toBeLessThanOrEqual(2);
    expect(steps.every((step, n) => step.time === 160 || stream[n + 1]!.marker)).toBe(true);
  });

  it('pass digits on with the payload type that the other side asked for', async () => {
    const { a, b } = await bridged('0 101', '0 97');
    await b.leg.answerOffer(b.peer.sdp('0 97', ['a=rtpmap:97 telephone-event/8000']));
    const at = { ssrc: 9, timestamp: 160, payloadType: 101 };
    const durations = [160, 320, 480];
    durations.forEach((duration, n) => {
      const payload = writeTelephoneEvent({ event: 11, end: n === 2, volume: 10, duration });
      a.peer.send(writeRtp({ ...at, payload, sequenceNumber: n, marker: n === 0 }), a.port);
    });
    const digits = await b.peer.next(3);
    expect(digits.map((packet) => [...packet.payload])).toEqual([
      [11, 10, 0, 160],
      [11, 10, 1, 64],
      [11, 0x80 | 10, 1, 224],
    ]);
    expect(digits.map((packet) => [packet.payloadType, packet.marker])).toEqual([
      [97, true],
      [97, false],
      [97, false],
    ]);
    expect(new Set(digits.map((packet) => packet.timestamp)).size).toBe(1);
  });
});

describe('an RTP session', () => {
  it('offers, takes the answer and speaks in the codec of the answer', async () => {
    const peer = keep(await RtpPeer.open());
    const leg = await session();
    const offer = await leg.createOffer();
    expect(offer).toMatch(/^m=audio \d+ RTP\/AVP 0 8 101\r$/m);
    await leg.acceptAnswer(peer.sdp('8'));
    expect(leg.codec).toBe('PCMA');
    const playing = play(toneA, leg, { clock });
    const packets = await peer.next(25);
    playing.stop();
    expect(hears(samplesOf(packets, 'PCMA'), 440, others(440))).toBe(true);
  });

  it('W11: an answer during the call, to an offer of ours, moves port and codec', async () => {
    const { leg, port } = await answered('0');
    expect(leg.codec).toBe('PCMU');
    const moved = keep(await RtpPeer.open());
    expect(portOf(await leg.createOffer())).toBe(port);
    await leg.acceptAnswer(moved.sdp('8'));
    const playing = play(toneA, leg, { clock });
    const packets = await moved.next(25);
    playing.stop();
    expect(hears(samplesOf(packets, 'PCMA'), 440, others(440))).toBe(true);
  });

  it('hears digits and audio as frames', async () => {
    const { peer, leg, port } = await answered();
    const both = heard(leg, 2);
    const at = { ssrc: 9, timestamp: 160, marker: true };
    peer.send(writeRtp({ ...at, payloadType: 101, sequenceNumber: 1, payload: Uint8Array.of(3, 0x8a, 2, 0) }), port);
    peer.send(writeRtp({ ...at, payloadType: 8, sequenceNumber: 2, payload: Uint8Array.of(0xd5) }), port);
    const [digit, audio] = await both;
    expect(digit).toEqual({
      kind: 'dtmf',
      event: 3,
      end: true,
      volume: 10,
      duration: 512,
      sequenceNumber: 1,
      ...at,
    } satisfies DtmfFrame);
    expect(audio).toMatchObject({ kind: 'audio', codec: 'PCMA', sequenceNumber: 2 });
    expect(leg.stats).toEqual({ received: 2, sent: 0 });
  });

  it('sends nothing when nothing is piped to it', async () => {
    const { peer, leg, port } = await answered();
    peer.say(toneA, port);
    await heard(leg, 10);
    expect(peer.packets).toEqual([]);
    expect(leg.stats.sent).toBe(0);
  });

  it('sends nothing to a peer that holds it, and speaks again after the resume', async () => {
    const { peer, leg } = await answered('0', ['a=sendonly']);
    expect(leg.remoteDirection).toBe('sendonly');
    const playing = play(toneA, leg, { clock });
    leg.write({
      kind: 'audio',
      codec: 'PCMU',
      payload: new Uint8Array(160),
      ssrc: 1,
      sequenceNumber: 1,
      timestamp: 1,
      marker: false,
    });
    expect(leg.stats.sent).toBe(0);
    expect(await leg.answerOffer(peer.sdp('0', ['a=sendrecv']))).toContain('a=sendrecv');
    await peer.next(5);
    playing.stop();
    expect(leg.remoteDirection).toBe('sendrecv');
  });

  it('holds the peer by asking it to listen only, and still plays to it', async () => {
    const { peer, leg } = await answered('0');
    leg.setHold(true);
    expect(await leg.createOffer()).toContain('a=sendonly');
    await leg.acceptAnswer(peer.sdp('0', ['a=recvonly']));
    const music = play(toneB, leg, { clock });
    const packets = await peer.next(25);
    music.stop();
    expect(hears(samplesOf(packets, 'PCMU'), 1000, others(1000))).toBe(true);
    leg.setHold(false);
    expect(await leg.createOffer()).toContain('a=sendrecv');
  });

  it('answers to where the packets come from when the SDP names another port of that host', async () => {
    const [behindNat, announced] = [keep(await RtpPeer.open()), keep(await RtpPeer.open())];
    const leg = await session();
    const port = portOf(await leg.answerOffer(announced.sdp('0')));
    const first = heard(leg, 1);
    behindNat.say(toneA, port);
    await first;
    const playing = play(toneB, leg, { clock });
    await behindNat.next(5);
    playing.stop();
    expect(announced.packets).toEqual([]);
  });

  it('does not listen to a stranger once it has heard the peer', async () => {
    const { peer, leg, port } = await answered('0');
    const stranger = keep(await RtpPeer.open());
    const first = heard(leg, 1);
    peer.say(toneA, port);
    await first;
    const frames = heard(leg, 40);
    stranger.say(toneB, port);
    const sources = new Set((await frames).map((frame) => frame.ssrc));
    expect(sources.size).toBe(1);
  });

  it('W15: speaks to the new port after a re-INVITE, although five packets of the old one arrive late', async () => {
    const { peer, leg, port } = await answered('0');
    peer.say(toneA, port);
    await heard(leg, 5);
    const moved = keep(await RtpPeer.open());
    await leg.answerOffer(moved.sdp('0'));
    await heard(leg, 5);
    const before = peer.packets.length;
    const playing = play(toneB, leg, { clock });
    await moved.next(10);
    moved.say(toneA, port);
    await heard(leg, 5);
    const packets = await moved.next(25);
    playing.stop();
    expect(hears(samplesOf(packets, 'PCMU'), 1000, others(1000))).toBe(true);
    expect(peer.packets.length).toBe(before);
  });

  it('W15: follows a peer whose NAT has rebound, and hears nobody else meanwhile', async () => {
    const { peer, leg, port } = await answered('0');
    const [rebound, stranger] = [keep(await RtpPeer.open()), keep(await RtpPeer.open())];
    const frames: Frame[] = [];
    leg.tap({ write: (frame) => void frames.push(frame) });
    const talk = (from: RtpPeer, sequenceNumber: number, ssrc = 5): void =>
      from.send(
        writeRtp({
          payloadType: 0,
          marker: false,
          ssrc,
          sequenceNumber,
          timestamp: 160 * sequenceNumber,
          payload: new Uint8Array(160),
        }),
        port,
      );
    for (let n = 1; n <= 5; n += 1) talk(peer, n);
    await expect.poll(() => frames.length).toBe(5);
    for (let n = 6; n <= 15; n += 1) {
      talk(stranger, n, 66);
      talk(rebound, n);
    }
    await expect.poll(() => frames.length).toBe(14);
    expect(frames.every(({ ssrc }) => ssrc === 5)).toBe(true);
    const playing = play(toneB, leg, { clock });
    await rebound.next(5);
    playing.stop();
    expect(stranger.packets).toEqual([]);
    expect(peer.packets).toEqual([]);
  });

  it.each([
    ['hears a peer that announced a private address where its signalling comes from', ['127.0.0.1'], true],
    ['does not hear anybody at all when a private address was announced', [], false],
  ])('W15: %s', async (_, peerHosts, isHeard) => {
    const peer = keep(await RtpPeer.open());
    const ports = await range.take();
    const ignored: unknown[] = [];
    const log = { ...silent, info: (facts: unknown) => void ignored.push(facts) };
    const leg = keep(new RtpSession({ clock, log, host, ports, range, peerHosts: () => peerHosts }));
    await leg.answerOffer(peer.sdp('0').replaceAll('127.0.0.1', '192.168.1.20'));
    peer.say(toneA, ports.port);
    if (isHeard) {
      await heard(leg, 10);
      const playing = play(toneB, leg, { clock });
      await peer.next(5);
      playing.stop();
      return;
    }
    await expect.poll(() => ignored).toEqual([{ from: `127.0.0.1 ${peer.port}`, peer: `192.168.1.20 ${peer.port}` }]);
    expect(leg.stats.received).toBe(0);
  });

  it('ignores junk, RTCP and payload types that nobody agreed on', async () => {
    const { peer, leg, port } = await answered('0');
    const base = { marker: false, sequenceNumber: 1, timestamp: 1, ssrc: 1, payload: new Uint8Array(160) };
    for (const junk of [
      [],
      [1],
      [0x80],
      [0x80, 200, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1],
      [0x90, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xbe, 0xde, 0xff, 0xff],
    ]) {
      peer.send(Uint8Array.from(junk), port);
    }
    peer.send(writeRtp({ ...base, payloadType: 111 }), port);
    const first = heard(leg, 1);
    peer.send(writeRtp({ ...base, payloadType: 0 }), port);
    await first;
    expect(leg.stats.received).toBe(1);
  });

  it('keeps what was agreed when a later offer is unusable', async () => {
    const { peer, leg } = await answered('8');
    await expect(leg.answerOffer('nonsense')).rejects.toThrow(BadSdp);
    await expect(leg.answerOffer(peer.sdp('18'))).rejects.toThrow(NoCommonCodec);
    expect(leg.codec).toBe('PCMA');
  });

  it('raises its version only when its description changes', async () => {
    const { peer, leg } = await answered('0');
    const version = (sdp: string): number => Number(/^o=\S+ \d+ (\d+)/m.exec(sdp)?.[1]);
    const first = version(await leg.answerOffer(peer.sdp('0')));
    expect(version(await leg.answerOffer(peer.sdp('0')))).toBe(first);
    expect(version(await leg.answerOffer(peer.sdp('0', ['a=sendonly'])))).toBe(first + 1);
  });

  it('gives its ports back when it closes, and hears nothing after', async () => {
    const single = new PortRange({ clock, host, portMin: 21_400, portMax: 21_401 });
    const make = async () => new RtpSession({ clock, log: silent, host, ports: await single.take(), range: single });
    const first = await make();
    await expect(single.take()).rejects.toThrow(NoFreePort);
    await Promise.all([first.close(), first.close()]);
    const second = keep(await make());
    expect(portOf(await second.createOffer())).toBe(21_400);
  });

  it.each<[string, (peer: RtpPeer, port: number) => void, boolean]>([
    ['RTCP on its own port', (peer, port) => peer.send(Uint8Array.from([0x80, 201, 0, 1, 0, 0, 0, 1]), port + 1), true],
    ['RTCP on the same port', (peer, port) => peer.send(Uint8Array.from([0x80, 201, 0, 1, 0, 0, 0, 1]), port), true],
    [
      'comfort noise',
      (peer, port) => peer.send(writeRtp({ ...quiet, payloadType: 13, payload: Uint8Array.of(60) }), port),
      false,
    ],
  ])('W5: takes %s for a sign of life, and for no sound', async (_, send, expected) => {
    const { peer, leg, port } = await answered('0');
    await expect.poll(() => leg.silentMs).toBeGreaterThan(100);
    const before = leg.silentMs;
    const kinds: Frame['kind'][] = [];
    leg.tap({ write: ({ kind }) => void kinds.push(kind) });
    send(peer, port);
    await expect.poll(() => leg.silentMs).toBeLessThan(before);
    expect(kinds).not.toContain('audio');
    expect(leg.expected).toBe(expected);
  });

  it('leaves no timer behind', async () => {
    const virtual = new VirtualClock();
    const leg = new RtpSession({ clock: virtual, log: silent, host, ports: await range.take(), range });
    await leg.close();
    expect(virtual.pending).toBe(0);
  });
});

it('samples of the test tone are what the measurement expects', () => {
  expect(hears(sine(440, 8000, 1600), 440, [1000, 700])).toBe(true);
  expect(hears(sine(440, 8000, 1600), 1000, [440, 700])).toBe(false);
});
