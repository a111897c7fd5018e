/** W1: one stream for eight hours, in virtual time: nothing of it is lost, and its numbers never jump. */
import { RTCPeerConnection, RtpHeader, RtpPacket } from 'werift';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebRtcSession } from '../../src/core/gateway/webrtc-session.ts';
import { silent } from '../../src/core/log/logger.ts';
import { play } from '../../src/core/media/player.ts';
import { Recorder } from '../../src/core/media/recorder.ts';
import { networkTone } from '../../src/core/media/network-tone.ts';
import { clip } from '../../src/core/media/sound.ts';
import { repairParts } from '../../src/core/media/wav-writer.ts';
import { writeRtp } from '../../src/core/rtp/packet.ts';
import { speak } from '../../src/core/parties/voice.ts';
import { memoryLeg } from '../support/memory-ports.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const HOURS = 8;
const PACKETS = (HOURS * 3600 * 1000) / 20;
/** Any of them takes a few seconds; a machine with much else to do gets more. */
const TIMEOUT_MS = 120_000;
/** A sample of 8031 in µ-law. */
const LOUD = 0x8f;

/** One talker: the same datagram with the next numbers each time, from where both kinds of numbers wrap soon. */
class Talker {
  readonly datagram = writeRtp({
    payloadType: 0,
    marker: false,
    sequenceNumber: 0,
    timestamp: 0,
    ssrc: 77,
    payload: new Uint8Array(160).fill(LOUD),
  });
  readonly #view = new DataView(this.datagram.buffer, this.datagram.byteOffset);
  #sequenceNumber = 0xfff0;
  #timestamp = 0xffff_0000;

  next(): Uint8Array {
    this.#view.setUint16(2, this.#sequenceNumber);
    this.#view.setUint32(4, this.#timestamp);
    this.#sequenceNumber = (this.#sequenceNumber + 1) & 0xffff;
    this.#timestamp = (this.#timestamp + 160) >>> 0;
    return this.datagram;
  }
}

/** Counts what arrives, and what does not follow upon what came before. */
class Listener {
  packets = 0;
  jumps = 0;
  #next = { sequenceNumber: 0, timestamp: 0, ssrc: 0 };

  hear(sequenceNumber: number, timestamp: number, ssrc: number): void {
    const next = this.#next;
    const follows = sequenceNumber === next.sequenceNumber && timestamp === next.timestamp && ssrc === next.ssrc;
    if (this.packets > 0 && !follows) this.jumps += 1;
    this.packets += 1;
    next.sequenceNumber = (sequenceNumber + 1) & 0xffff;
    next.timestamp = (timestamp + 160) >>> 0;
    next.ssrc = ssrc;
  }

  readonly datagram = (bytes: Uint8Array): void => {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    this.hear(view.getUint16(2), view.getUint32(4), view.getUint32(8));
  };
}

const whole = { packets: PACKETS, jumps: 0 };
const countsOf = ({ packets, jumps }: Listener) => ({ packets, jumps });

async function listened(clock: VirtualClock) {
  const leg = await memoryLeg(clock);
  const listener = new Listener();
  leg.onSent(listener.datagram);
  return { ...leg, listener };
}

async function browserAnswer(offer: string): Promise<string> {
  const browser = new RTCPeerConnection({ iceServers: [] });
  onTestFinished(() => browser.close());
  await browser.setRemoteDescription({ type: 'offer', sdp: offer });
  await browser.setLocalDescription(await browser.createAnswer());
  return browser.localDescription!.sdp;
}

describe('W1: eight hours of one stream', { timeout: TIMEOUT_MS }, () => {
  it('W1: two plain legs hear each other all the time, and all of it is recorded at its place', async () => {
    const clock = new VirtualClock();
    const [a, b] = [await listened(clock), await listened(clock)];
    a.session.tap(b.session);
    b.session.tap(a.session);
    let samples = 0;
    let silences = 0;
    const write = (part: Int16Array): void => {
      samples += part.length;
      if (part.includes(0)) silences += 1;
    };
    const recorder = new Recorder({ clock, left: a.session, right: b.session, write });
    const [fromA, fromB] = [new Talker(), new Talker()];
    for (let n = 0; n < PACKETS; n += 1) {
      a.hear(fromA.next());
      b.hear(fromB.next());
      clock.advance(20);
    }
    recorder.stop();
    expect([countsOf(a.listener), countsOf(b.listener)]).toEqual([whole, whole]);
    expect({ samples, silences }).toEqual({ samples: PACKETS * 160 * 2, silences: 0 });
  });

  it('W1: a plain leg and a browser hear each other all the time', async () => {
    const clock = new VirtualClock();
    const a = await listened(clock);
    const added = vi.spyOn(RTCPeerConnection.prototype, 'addTransceiver');
    onTestFinished(() => added.mockRestore());
    const session = new WebRtcSession({ clock, log: silent });
    const { sender, dtlsTransport } = added.mock.results[0]!.value as ReturnType<RTCPeerConnection['addTransceiver']>;
    await session.acceptAnswer(await browserAnswer(await session.createOffer()));
    // Everything but the network and the encryption, which know nothing of whose stream it is.
    dtlsTransport.state = 'connected';
    const listener = new Listener();
    // No spy: that would keep all packets.
    sender.sendRtp = async (rtp) => {
      const { sequenceNumber, timestamp, ssrc } = (rtp as RtpPacket).header;
      listener.hear(sequenceNumber, timestamp, ssrc);
    };
    a.session.tap(session);
    session.tap(a.session);
    const talker = new Talker();
    const said = new RtpPacket(new RtpHeader({ payloadType: 0, ssrc: 9 }), Buffer.alloc(160, LOUD));
    for (let n = 0; n < PACKETS; n += 1) {
      a.hear(talker.next());
      said.header.sequenceNumber = (n + 65_000) & 0xffff;
      said.header.timestamp = (n * 160 + 0xffff_0000) >>> 0;
      dtlsTransport.onRtp.execute(said);
      clock.advance(20);
    }
    await session.close();
    expect([countsOf(a.listener), countsOf(listener)]).toEqual([whole, whole]);
  });

  it.each([
    ['hold music', clip('hold-music')],
    ['ring-back', networkTone('GB', 'ringBack')],
  ])('W1: %s', async (_, sound) => {
    const clock = new VirtualClock();
    const { session, listener } = await listened(clock);
    const player = play(sound, session, { clock, loop: true });
    clock.advance(HOURS * 3_600_000 - 1);
    player.stop();
    expect(countsOf(listener)).toEqual(whole);
  });

  it('W1: what a simulated party says, and is silent in between', async () => {
    const clock = new VirtualClock();
    const { session, listener } = await listened(clock);
    const voice = speak([clip('caller-hello'), clip('caller-chat')], session, clock);
    clock.advance(HOURS * 3_600_000 - 1);
    voice.stop();
    expect(countsOf(listener)).toEqual(whole);
  });

  it('W1: a file of eight hours says how long it is', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'patchcord-hours-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const bytes = HOURS * 3600 * 8000 * 4;
    const part = await open(path.join(folder, 'r.wav.part'), 'w');
    // A file with a hole in it: it takes no room on the disk.
    await part.truncate(44 + bytes);
    await part.close();
    expect(await repairParts(folder, expect.unreachable)).toEqual([{ name: 'r', durationMs: HOURS * 3_600_000 }]);
    const file = await open(path.join(folder, 'r.wav'));
    const { buffer } = await file.read(Buffer.alloc(44), 0, 44, 0);
    await file.close();
    expect([buffer.readUInt32LE(4), buffer.readUInt32LE(40)]).toEqual([36 + bytes, bytes]);
  });
});
