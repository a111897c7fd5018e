import { BLOCK_LENGTH, CNAME, MOST_BLOCKS, PACKET_TYPE, type ReportBlock, type RtcpPacket } from './packet.ts';

/** One datagram; the first packet is a report unless it is meant to be of reduced size. RFC 3550 §6.1. */
export function writeRtcp(packets: readonly RtcpPacket[]): Uint8Array {
  const datagram = new Uint8Array(packets.reduce((sum, packet) => sum + lengthOf(packet), 0));
  const view = new DataView(datagram.buffer);
  let at = 0;
  for (const packet of packets) {
    const length = lengthOf(packet);
    view.setUint8(at, 0x80 | countOf(packet));
    view.setUint8(at + 1, PACKET_TYPE[packet.type]);
    view.setUint16(at + 2, length / 4 - 1);
    writeBody(view, at + 4, packet);
    at += length;
  }
  return datagram;
}

/** In bytes, with the header. */
function lengthOf(packet: RtcpPacket): number {
  switch (packet.type) {
    case 'SR':
      return 28 + BLOCK_LENGTH * countOf(packet);
    case 'RR':
      return 8 + BLOCK_LENGTH * countOf(packet);
    case 'SDES':
      return packet.chunks.reduce((sum, { cname }) => sum + chunkLength(cname), 4);
    case 'BYE':
      return 4 + 4 * packet.ssrcs.length;
  }
}

function countOf(packet: RtcpPacket): number {
  if (packet.type === 'SDES') return packet.chunks.length;
  return packet.type === 'BYE' ? packet.ssrcs.length : Math.min(MOST_BLOCKS, packet.blocks.length);
}

/** SSRC, one item, and one to four zeros. A CNAME of ours is ASCII. */
const chunkLength = (cname = ''): number => 4 + 4 * Math.ceil((cname.length + 3) / 4);

function writeBody(view: DataView, at: number, packet: RtcpPacket): void {
  switch (packet.type) {
    case 'SR':
      view.setUint32(at, packet.ssrc);
      view.setUint32(at + 4, packet.ntpSeconds);
      view.setUint32(at + 8, packet.ntpFraction);
      view.setUint32(at + 12, packet.rtpTimestamp);
      view.setUint32(at + 16, packet.packets);
      view.setUint32(at + 20, packet.octets);
      return writeBlocks(view, at + 24, packet.blocks);
    case 'RR':
      view.setUint32(at, packet.ssrc);
      return writeBlocks(view, at + 4, packet.blocks);
    case 'SDES': {
      let chunk = at;
      for (const { ssrc, cname = '' } of packet.chunks) {
        view.setUint32(chunk, ssrc);
        view.setUint8(chunk + 4, CNAME);
        view.setUint8(chunk + 5, cname.length);
        for (let n = 0; n < cname.length; n += 1) view.setUint8(chunk + 6 + n, cname.charCodeAt(n));
        chunk += chunkLength(cname);
      }
      return;
    }
    case 'BYE':
      packet.ssrcs.forEach((ssrc, n) => view.setUint32(at + 4 * n, ssrc));
  }
}

function writeBlocks(view: DataView, start: number, blocks: readonly ReportBlock[]): void {
  let at = start;
  for (const block of blocks.slice(0, MOST_BLOCKS)) {
    view.setUint32(at, block.ssrc);
    // 24 bits, and no further: RFC 3550 §A.3.
    const lost = Math.max(-0x80_0000, Math.min(0x7f_ffff, block.cumulativeLost));
    view.setUint32(at + 4, ((block.fractionLost << 24) | (lost & 0xff_ffff)) >>> 0);
    view.setUint32(at + 8, block.highestSequence);
    view.setUint32(at + 12, block.jitter);
    view.setUint32(at + 16, block.lastSr);
    view.setUint32(at + 20, block.delaySinceLastSr);
    at += BLOCK_LENGTH;
  }
}
