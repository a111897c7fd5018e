import { makeCertificate } from '../gateway/certificate.ts';
import type { CodecName } from '../codec/codec.ts';
import { prepareCodecs } from '../codec/registry.ts';
import type { Logger } from '../log/logger.ts';
import { PortRange } from '../media/ports.ts';
import { RtpSession } from '../media/rtp-session.ts';
import { TurnoverMap } from '../collections/turnover-map.ts';
import type { MediaFactory, MediaSession } from '../media/session.ts';
import type { Encryption } from '../sdp/sdes.ts';
import type { Clock } from '../time/clock.ts';
import { loopbackFor } from '../transport/index.ts';
import type { AudioPlaces } from '../transport/audio-sockets.ts';
import { ConsoleSession } from '../gateway/console-session.ts';
import { WebRtcSession } from '../gateway/webrtc-session.ts';

export interface MediaOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** The address to bind RTP sockets to. */
  readonly host: string;
  readonly portMin: number;
  readonly portMax: number;
  /** Whether keys are looked for in the sound of plain legs. M6. */
  readonly inbandDtmf?: () => boolean;
  /** Where browsers without WebRTC bring their sound; without it they have none. */
  readonly places?: AudioPlaces;
}

/** Makes the media of calls, plain and WebRTC. */
export async function createMediaFactory({
  clock,
  log,
  host,
  portMin,
  portMax,
  places,
  inbandDtmf,
}: MediaOptions): Promise<MediaFactory> {
  const range = new PortRange({ clock, host, portMin, portMax });
  const sessions = new TurnoverMap<MediaSession, true>();
  let closed = false;
  const make = <S extends MediaSession>(create: (onClose: () => void) => S): S => {
    if (closed) throw new Error('the media factory is closed');
    const session = create(() => sessions.delete(session));
    sessions.set(session, true);
    return session;
  };
  await makeCertificate();
  return {
    async rtp(named = loopbackFor(host), peerHosts, encryption, codecs) {
      await ready(codecs);
      const ports = await range.take();
      try {
        const parts = { clock, log, host: named, ports, range, peerHosts, encryption, inbandDtmf, codecs };
        return make((onClose) => new RtpSession({ ...parts, onClose }));
      } catch (error) {
        await range.give(ports);
        throw error;
      }
    },
    async webrtc(codecs) {
      await ready(codecs);
      return make<MediaSession>((onClose) =>
        places
          ? new ConsoleSession({ clock, log, places, codecs, onClose })
          : new WebRtcSession({ clock, log, codecs, onClose }),
      );
    },
    async close() {
      closed = true;
      await Promise.all(Array.from(sessions.keys(), (session) => session.close()));
      await range.close();
    },
  };
}

/** Opus takes a moment to be loaded, the first time. */
const ready = (codecs: readonly CodecName[] = []): Promise<void> | undefined =>
  codecs.includes('opus') ? prepareCodecs() : undefined;

/** The same media, with plain RTP encrypted as `encryption` says each time. M5. */
export function withEncryption(media: MediaFactory, encryption: () => Encryption): MediaFactory {
  return { ...media, rtp: (host, peerHosts) => media.rtp(host, peerHosts, encryption()) };
}
