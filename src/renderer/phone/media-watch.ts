/** Looks at a session's peer connection twice a second, and tells what has become of its sound. (W28) */
import { mediaHealth, sameMedia, type MediaState } from './media-health.ts';

const LOOK_EVERY_MS = 500;

/** The part of RTCPeerConnection that is looked at. */
export type WatchedConnection = Pick<
  RTCPeerConnection,
  'connectionState' | 'iceConnectionState' | 'getStats' | 'addEventListener'
>;

export interface WatchedSession {
  connection: WatchedConnection;
  /** ICE candidates found so far. */
  candidates(): number;
  /** The session has ended: nobody wants to know any more. */
  over(): boolean;
  now(): number;
  later(ms: number, run: () => void): void;
  tell(state: MediaState): void;
}

/** Begins with the answer, and ends by itself with the session. */
export function watchMedia({ connection, candidates, over, now, later, tell }: WatchedSession): void {
  let told: MediaState | undefined;
  let waitingSince = now();
  let connectedBefore = false;
  let packets = 0;
  let lastPacketAt = now();

  const judge = () => {
    if (over()) return;
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
