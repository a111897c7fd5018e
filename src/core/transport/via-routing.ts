import type { Via } from '../message/index.ts';
import type { Arrival, Hop } from './transport.ts';

/**
 * What RFC 3261 §18.2.1 and RFC 3581 §4 add to the top Via of a request that arrived: where it really came from.
 * Undefined when nothing has to be added.
 */
export function stampVia(via: Via, from: Arrival): Via | undefined {
  const { host, port } = from.remote;
  const wantsPort = via.params.has('rport');
  if (!wantsPort && via.host === host && !via.params.has('received')) return undefined;
  const params = new Map(via.params);
  // A received that the sender wrote itself is replaced: it would steer our answers.
  params.set('received', host);
  if (wantsPort) params.set('rport', String(port));
  return { ...via, params };
}

/**
 * Where the response to a request goes. RFC 3261 §18.2.2, RFC 3581 §4. Always to the address the request came
 * from: `maddr` and a sent-by naming another host would let a request aim our answers at somebody else.
 * When the connection it came on is gone, to the port of the sent-by at that address, over a new one.
 */
export function responseHop(via: Via | undefined, { transport, remote, flow }: Arrival): Hop {
  if (flow !== undefined) {
    const hop = { transport, host: remote.host, port: remote.port, flow };
    if (transport === 'WS') return hop;
    return { ...hop, reopen: { host: remote.host, port: via?.port ?? defaultPort(transport) } };
  }
  const port = via === undefined || via.params.has('rport') ? remote.port : (via.port ?? defaultPort(transport));
  return { transport, host: remote.host, port };
}

function defaultPort(transport: Arrival['transport']): number {
  return transport === 'TLS' ? 5061 : 5060;
}
