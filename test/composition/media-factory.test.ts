import { RTCPeerConnection } from 'werift';
import { expect, it } from 'vitest';
import { createMediaFactory } from '../../src/core/composition/media-factory.ts';
import { silent } from '../../src/core/log/logger.ts';
import type { Frame } from '../../src/core/rtp/frame.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const options = { log: silent, host: '127.0.0.1', portMin: 21_600, portMax: 21_619 };

/** Sockets and timers that keep the process alive. */
const handles = (): string[] => process.getActiveResourcesInfo().filter((name) => /UDP|Timeout|Immediate/.test(name));

it('closing the factory leaves no socket, timer or session behind, whatever state the legs were in', async () => {
  const before = handles();
  const clock = new VirtualClock();
  const factory = await createMediaFactory({ clock, ...options });
  await Promise.all([factory.rtp(), factory.rtp(), factory.webrtc()]);
  const [caller, callee] = [await factory.webrtc(), await factory.webrtc()];
  // In the midst of ICE.
  await caller.acceptAnswer(await callee.answerOffer(await caller.createOffer()));
  const offering = await factory.webrtc();
  await offering.createOffer();
  expect(handles().filter((name) => name.startsWith('UDP')).length).toBeGreaterThanOrEqual(6);

  await offering.close();
  await factory.close();
  await expect.poll(handles, { timeout: 2000 }).toEqual(before);
  expect(clock.pending).toBe(0);
});

it('closing a connected call leaves no socket or timer behind', async () => {
  const before = handles();
  const factory = await createMediaFactory({ clock: new VirtualClock(), ...options });
  const leg = await factory.webrtc();
  // A full ICE agent, as a browser is: two of our own would wait for each other.
  const peer = new RTCPeerConnection({ iceServers: [], iceAdditionalHostAddresses: ['127.0.0.1'], iceUseIpv6: false });
  peer.addTransceiver('audio', { direction: 'sendrecv' });
  await peer.setRemoteDescription({ type: 'offer', sdp: await leg.createOffer() });
  await peer.setLocalDescription(await peer.createAnswer());
  await leg.acceptAnswer(peer.localDescription!.sdp);
  await expect.poll(() => peer.connectionState, { timeout: 5000 }).toBe('connected');
  expect(handles().length).toBeGreaterThan(before.length);

  await Promise.all([factory.close(), peer.close()]);
  await expect.poll(handles, { timeout: 5000 }).toEqual(before);
});

it('makes no session once closed', async () => {
  const factory = await createMediaFactory({ clock: new VirtualClock(), ...options });
  const late = factory.rtp();
  await factory.close();
  await expect(late).rejects.toThrow('closed');
  await expect(factory.webrtc()).rejects.toThrow('closed');
});

it('W29: names the address it is told, and on a wildcard that of this machine by default, never the wildcard', async () => {
  const clock = new VirtualClock();
  const connection = async (host: string, named?: string): Promise<string[]> => {
    const factory = await createMediaFactory({ clock, ...options, host });
    const session = await factory.rtp(named);
    const sdp = await session.createOffer();
    await factory.close();
    return [...new Set(sdp.match(/IN IP[46] \S+/g))];
  };
  expect(await connection('0.0.0.0', '192.0.2.7')).toEqual(['IN IP4 192.0.2.7']);
  expect(await connection('::', '2001:db8::7')).toEqual(['IN IP6 2001:db8::7']);
  expect(await connection('::', '192.0.2.7')).toEqual(['IN IP4 192.0.2.7']);
  expect(await connection('0.0.0.0')).toEqual(['IN IP4 127.0.0.1']);
  expect(await connection('::')).toEqual(['IN IP4 127.0.0.1']);
  expect(await connection('::1')).toEqual(['IN IP6 ::1']);
});

it.each([
  ['127.0.0.1', '127.0.0.1'],
  ['::1', '::1'],
] as const)('W29: sockets on :: carry sound both ways with a peer at %s', async (peerHost, named) => {
  const clock = new VirtualClock();
  const both = await createMediaFactory({ clock, ...options, host: '::' });
  const other = await createMediaFactory({ clock, ...options, portMin: 21_700, portMax: 21_719, host: peerHost });
  const [ours, theirs] = [await both.rtp(named), await other.rtp()];
  await ours.acceptAnswer(await theirs.answerOffer(await ours.createOffer()));
  let count = 0;
  const talk = (): void => {
    count += 1;
    const position = { ssrc: 1, sequenceNumber: count, timestamp: 160 * count, marker: count === 1 };
    const frame: Frame = { kind: 'audio', codec: 'PCMU', payload: new Uint8Array(160), ...position };
    for (const session of [ours, theirs]) session.write(frame);
  };
  const heard = (): number => {
    talk();
    return Math.min(ours.stats.received, theirs.stats.received);
  };
  await expect.poll(heard, { timeout: 5000 }).toBeGreaterThan(1);
  await Promise.all([both.close(), other.close()]);
});
