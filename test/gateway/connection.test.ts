/** W28: what the gateway knows of the connection to a browser; werift stands for the browser. */
import { RTCPeerConnection, RTCRtpCodecParameters } from 'werift';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebRtcSession } from '../../src/core/gateway/webrtc-session.ts';
import { silent } from '../../src/core/log/logger.ts';
import { RealClock } from '../../src/core/time/real-clock.ts';

function session(): WebRtcSession {
  const made = new WebRtcSession({ clock: new RealClock(), log: silent });
  onTestFinished(() => made.close());
  return made;
}

async function browser(): Promise<{ connection: RTCPeerConnection; offer: string }> {
  const pcmu = new RTCRtpCodecParameters({ mimeType: 'audio/PCMU', clockRate: 8000, channels: 1, payloadType: 0 });
  const connection = new RTCPeerConnection({
    codecs: { audio: [pcmu], video: [] },
    iceServers: [],
    iceUseIpv6: false,
    iceUseTcp: false,
    iceAdditionalHostAddresses: ['127.0.0.1'],
    iceInterfaceAddresses: { udp4: '127.0.0.1' },
    bundlePolicy: 'max-bundle',
  });
  onTestFinished(() => connection.close());
  connection.addTransceiver('audio');
  await connection.setLocalDescription(await connection.createOffer());
  return { connection, offer: connection.localDescription!.sdp };
}

describe('the connection to a browser', () => {
  it('W28: names no candidates where the browser found none', async () => {
    const leg = session();
    const { offer } = await browser();
    await leg.answerOffer(offer.replaceAll(/^a=candidate:.*\r\n/gm, ''));
    expect(leg.connection).toEqual({ state: 'connecting', why: 'no-candidates' });
  });

  it('W28: waits for ICE where the browser has an address, be it one that only its machine knows', async () => {
    const leg = session();
    const { offer } = await browser();
    const candidate = 'a=candidate:1 1 udp 2113937151 0e1c.local 9 typ host';
    await leg.answerOffer(offer.replaceAll(/^a=candidate:.*\r\n/gm, '').replace(/^a=mid/m, `${candidate}\r\na=mid`));
    expect(leg.connection).toEqual({ state: 'connecting', why: 'ice-failed' });
  });

  it('W28: is connected once keys are agreed, and says when it changes', async () => {
    const leg = session();
    const { connection, offer } = await browser();
    const seen: string[] = [];
    leg.onConnection(() => seen.push(leg.connection.state));
    const answer = await leg.answerOffer(offer);
    await connection.setRemoteDescription({ type: 'answer', sdp: answer });
    await vi.waitFor(() => expect(leg.connection).toEqual({ state: 'connected' }), { timeout: 5000 });
    expect(seen).toContain('connecting');
    expect(seen.at(-1)).toBe('connected');
  });

  it('W28: is lost when ICE breaks down later, and back when it recovers', async () => {
    const added = vi.spyOn(RTCPeerConnection.prototype, 'addTransceiver');
    onTestFinished(() => added.mockRestore());
    const leg = session();
    const { iceTransport } = (added.mock.results[0]!.value as ReturnType<RTCPeerConnection['addTransceiver']>)
      .dtlsTransport;
    const { connection, offer } = await browser();
    await connection.setRemoteDescription({ type: 'answer', sdp: await leg.answerOffer(offer) });
    await vi.waitFor(() => expect(leg.connection.state).toBe('connected'), { timeout: 5000 });
    const seen: string[] = [];
    leg.onConnection(() => seen.push(JSON.stringify(leg.connection)));
    for (const state of ['disconnected', 'connected'] as const) {
      iceTransport.state = state;
      iceTransport.onStateChange.execute(state);
    }
    expect(seen).toEqual(['{"state":"failed","why":"lost"}', '{"state":"connected"}']);
  });
});
