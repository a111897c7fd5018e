/** Raw RTP and RTCP into a bridged pair of sessions on real sockets, from the peer itself and from a stranger. */
import { createSocket, type Socket } from 'node:dgram';
import { createMediaFactory } from '../../../src/core/composition/media-factory.ts';
import { silent } from '../../../src/core/log/logger.ts';
import type { MediaSession } from '../../../src/core/media/session.ts';
import { writeTelephoneEvent } from '../../../src/core/rtp/dtmf.ts';
import { writeRtp } from '../../../src/core/rtp/packet.ts';
import { RealClock } from '../../../src/core/time/real-clock.ts';
import { portOf, RtpPeer } from '../../support/rtp-peer.ts';
import type { Dice } from '../dice.ts';
import { mutateBinary } from '../mutate.ts';
import { expectThat, type Case, type Part } from '../part.ts';
import { soundArrives } from './sound-arrives.ts';

const HOST = '127.0.0.1';
const RTP_FROM_PEER = 0;
const RTCP_FROM_PEER = 1;
const RTP_FROM_STRANGER = 2;

const speech = writeRtp({
  payloadType: 0,
  marker: false,
  sequenceNumber: 65_530,
  timestamp: 4_294_967_000,
  ssrc: 0xcafe,
  payload: new Uint8Array(160).fill(0xd5),
});
const key = writeRtp({
  payloadType: 101,
  marker: true,
  sequenceNumber: 7,
  timestamp: 800,
  ssrc: 0xcafe,
  payload: writeTelephoneEvent({ event: 5, end: false, volume: 10, duration: 800 }),
});
const withExtension = Buffer.concat([
  Buffer.from([0x91]),
  speech.subarray(1, 12),
  Buffer.from('00000001bede000110aa0000', 'hex'),
  speech.subarray(12),
]);
const report = Buffer.from('81c9000700000001000000020000000000000000000000000000000000000000', 'hex');
const compound = Buffer.from('80c80006000000010000000000000000000000000000000000000000', 'hex');
const bye = Buffer.from('81cb000100000001', 'hex');

export const rtpSeeds: readonly Uint8Array[] = [speech, key, withExtension, report, compound, bye];

function generate(dice: Dice): Case {
  const pieces = Array.from({ length: 1 + dice.below(40) }, () => ({
    at: dice.below(4),
    bytes: dice.chance(0.1) ? dice.bytes(dice.below(80)) : mutateBinary(dice.pick(rtpSeeds), dice),
  }));
  return { plan: 0, pieces };
}

export const rtp: Part = {
  name: 'rtp',
  inSuite: 200,
  async open() {
    const clock = new RealClock();
    const media = await createMediaFactory({ clock, log: silent, host: HOST, portMin: 42_000, portMax: 42_999 });
    const sessions: MediaSession[] = [];
    const answered = async (peer: RtpPeer): Promise<number> => {
      const session = await media.rtp();
      sessions.push(session);
      return portOf(await session.answerOffer(peer.sdp()));
    };
    const [near, far] = [await RtpPeer.open(), await RtpPeer.open()];
    const port = await answered(near);
    await answered(far);
    if (sessions[1]) sessions[0]!.tap(sessions[1]);
    const stranger = await openSocket();
    const heard = (): Promise<void> =>
      soundArrives(
        (payload, sequenceNumber) =>
          near.send(
            writeRtp({
              payloadType: 0,
              marker: false,
              sequenceNumber,
              timestamp: sequenceNumber * 160,
              ssrc: 77,
              payload,
            }),
            port,
          ),
        (payload) => {
          const found = far.packets.some((packet) => Buffer.from(packet.payload).equals(payload));
          if (found) far.packets.length = 0;
          return found;
        },
      );
    // The peer speaks first: from then on it alone is heard.
    await heard();
    return {
      generate,
      async check({ pieces }) {
        for (const { at, bytes } of pieces) {
          const to = at === RTP_FROM_PEER || at === RTP_FROM_STRANGER ? port : port + 1;
          if (at === RTP_FROM_PEER || at === RTCP_FROM_PEER) near.send(bytes, to);
          else stranger.send(bytes, to, HOST);
        }
        await heard();
        expectThat(
          far.packets.every((packet) => packet.payload.length <= 1500),
          'a packet grew',
        );
      },
      async close() {
        await Promise.all([media.close(), near.close(), far.close()]);
        await closeSocket(stranger);
      },
    };
  },
};

export async function openSocket(): Promise<Socket> {
  const socket = createSocket('udp4');
  await new Promise<void>((bound) => socket.bind(0, HOST, bound));
  return socket;
}

export function closeSocket(socket: Socket): Promise<void> {
  return new Promise((closed) => socket.close(() => closed()));
}
