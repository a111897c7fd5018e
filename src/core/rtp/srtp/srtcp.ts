/** SRTCP, one direction each. The index of 31 bits is in the packet, so that nothing has to be guessed. RFC 3711 §3.4, RFC 7714 §9. */
import { err, ok, type Result } from '../../message/result.ts';
import { ReplayWindow } from './packet-index.ts';
import type { MasterKey, Rejection } from './srtp.ts';
import { Transform } from './transform.ts';

/** What is sent in the clear of a compound packet: the first header and its sender. */
const HEADER = 8;
/** The index, with the flag that says that the packet is encrypted. */
const INDEX = 4;
const ENCRYPTED = 0x8000_0000;
const LAST_INDEX = 0x7fff_ffff;
const NO_MKI = new Uint8Array(0);
const EMPTY = new Uint8Array(0);

const word = (bytes: Uint8Array, at: number): number =>
  ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;

export class SrtcpSender {
  readonly #transform: Transform;
  /** RFC 3711 §3.4: 0 for the first packet, and never the same again under one key. */
  #next = 0;

  constructor({ suite, bytes }: MasterKey) {
    this.#transform = new Transform(suite, bytes, 'rtcp');
  }

  /**
   * @param packet a well-formed compound packet of ours; left as it is
   * @returns the packet to send; undefined when the key has protected as many as it may
   */
  protect(packet: Uint8Array): Uint8Array | undefined {
    if (packet.length < HEADER || this.#next > LAST_INDEX) return undefined;
    const transform = this.#transform;
    const position = { ssrc: word(packet, 4), index: this.#next++ };
    const trailer = Buffer.alloc(INDEX);
    trailer.writeUInt32BE((ENCRYPTED | position.index) >>> 0);
    const [header, body] = [packet.subarray(0, HEADER), packet.subarray(HEADER)];
    if (transform.suite.cipher === 'gcm') {
      const { text, tag } = transform.seal(body, Buffer.concat([header, trailer]), transform.iv(position));
      return Buffer.concat([header, text, tag, trailer]);
    }
    const out = Buffer.concat([packet, trailer]);
    transform.count(out.subarray(HEADER, packet.length), position);
    return Buffer.concat([out, transform.tagOf(out)]);
  }
}

export class SrtcpReceiver {
  readonly #transform: Transform;
  readonly #mki: Uint8Array;
  readonly #window = new ReplayWindow();

  constructor({ suite, bytes, mki = NO_MKI }: MasterKey) {
    this.#transform = new Transform(suite, bytes, 'rtcp');
    this.#mki = mki;
  }

  /** @returns the compound packet; what is not encrypted, although we agreed on it, is not authentic either */
  unprotect(datagram: Uint8Array): Result<Uint8Array, Rejection> {
    const { suite, tagBytes } = this.#transform;
    const gcm = suite.cipher === 'gcm';
    const end = datagram.length - tagBytes - INDEX - this.#mki.length;
    if (end < HEADER) return err('malformed');
    const indexAt = gcm ? end + tagBytes : end;
    const mkiAt = indexAt + INDEX;
    if (!this.#mki.every((byte, i) => datagram[mkiAt + i] === byte)) return err('malformed');
    const trailer = word(datagram, indexAt);
    const position = { ssrc: word(datagram, 4), index: trailer & LAST_INDEX };
    if (trailer < ENCRYPTED) return err('unauthentic');
    if (!this.#window.isNew(position.index)) return err('replayed');
    const plain = gcm ? this.#unseal(datagram, end, indexAt, position) : this.#decrypt(datagram, end, position);
    if (!plain) return err('unauthentic');
    this.#window.take(position.index);
    return ok(plain);
  }

  #unseal(
    datagram: Uint8Array,
    end: number,
    indexAt: number,
    position: { ssrc: number; index: number },
  ): Uint8Array | undefined {
    const transform = this.#transform;
    const header = datagram.subarray(0, HEADER);
    const additional = Buffer.concat([header, datagram.subarray(indexAt, indexAt + INDEX)]);
    const tag = datagram.subarray(end, end + transform.tagBytes);
    const plain = transform.unseal(datagram.subarray(HEADER, end), tag, additional, transform.iv(position));
    return plain && Buffer.concat([header, plain]);
  }

  #decrypt(datagram: Uint8Array, end: number, position: { ssrc: number; index: number }): Uint8Array | undefined {
    const transform = this.#transform;
    const tag = datagram.subarray(datagram.length - transform.tagBytes);
    if (!transform.isTagOf(tag, datagram.subarray(0, end + INDEX), EMPTY)) return undefined;
    transform.count(datagram.subarray(HEADER, end), position);
    return datagram.subarray(0, end);
  }
}
