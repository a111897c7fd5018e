import { RTCPeerConnection } from 'werift';
import { expect, it } from 'vitest';
import { createMediaFactory } from '../../src/core/gateway/factory.ts';
import { silent } from '../../src/core/log/logger.ts';
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
  caller.onSilence(1000, () => expect.unreachable());
  callee.onSilence(1000, () => expect.unreachable());
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
