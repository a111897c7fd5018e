/** RTP sockets that are none: what a session sends is handed over at once, and what it hears is what the test says. */
import type { RemoteInfo, Socket } from 'node:dgram';
import { EventEmitter } from 'node:events';
import { silent } from '../../src/core/log/logger.ts';
import { PortPair, PortRange } from '../../src/core/media/ports.ts';
import { RtpSession } from '../../src/core/media/rtp-session.ts';
import type { MediaFactory } from '../../src/core/media/session.ts';
import { writeRtp } from '../../src/core/rtp/packet.ts';
import type { Encryption } from '../../src/core/sdp/sdes.ts';
import type { Clock } from '../../src/core/time/clock.ts';

const HOST = '127.0.0.1';
const PEER_PORT = 40_000;

export class MemorySocket extends EventEmitter {
  sent: ((packet: Uint8Array, port: number, host: string) => void) | undefined;
  send(packet: Uint8Array, port: number, host: string): void {
    this.sent?.(packet, port, host);
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
  /** RTCP of the peer arrives, on the port for it unless `at` is that of the sound. */
  hearControl(datagram: Uint8Array, at?: 'rtp' | 'rtcp'): void;
  /** Called with each datagram from the port for RTCP. */
  onControl(listener: (datagram: Uint8Array, port: number, host: string) => void): void;
}

/** A leg of a switchboard whose sound is in the hands of the test. */
export interface MemoryLine {
  readonly session: RtpSession;
  /** Where each packet went, and its payload type: `10.0.0.8:4000 PT 8`. */
  readonly sent: string[];
  /** A packet of sound comes from there. */
  hear(host: string, port: number, payloadType: number): void;
}

export interface MemoryMedia extends MediaFactory {
  /** In the order in which they were made. */
  readonly lines: MemoryLine[];
}

/** Real RTP sessions on sockets that are none. */
export function memoryMedia(clock: Clock): MemoryMedia {
  const lines: MemoryLine[] = [];
  return {
    lines,
    async rtp(host = HOST, _hosts, _encryption, codecs) {
      const [rtp, rtcp] = [new MemorySocket(), new MemorySocket()];
      const range = new PortRange({ clock, host, portMin: 2, portMax: 1 });
      const ports = new PortPair(10_000 + 2 * lines.length, rtp as unknown as Socket, rtcp as unknown as Socket);
      const session = new RtpSession({ clock, log: silent, host, ports, range, codecs });
      const sent: string[] = [];
      let count = 0;
      rtp.sent = (packet, port, to) => sent.push(`${to}:${port} PT ${packet[1]! & 0x7f}`);
      lines.push({
        session,
        sent,
        hear(address, port, payloadType) {
          count += 1;
          const packet = writeRtp({
            payloadType,
            marker: false,
            sequenceNumber: count,
            timestamp: count * 160,
            ssrc: port,
            payload: new Uint8Array(160).fill(count),
          });
          rtp.emit('message', packet, { address, port, family: 'IPv4', size: packet.length });
        },
      });
      return session;
    },
    webrtc: () => Promise.reject(new Error('there are no browsers here')),
    close: async () => {},
  };
}

/** A session that has answered a peer. @param formats as in the m= line */
export async function memoryLeg(
  clock: Clock,
  formats = '0 101',
  direction = 'sendrecv',
  lines: readonly string[] = [],
): Promise<MemoryLeg> {
  const leg = memorySession(clock);
  await leg.session.answerOffer(offerOf(formats, direction, lines));
  return leg;
}

/** A session that has agreed on nothing yet. */
export function memorySession(clock: Clock, encryption: Encryption = 'off'): MemoryLeg {
  const [rtp, rtcp] = [new MemorySocket(), new MemorySocket()];
  const range = new PortRange({ clock, host: HOST, portMin: 2, portMax: 1 });
  const ports = new PortPair(4000, rtp as unknown as Socket, rtcp as unknown as Socket);
  const session = new RtpSession({ clock, log: silent, host: HOST, ports, range, encryption });
  const source: RemoteInfo = { address: HOST, port: PEER_PORT, family: 'IPv4', size: 0 };
  return {
    session,
    hear: (datagram) => void rtp.emit('message', datagram, source),
    onSent: (listener) => {
      rtp.sent = listener;
    },
    hearControl: (datagram, at = 'rtcp') => {
      const [socket, port] = at === 'rtp' ? [rtp, PEER_PORT] : [rtcp, PEER_PORT + 1];
      socket.emit('message', datagram, { ...source, port });
    },
    onControl: (listener) => {
      rtcp.sent = listener;
    },
  };
}

function offerOf(formats: string, direction: string, lines: readonly string[]): string {
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
    ...lines,
    '',
  ].join('\r\n');
}
