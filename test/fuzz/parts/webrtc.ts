/**
 * What reaches werift: STUN, DTLS, SRTP and SRTCP junk on the socket of a connected WebRTC leg, from a stranger and
 * from the browser's own, authenticated address.
 */
import { MediaStreamTrack, RTCPeerConnection, RTCRtpCodecParameters, RtpHeader, RtpPacket } from 'werift';
import { silent } from '../../../src/core/log/logger.ts';
import { WebRtcSession } from '../../../src/core/gateway/webrtc-session.ts';
import { RealClock } from '../../../src/core/time/real-clock.ts';
import type { Dice } from '../dice.ts';
import { mutateBinary } from '../mutate.ts';
import type { Case, Part } from '../part.ts';
import { closeSocket, openSocket, rtpSeeds } from './rtp.ts';
import { within } from '../within.ts';
import { soundArrives } from './sound-arrives.ts';

const HOST = '127.0.0.1';
const FROM_STRANGER = 0;

const stun = Buffer.from(
  '000100502112a442b7e7a701bc34d686fa87dfae' + // Binding request
    '00060009' +
    '6162636465666768' +
    '69000000' + // USERNAME
    '002400046e0001ff' + // PRIORITY
    '80290008' +
    '932ff9b151263b36' + // ICE-CONTROLLED
    '00080014' +
    '9aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2' + // MESSAGE-INTEGRITY
    '80280004e57a3bcf', // FINGERPRINT
  'hex',
);
const stunAnswer = Buffer.from('0101000c2112a442b7e7a701bc34d686fa87dfae002000080001a147e112a643', 'hex');
const clientHello = Buffer.from(
  '16fefd00000000000000000036' +
    '0100002a000000000000002a' +
    'fefd' +
    '11'.repeat(32) +
    '00' +
    '00' +
    '0002c02b' +
    '0100' +
    '0000',
  'hex',
);
const alert = Buffer.from('15fefd000000000000000100020228', 'hex');
const applicationData = Buffer.from(`17fefd0001000000000001002000${'ab'.repeat(31)}`, 'hex');
const channelData = Buffer.from('40000004deadbeef', 'hex');
export const webrtcSeeds: readonly Uint8Array[] = [
  stun,
  stunAnswer,
  clientHello,
  alert,
  applicationData,
  channelData,
  ...rtpSeeds,
];

function generate(dice: Dice): Case {
  const pieces = Array.from({ length: 1 + dice.below(20) }, () => ({
    at: dice.below(2),
    bytes: dice.chance(0.1) ? dice.bytes(dice.below(80)) : mutateBinary(dice.pick(webrtcSeeds), dice),
  }));
  return { plan: 0, pieces };
}

/** A browser's end, in this process. */
function createBrowser(): RTCPeerConnection {
  const audio = [new RTCRtpCodecParameters({ mimeType: 'audio/PCMU', clockRate: 8000, channels: 1, payloadType: 0 })];
  return new RTCPeerConnection({
    codecs: { audio, video: [] },
    headerExtensions: { audio: [] },
    iceServers: [],
    iceUseIpv6: false,
    iceAdditionalHostAddresses: [HOST],
    iceInterfaceAddresses: { udp4: HOST },
    bundlePolicy: 'max-bundle',
  });
}

interface Talk {
  /** A sound of the browser comes out of the leg. */
  soundPasses(): Promise<void>;
  /** Sends from the browser's own address. */
  fromBrowser(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** @param early told the leg's port before the browser has begun to connect */
export async function connect(early: (port: number) => void = () => {}): Promise<Talk & { port: number }> {
  const session = new WebRtcSession({ clock: new RealClock(), log: silent });
  const browser = createBrowser();
  const { sender } = browser.addTransceiver(new MediaStreamTrack({ kind: 'audio' }), { direction: 'sendrecv' });
  await browser.setLocalDescription(await browser.createOffer());
  const answer = await session.answerOffer(browser.localDescription!.sdp);
  const port = Number(/^a=candidate:\S+ \d \S+ \d+ 127\.0\.0\.1 (\d+) typ host/m.exec(answer)![1]);
  early(port);
  const { promise, resolve } = Promise.withResolvers<void>();
  browser.connectionStateChange.subscribe((state) => state === 'connected' && resolve());
  await browser.setRemoteDescription({ type: 'answer', sdp: answer });
  await within('the browser is connected', promise);

  const heard = new Set<string>();
  session.tap({ write: (frame) => frame.kind === 'audio' && heard.add(Buffer.from(frame.payload).toString('hex')) });
  return {
    port,
    soundPasses: () =>
      soundArrives(
        (payload, sequenceNumber) => {
          const timestamp = sequenceNumber * 160;
          const header = new RtpHeader({ payloadType: 0, sequenceNumber, timestamp, ssrc: sender.ssrc });
          void sender.sendRtp(new RtpPacket(header, payload));
        },
        (payload) => heard.delete(payload.toString('hex')),
      ),
    fromBrowser: (bytes) => browser.iceTransports[0]!.connection.send(Buffer.from(bytes)),
    close: async () => {
      await session.close();
      await browser.close();
    },
  };
}

/** Junk into a call. */
export const webrtc: Part = {
  name: 'webrtc',
  inSuite: 80,
  async open() {
    const stranger = await openSocket();
    const talk = await connect();
    await talk.soundPasses();
    return {
      generate,
      async check({ pieces }) {
        for (const { at, bytes } of pieces) {
          if (at === FROM_STRANGER) stranger.send(bytes, talk.port, HOST);
          else await talk.fromBrowser(bytes);
        }
        await talk.soundPasses();
      },
      async close() {
        await talk.close();
        await closeSocket(stranger);
      },
    };
  },
};

/** Junk before the browser comes, while ICE and DTLS have not begun: a stranger's, who must not get in the way. */
export const handshake: Part = {
  name: 'handshake',
  inSuite: 8,
  async open() {
    const stranger = await openSocket();
    return {
      generate,
      async check({ pieces }) {
        const talk = await connect((port) => pieces.forEach(({ bytes }) => stranger.send(bytes, port, HOST)));
        try {
          await talk.soundPasses();
        } finally {
          await talk.close();
        }
      },
      close: () => closeSocket(stranger),
    };
  },
};
