/** M1: RTCP of plain legs, in virtual time. */
import { describe, expect, it } from 'vitest';
import { writeRtp } from '../../src/core/rtp/packet.ts';
import type { RtcpPacket, SenderReport } from '../../src/core/rtp/rtcp/packet.ts';
import { parseRtcp } from '../../src/core/rtp/rtcp/parse.ts';
import { middleOf } from '../../src/core/rtp/rtcp/ntp.ts';
import { writeRtcp } from '../../src/core/rtp/rtcp/write.ts';
import { memoryLeg } from '../support/memory-ports.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const PEER = 77;

async function leg(...lines: string[]) {
  const clock = new VirtualClock();
  const memory = await memoryLeg(clock, '0 101', 'sendrecv', lines);
  const heard: { at: number; via: string; packets: RtcpPacket[] }[] = [];
  const said: number[] = [];
  memory.onSent((datagram) => {
    const packets = parseRtcp(datagram);
    if (packets.length > 0 && datagram[1]! >= 192) heard.push({ at: clock.now(), via: 'rtp', packets });
    else said.push(datagram.length - 12);
  });
  memory.onControl((datagram, port) =>
    heard.push({ at: clock.now(), via: String(port), packets: parseRtcp(datagram) }),
  );
  let n = 0;
  /** The peer speaks, and is spoken to, for so many milliseconds. */
  const talk = (
    ms: number,
    { losing = () => false, silent = false }: { losing?: (n: number) => boolean; silent?: boolean } = {},
  ) => {
    for (let passed = 0; passed < ms; passed += 20) {
      const position = { sequenceNumber: n & 0xffff, timestamp: n * 160, ssrc: PEER, marker: false };
      const payload = new Uint8Array(160);
      if (!losing(n)) memory.hear(writeRtp({ ...position, payloadType: 0, payload }));
      if (!silent) memory.session.write({ kind: 'audio', codec: 'PCMU', payload, ...position });
      n += 1;
      clock.advance(20);
    }
  };
  const reports = () => heard.flatMap(({ packets }) => packets.filter(({ type }) => type === 'SR' || type === 'RR'));
  return { ...memory, clock, heard, said, talk, reports };
}

describe('M1: RTCP of a plain leg', () => {
  it('M1: goes to the port above, every two to seven seconds, as SR with the name of nobody', async () => {
    const { heard, talk, said, session } = await leg();
    talk(60_000);
    expect(new Set(heard.map(({ via }) => via))).toEqual(new Set(['40001']));
    expect(heard.length).toBeGreaterThanOrEqual(10);
    const gaps = heard.slice(1).map(({ at }, i) => at - heard[i]!.at);
    expect(heard[0]!.at).toBeLessThanOrEqual(3100);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(2052);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(6157);
    expect(new Set(gaps.map(Math.round)).size).toBeGreaterThan(3);
    const [report, sdes] = heard.at(-1)!.packets as [SenderReport, RtcpPacket];
    expect(report).toMatchObject({ type: 'SR', blocks: [{ ssrc: PEER, fractionLost: 0, cumulativeLost: 0 }] });
    expect(report.octets).toBe(report.packets * 160);
    expect(sdes).toMatchObject({ type: 'SDES', chunks: [{ ssrc: report.ssrc }] });
    expect(sdes.type === 'SDES' && sdes.chunks[0]!.cname).toMatch(/^[0-9a-f]{24}$/);
    expect(said.length).toBe(3000);
    await session.close();
  });

  it('M1: an SR pairs the wall clock with the timestamp of that instant', async () => {
    const { heard, talk, reports } = await leg();
    talk(30_000);
    const [first, last] = [reports()[0] as SenderReport, reports().at(-1) as SenderReport];
    const ms = heard.at(-1)!.at - heard[0]!.at;
    const ntpMs =
      (last.ntpSeconds - first.ntpSeconds) * 1000 + ((last.ntpFraction - first.ntpFraction) * 1000) / 2 ** 32;
    expect(Math.abs(ntpMs - ms)).toBeLessThan(1);
    expect(Math.abs(((last.rtpTimestamp - first.rtpTimestamp) >>> 0) - ms * 8)).toBeLessThan(10);
  });

  it('M1: shares the port of the sound where the peer wants that', async () => {
    const { heard, talk, hearControl, session } = await leg('a=rtcp-mux');
    hearControl(writeRtcp([{ type: 'RR', ssrc: PEER, blocks: [] }]), 'rtp');
    talk(10_000);
    expect(new Set(heard.map(({ via }) => via))).toEqual(new Set(['rtp']));
    await session.close();
  });

  it('M1: goes where a=rtcp says, and to where it comes from', async () => {
    const { heard, talk, hearControl } = await leg('a=rtcp:45000 IN IP4 127.0.0.1');
    talk(10_000);
    expect(heard[0]!.via).toBe('45000');
    hearControl(writeRtcp([{ type: 'RR', ssrc: PEER, blocks: [] }]));
    talk(10_000);
    expect(heard.at(-1)!.via).toBe('40001');
  });

  it('M1: does not go to a stranger on the same host, who does not know whose sound we hear', async () => {
    const { heard, talk, hearControl } = await leg('a=rtcp:45000 IN IP4 127.0.0.1');
    talk(10_000);
    hearControl(writeRtcp([{ type: 'RR', ssrc: PEER + 1, blocks: [] }]));
    hearControl(Uint8Array.of(0x80, 201, 0, 0));
    talk(20_000);
    expect(new Set(heard.map(({ via }) => via))).toEqual(new Set(['45000']));
  });

  it('M1: is RR while we send nothing, and goes on during hold', async () => {
    const { talk, reports, clock } = await leg();
    talk(20_000, { silent: true });
    expect(new Set(reports().map(({ type }) => type))).toEqual(new Set(['RR']));
    const before = reports().length;
    clock.advance(30_000);
    expect(reports().length - before).toBeGreaterThanOrEqual(5);
    // Nothing came meanwhile: there is nothing to report.
    expect(reports().at(-1)).toMatchObject({ type: 'RR', blocks: [] });
  });

  it('M1: says what was lost, since the last time and in all', async () => {
    const { talk, reports } = await leg();
    talk(60_000, { losing: (n) => n % 10 === 3 });
    const report = reports().at(-1) as SenderReport;
    expect(report.blocks[0]!.fractionLost / 256).toBeCloseTo(0.1, 1);
    expect(report.blocks[0]!.cumulativeLost).toBeGreaterThan(250);
  });

  it('M1: ends with BYE, in a compound, and nothing after it', async () => {
    const { talk, heard, session, clock } = await leg();
    talk(1000);
    await session.close();
    expect(heard.at(-1)!.packets.map(({ type }) => type)).toEqual(['SR', 'SDES', 'BYE']);
    const before = heard.length;
    clock.advance(60_000);
    expect(heard.length).toBe(before);
    expect(clock.pending).toBe(0);
  });

  it('M1: without sound there is no BYE (RFC 3550 §6.3.7)', async () => {
    const { heard, session } = await leg();
    await session.close();
    expect(heard).toEqual([]);
  });

  it('M1: the round trip and what the peer reports of us', async () => {
    const { talk, reports, hearControl, session } = await leg();
    talk(10_000);
    const { ssrc, ntpSeconds, ntpFraction, packets } = reports().at(-1) as SenderReport;
    const at = { ssrc, highestSequence: packets, lastSr: middleOf(ntpSeconds, ntpFraction), delaySinceLastSr: 0 };
    const lost = { fractionLost: 26, cumulativeLost: 40, jitter: 80 };
    // Its report took the time since ours, less what it says that it kept it for.
    const sentAt = reports().length;
    talk(300);
    expect(reports().length).toBe(sentAt);
    hearControl(writeRtcp([{ type: 'RR', ssrc: PEER, blocks: [{ ...at, ...lost, delaySinceLastSr: 6554 }] }]));
    const { reported, roundTripMs } = session.figures();
    expect(reported).toMatchObject({ lost: 40, jitterMs: 10 });
    expect(reported!.lossFraction).toBeCloseTo(0.1, 2);
    expect(roundTripMs).toBeGreaterThan(100);
    expect(roundTripMs).toBeLessThan(6300);
    // An SR that was never sent tells nothing.
    hearControl(writeRtcp([{ type: 'RR', ssrc: PEER, blocks: [{ ...at, ...lost, lastSr: 12_345 }] }]));
    expect(session.figures().roundTripMs).toBe(roundTripMs);
  });

  it('M1: garbage and strangers change nothing', async () => {
    const { talk, hearControl, session } = await leg();
    talk(5000);
    const before = session.figures();
    for (let n = 0; n < 300; n += 1)
      hearControl(Uint8Array.from({ length: n }, (_, i) => (i === 0 ? 0x80 : i === 1 ? 201 : n * i)));
    expect(session.figures()).toEqual(before);
  });
});
