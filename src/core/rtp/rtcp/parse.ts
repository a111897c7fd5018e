import { BLOCK_LENGTH, CNAME, PACKET_TYPE, type ReportBlock, type RtcpPacket, type Sdes } from './packet.ts';

/**
 * Reads a datagram of RTCP packets: compound, or reduced to one (RFC 5506). Packets of other types are passed over. What
 * follows upon damage is left out, so that a peer with a broken extension is still understood. Never throws.
 * @returns none for what is no RTCP
 */
export function parseRtcp(datagram: Uint8Array): RtcpPacket[] {
  const packets: RtcpPacket[] = [];
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength);
  let at = 0;
  while (at + 4 <= datagram.length && datagram[at]! >> 6 === 2) {
    const end = at + 4 * (view.getUint16(at + 2) + 1);
    if (end > datagram.length) break;
    const packet = read(view, at, end);
    if (packet) packets.push(packet);
    at = end;
  }
  return packets;
}

function read(view: DataView, start: number, whole: number): RtcpPacket | undefined {
  const first = view.getUint8(start);
  const end = first & 0x20 ? whole - view.getUint8(whole - 1) : whole;
  const count = first & 0x1f;
  const body = start + 4;
  switch (view.getUint8(start + 1)) {
    case PACKET_TYPE.SR:
      return readSenderReport(view, body, end, count);
    case PACKET_TYPE.RR:
      if (body + 4 > end) return undefined;
      return { type: 'RR', ssrc: view.getUint32(body), blocks: readBlocks(view, body + 4, end, count) };
    case PACKET_TYPE.SDES:
      return { type: 'SDES', chunks: readChunks(view, body, end, count) };
    case PACKET_TYPE.BYE: {
      const named = Math.max(0, Math.min(count, Math.floor((end - body) / 4)));
      return { type: 'BYE', ssrcs: Array.from({ length: named }, (_, n) => view.getUint32(body + 4 * n)) };
    }
    default:
      return undefined;
  }
}

function readSenderReport(view: DataView, at: number, end: number, count: number): RtcpPacket | undefined {
  if (at + 24 > end) return undefined;
  return {
    type: 'SR',
    ssrc: view.getUint32(at),
    ntpSeconds: view.getUint32(at + 4),
    ntpFraction: view.getUint32(at + 8),
    rtpTimestamp: view.getUint32(at + 12),
    packets: view.getUint32(at + 16),
    octets: view.getUint32(at + 20),
    blocks: readBlocks(view, at + 24, end, count),
  };
}

/** As many as there is room for. */
function readBlocks(view: DataView, start: number, end: number, count: number): ReportBlock[] {
  const blocks: ReportBlock[] = [];
  for (let at = start; blocks.length < count && at + BLOCK_LENGTH <= end; at += BLOCK_LENGTH) {
    const loss = view.getInt32(at + 4);
    blocks.push({
      ssrc: view.getUint32(at),
      fractionLost: loss >>> 24,
      cumulativeLost: (loss << 8) >> 8,
      highestSequence: view.getUint32(at + 8),
      jitter: view.getUint32(at + 12),
      lastSr: view.getUint32(at + 16),
      delaySinceLastSr: view.getUint32(at + 20),
    });
  }
  return blocks;
}

function readChunks(view: DataView, start: number, end: number, count: number): Sdes['chunks'] {
  const chunks: { ssrc: number; cname: string | undefined }[] = [];
  let at = start;
  while (chunks.length < count && at + 4 <= end) {
    const ssrc = view.getUint32(at);
    let cname: string | undefined;
    at += 4;
    while (at + 1 < end && view.getUint8(at) !== 0) {
      const [item, length] = [view.getUint8(at), view.getUint8(at + 1)];
      if (at + 2 + length > end) return chunks;
      if (item === CNAME) cname = textAt(view, at + 2, length);
      at += 2 + length;
    }
    chunks.push({ ssrc, cname });
    // A zero ends the list, and others fill the word up; there is at least one.
    at = start + 4 * (Math.floor((at - start) / 4) + 1);
  }
  return chunks;
}

function textAt(view: DataView, at: number, length: number): string {
  return new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at, length));
}
