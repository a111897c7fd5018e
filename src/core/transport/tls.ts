import type { Socket } from 'node:net';
import { connect, createServer } from 'node:tls';
import { isPrivate } from '../address/ranges.ts';
import type { TlsIdentity } from './certificate.ts';
import { StreamTransport, type StreamOptions, type Wire } from './stream-transport.ts';
import type { Hop } from './transport.ts';

/**
 * Whose certificate is verified when we open the connection: its chain up to an authority that the system trusts, and
 * that it names the domain that was called or, without one, the address. `public`: everybody's but that of peers at
 * loopback and private addresses, who seldom have one that anybody could verify. `never` keeps the connection secret
 * from those who only listen, not from those who step between.
 */
export type PeerVerification = 'always' | 'public' | 'never';

export interface TlsOptions extends StreamOptions {
  readonly identity: TlsIdentity;
  readonly verify: PeerVerification;
}

/**
 * SIP over TLS 1.2 and later. RFC 3261 §26.3, RFC 5922. Peers that connect to us show no certificate: who they are is
 * for digest authentication and access lists to say.
 */
export class TlsTransport extends StreamTransport {
  constructor(options: TlsOptions) {
    super(tlsWire(options), options);
  }
}

function tlsWire({ identity, verify, log }: TlsOptions): Wire {
  /** By the peer's address: those whose handshake is under way. */
  const shaking = new Map<string, (socket: Socket) => void>();
  // It never listens: sockets are handed to it once the limits let them in.
  const server = createServer({ ...identity, minVersion: 'TLSv1.2' }, (socket) =>
    shaking.get(peerOf(socket))?.(socket),
  );
  server.on('tlsClientError', (error, socket) => {
    log.debug({ why: error.message }, 'TLS handshake failed');
    socket.destroy();
  });
  return {
    name: 'TLS',
    accept: (raw, ready) => {
      const peer = peerOf(raw);
      shaking.set(peer, ready);
      raw.once('close', () => shaking.delete(peer));
      server.emit('connection', raw);
    },
    dial: (to, localAddress, ready) => {
      const socket = connect(
        {
          host: to.host,
          port: to.port,
          minVersion: 'TLSv1.2',
          rejectUnauthorized: verifies(verify, to),
          ...(to.serverName === undefined ? {} : { servername: to.serverName }),
          ...(localAddress === undefined ? {} : { localAddress }),
        },
        () => ready(socket),
      );
      return socket;
    },
  };
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

function verifies(verify: PeerVerification, { host }: Hop): boolean {
  return verify === 'public' ? !isPrivate(host) : verify === 'always';
}
