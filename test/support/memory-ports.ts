/** RTP sockets that are none: what a session sends is handed over at once, and what it hears is what the test says. */
import type { RemoteInfo, Socket } from 'node:dgram';
import { EventEmitter } from 'node:events';
import { silent } from '../../src/core/log/logger.ts';
import { PortPair, PortRange } from '../../src/core/media/ports.ts';
import { RtpSession } from '../../src/core/media/rtp-session.ts';
import type { Clock } from '../../src/core/time/clock.ts';

const HOST = '127.0.0.1';
const PEER_PORT = 40_000;

class MemorySocket extends EventEmitter {
  sent: ((packet: Uint8Array) => void) | undefined;
  send(packet: Uint8Array): void {
    this.sent?.(packet);
  }
  close(done: () => void): void {
    done();
  }
}

export interface MemoryLeg {
  readonly session: RtpSession;
  /** A datagram of the peer arrives. */
  hear(datagram: Uint8Array): void;
  /** Called with each datagram that the peer is sent. */
  onSent(listener: (datagram: Uint8Array) => void): void;
}

/** A session that has answered a peer. @param formats as in the m= line */
export async function memoryLeg(clock: Clock, formats = '0 101', direction = 'sendrecv'): Promise<MemoryLeg> {
  const [rtp, rtcp] = [new MemorySocket(), new MemorySocket()];
  const range = new PortRange({ clock, host: HOST, portMin: 2, portMax: 1 });
  const ports = new PortPair(4000, rtp as unknown as Socket, rtcp as unknown as Socket);
  const session = new RtpSession({ clock, log: silent, host: HOST, ports, range });
  await session.answerOffer(offerOf(formats, direction));
  const source: RemoteInfo = { address: HOST, port: PEER_PORT, family: 'IPv4', size: 0 };
  return {
    session,
    hear: (datagram) => void rtp.emit('message', datagram, source),
    onSent: (listener) => {
      rtp.sent = listener;
    },
  };
}

function offerOf(formats: string, direction = 'sendrecv'): string {
  const events = formats.includes('101') ? ['a=rtpmap:101 telephone-event/8000'] : [];
  return [
    'v=0',
    `o=peer 1 1 IN IP4 ${HOST}`,
    's=-',
    `c=IN IP4 ${HOST}`,
    't=0 0',
    `m=audio ${PEER_PORT} RTP/AVP ${formats}`,
    ...events,
    `a=${direction}`,
    '',
  ].join('\r\n');
}
