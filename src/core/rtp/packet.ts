import { err, ok, type Result } from '../message/result.ts';

/** An RTP packet without contributing sources or header extension: we neither mix nor extend. RFC 3550 §5.1. */
export interface RtpPacket {
  readonly payloadType: number;
  readonly marker: boolean;
  readonly sequenceNumber: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payload: Uint8Array;
}

/** Why a datagram is not an RTP packet. */
export type NotRtp = 'too short' | 'too long' | 'wrong version' | 'RTCP' | 'header beyond the end' | 'bad padding';

const FIXED_HEADER = 12;
/** No audio datagram is longer than an Ethernet frame; what is, is not ours to look at. */
const LONGEST = 1500;

/** RTP and RTCP share a port; payload types 64–95 are RTCP's. RFC 5761 §4. */
export function isRtcp(datagram: Uint8Array): boolean {
  const second = datagram[1];
  return datagram.length >= 2 && datagram[0]! >> 6 === 2 && second! >= 192 && second! <= 223;
}

/** SSRC of whoever sent an RTCP packet; undefined where it is too short for one. RFC 3550 §6.4. */
export function senderOf(rtcp: Uint8Array): number | undefined {
  if (rtcp.length < 8) return undefined;
  return new DataView(rtcp.buffer, rtcp.byteOffset, rtcp.byteLength).getUint32(4);
}

/** A payload begins past the CSRC list and the header extension, both checked against the datagram's length. */
export function payloadOffset(datagram: Uint8Array): Result<number, NotRtp> {
  if (datagram.length < FIXED_HEADER) return err('too short');
  if (datagram.length > LONGEST) return err('too long');
  if (datagram[0]! >> 6 !== 2) return err('wrong version');
  let end = FIXED_HEADER + (datagram[0]! & 0x0f) * 4;
  if (datagram[0]! & 0x10) {
    if (end + 4 > datagram.length) return err('header beyond the end');
    end += 4 + ((datagram[end + 2]! << 8) | datagram[end + 3]!) * 4;
  }
  return end <= datagram.length ? ok(end) : err('header beyond the end');
}

/** Whether a datagram's RTP header lies within it. True of SRTP as well, whose header is in the clear. RFC 3711 §3.1. */
export function hasSoundHeader(datagram: Uint8Array): boolean {
  return payloadOffset(datagram).ok;
}

/**
 * Reads one datagram. The payload is a view of it, without the padding.
 * The header extension is skipped, but must lie within the datagram.
 */
export function parseRtp(datagram: Uint8Array): Result<RtpPacket, NotRtp> {
  const start = payloadOffset(datagram);
  if (!start.ok) return start;
  if (isRtcp(datagram)) return err('RTCP');
  let end = datagram.length;
  if (datagram[0]! & 0x20) {
    const padding = datagram[end - 1]!;
    if (padding === 0 || padding > end - start.value) return err('bad padding');
    end -= padding;
  }
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength);
  return ok({
    payloadType: datagram[1]! & 0x7f,
    marker: datagram[1]! > 0x7f,
    sequenceNumber: view.getUint16(2),
    timestamp: view.getUint32(4),
    ssrc: view.getUint32(8),
    payload: datagram.subarray(start.value, end),
  });
}

export function writeRtp(packet: RtpPacket): Uint8Array {
  const length = FIXED_HEADER + packet.payload.length;
  // From Node's pool: memory of its own for each packet costs more than all the rest of passing it on.
  const { buffer, byteOffset } = Buffer.allocUnsafe(length);
  const datagram = new Uint8Array(buffer, byteOffset, length);
  const view = new DataView(buffer, byteOffset, length);
  datagram[0] = 0x80;
  datagram[1] = (packet.marker ? 0x80 : 0) | packet.payloadType;
  view.setUint16(2, packet.sequenceNumber);
  view.setUint32(4, packet.timestamp);
  view.setUint32(8, packet.ssrc);
  datagram.set(packet.payload, FIXED_HEADER);
  return datagram;
}
