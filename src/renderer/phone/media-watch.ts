/** Looks at a session's peer connection twice a second, and tells what has become of its sound. (W28) */
import { MEDIA_LIMIT_MS, mediaHealth, sameMedia, type MediaState } from './media-health.ts';
import type { SoundWay } from './sound-way.ts';

const LOOK_EVERY_MS = 500;

/** The part of RTCPeerConnection that is looked at. */
export interface WatchedConnection extends Pick<
  RTCPeerConnection,
  'connectionState' | 'iceConnectionState' | 'getStats'
> {
  addEventListener(type: string, listener: () => void): void;
  /** WebRTC where it is not said. */
  readonly way?: SoundWay;
}

export interface WatchedSession {
  connection: WatchedConnection;
  /** ICE candidates found so far. */
  candidates(): number;
  /** How long it may take to connect, in milliseconds. */
  limitMs?(): number;
  /** The session has ended: nobody wants to know any more. */
  over(): boolean;
  now(): number;
  later(ms: number, run: () => void): void;
  tell(state: MediaState): void;
}

/** Begins with the answer, and ends by itself with the session. */
export function watchMedia(session: WatchedSession): void {
  const { connection, candidates, over, now, later, tell } = session;
  let told: MediaState | undefined;
  let waitingSince = now();
  let connectedBefore = false;
  let packets = 0;
  let { way } = connection;
  let lastPacketAt = now();

  const judge = () => {
    if (over()) return;
    if (connection.way !== way) {
      ({ way } = connection);
      waitingSince = now();
    }
    const connected = connection.connectionState === 'connected';
    if (connected) {
      if (!connectedBefore) lastPacketAt = now();
      connectedBefore = true;
      waitingSince = now();
    }
    const state = mediaHealth({
      candidates: candidates(),
      connection: connection.connectionState,
      ice: connection.iceConnectionState,
      connectedBefore,
      waitingMs: now() - waitingSince,
      quietMs: now() - lastPacketAt,
      overSocket: way === 'websocket',
      limitMs: session.limitMs?.() ?? MEDIA_LIMIT_MS,
    });
    if (sameMedia(told, state)) return;
    told = state;
    tell(state);
  };
  const look = async () => {
    const received = await receivedPackets(connection).catch(() => packets);
    if (received !== packets) lastPacketAt = now();
    packets = received;
    judge();
    if (!over()) later(LOOK_EVERY_MS, () => void look());
  };

  connection.addEventListener('connectionstatechange', judge);
  connection.addEventListener('iceconnectionstatechange', judge);
  judge();
  void look();
}

/** RTP packets that arrived on all streams of the connection. */
async function receivedPackets(connection: WatchedConnection): Promise<number> {
  const report = await connection.getStats();
  let packets = 0;
  report.forEach((stat: RTCStats) => {
    if (stat.type === 'inbound-rtp') packets += (stat as RTCInboundRtpStreamStats).packetsReceived ?? 0;
  });
  return packets;
}
