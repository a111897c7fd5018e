/** M16: a hundred thousand malformed packets into ports of plain RTP and of SRTP: no crash, no stall, and sound afterwards.
 * WebRTC is in `test/interop/media-ports.test.ts`: it takes ten times as long. */
import { expect, it } from 'vitest';
import { writeRtp } from '../../src/core/rtp/packet.ts';
import { SrtcpSender } from '../../src/core/rtp/srtp/srtcp.ts';
import { SrtpSender } from '../../src/core/rtp/srtp/srtp.ts';
import { suiteNamed } from '../../src/core/rtp/srtp/suites.ts';
import { memoryLeg, memorySession, type MemoryLeg } from '../support/memory-ports.ts';
import { VirtualClock } from '../support/virtual-clock.ts';
import { webrtcSeeds } from './parts/webrtc.ts';
import { pour, STALL_MS } from './pour.ts';

const key = { suite: suiteNamed('AES_CM_128_HMAC_SHA1_80')!, bytes: new Uint8Array(30).fill(3) };
const OFFER = [
  'v=0',
  'o=peer 1 1 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 40000 RTP/SAVP 0 101',
  'a=rtpmap:101 telephone-event/8000',
  `a=crypto:1 ${key.suite.name} inline:${Buffer.from(key.bytes).toString('base64')}`,
  '',
].join('\r\n');
const report = Buffer.from('81c9000700000001000000020000000000000000000000000000000000000000', 'hex');
/** Numbers that no mutation has, so that they are new to whoever counts. */
const speech = (sequenceNumber: number): Uint8Array =>
  writeRtp({
    payloadType: 0,
    marker: false,
    sequenceNumber,
    timestamp: sequenceNumber * 160,
    ssrc: 0x1234_5678,
    payload: new Uint8Array(160).fill(0x5a),
  });

/** Junk into both ports of a leg; afterwards the peer speaks for a second, and is heard. */
async function survives(leg: MemoryLeg, protect: (packet: Uint8Array) => Uint8Array, seeds: readonly Uint8Array[]) {
  const longest = await pour([...webrtcSeeds, ...seeds], (packet, dice) =>
    dice.chance(0.7) ? leg.hear(packet) : leg.hearControl(packet, dice.chance(0.5) ? 'rtp' : 'rtcp'),
  );
  expect(longest).toBeLessThan(STALL_MS);
  let heard = 0;
  leg.session.tap({ write: (frame) => void (frame.kind === 'audio' && frame.payload[0] === 0x5a && (heard += 1)) });
  for (let number = 1; number <= 50; number++) leg.hear(Uint8Array.from(protect(speech(number))));
  expect(heard).toBeGreaterThan(45);
}

it('M16: a port of plain RTP survives 100,000 malformed packets', { timeout: 60_000 }, async () => {
  await survives(await memoryLeg(new VirtualClock()), (packet) => packet, []);
});

it('M16: a port of SRTP survives 100,000 malformed packets, and hears none of them', { timeout: 60_000 }, async () => {
  const leg = memorySession(new VirtualClock(), 'required');
  await leg.session.answerOffer(OFFER);
  let heard = 0;
  const stop = leg.session.tap({ write: () => void (heard += 1) });
  const sender = new SrtpSender(key);
  const protect = (packet: Uint8Array): Uint8Array => sender.protect(packet)!;
  const seeds = [new SrtpSender(key).protect(speech(9))!, new SrtcpSender(key).protect(report)!];
  await survives(leg, protect, seeds);
  stop();
  // The one true packet among the seeds, where a mutation changed nothing, and the fifty at the end.
  expect(heard).toBeLessThanOrEqual(51);
});
