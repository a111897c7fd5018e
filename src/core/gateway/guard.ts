import type { RTCPeerConnection } from 'werift';
import { hasSoundHeader } from '../rtp/packet.ts';

/**
 * Whether the WebRTC stack may see a datagram. werift 0.25.2 believes the length in an RTP header extension, before it
 * authenticates the packet, and hangs on one that lies: what looks like RTP must have a sound header.
 * STUN and DTLS begin with other bytes (RFC 7983).
 */
export function isSafe(datagram: Uint8Array): boolean {
  const first = datagram[0];
  if (first === undefined || first < 128 || first > 191) return true;
  return hasSoundHeader(datagram);
}

const guarded = new WeakSet<object>();

/** Puts the check in front of everything that reads a connection's datagrams. Harmless to call again. */
export function guard(connection: RTCPeerConnection): void {
  for (const { connection: ice } of connection.iceTransports) {
    if (guarded.has(ice)) continue;
    guarded.add(ice);
    const deliver = ice.onData.execute;
    ice.onData.execute = (datagram) => {
      if (isSafe(datagram)) deliver(datagram);
    };
  }
}
