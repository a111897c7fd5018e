/** SRTP, one direction each: sound packets are encrypted, authenticated, and taken once. RFC 3711 §3.3, RFC 7714 §8. */
import { err, ok, type Result } from '../../message/result.ts';
import { payloadOffset } from '../packet.ts';
import { indexOf, ReplayWindow, rolloverOf } from './packet-index.ts';
import type { Suite } from './suites.ts';
import { Transform } from './transform.ts';

/** A master key as `a=crypto` gives it. */
export interface MasterKey {
  readonly suite: Suite;
  /** Key and salt, one after the other. */
  readonly bytes: Uint8Array;
  /** Which key a packet is under, in the packet itself. RFC 3711 §3.1. */
  readonly mki?: Uint8Array;
}

/**
 * Why a packet was dropped. `replayed`: taken before, or older than the window; `unauthentic`: another key, or changed on
 * the way; `malformed`: too short, or its header lies.
 */
export type Rejection = 'malformed' | 'replayed' | 'unauthentic';

/** Sources of one direction that are followed at the same time; a peer has one, and a new one after a restart. */
const MOST_SOURCES = 16;
const NO_MKI = new Uint8Array(0);

const sequenceNumberOf = (packet: Uint8Array): number => (packet[2]! << 8) | packet[3]!;
const ssrcOf = (packet: Uint8Array): number =>
  ((packet[8]! << 24) | (packet[9]! << 16) | (packet[10]! << 8) | packet[11]!) >>> 0;

/** The rollover counter, as it is authenticated. */
function rolloverBytes(index: number): Uint8Array {
  const rollover = rolloverOf(index);
  return Uint8Array.of(rollover >>> 24, (rollover >>> 16) & 0xff, (rollover >>> 8) & 0xff, rollover & 0xff);
}

export class SrtpSender {
  readonly #transform: Transform;
  /** Newest index of each source. */
  readonly #newest = new Map<number, number>();

  constructor({ suite, bytes }: MasterKey) {
    this.#transform = new Transform(suite, bytes, 'rtp');
  }

  /**
   * @param packet a well-formed RTP packet of ours; left as it is
   * @returns the packet to send; undefined when the key has protected as many as it may
   */
  protect(packet: Uint8Array): Uint8Array | undefined {
    const transform = this.#transform;
    const ssrc = ssrcOf(packet);
    const newest = this.#newest.get(ssrc);
    const index = indexOf(newest, sequenceNumberOf(packet));
    const start = payloadOffset(packet);
    if (index === undefined || !start.ok) return undefined;
    if (newest === undefined || index > newest) this.#newest.set(ssrc, index);
    const out = Buffer.allocUnsafe(packet.length + transform.tagBytes);
    out.set(packet);
    const end = packet.length;
    const position = { ssrc, index };
    if (transform.suite.cipher === 'gcm') {
      const header = packet.subarray(0, start.value);
      const { text, tag } = transform.seal(packet.subarray(start.value), header, transform.iv(position));
      out.set(text, start.value);
      out.set(tag, end);
      return out;
    }
    transform.count(out.subarray(start.value, end), position);
    out.set(transform.tagOf(out.subarray(0, end), rolloverBytes(index)), end);
    return out;
  }
}

export class SrtpReceiver {
  readonly #transform: Transform;
  readonly #mki: Uint8Array;
  readonly #windows = new Map<number, ReplayWindow>();
  readonly #before: ((ssrc: number) => number | undefined) | undefined;

  /** @param before the receiver whose key this one replaces: its rollover counters may go on. RFC 3711 §3.3.1 */
  constructor({ suite, bytes, mki = NO_MKI }: MasterKey, before?: SrtpReceiver) {
    this.#transform = new Transform(suite, bytes, 'rtp');
    this.#mki = mki;
    this.#before = before && ((ssrc) => before.#windows.get(ssrc)?.newest);
  }

  /**
   * @param datagram decrypted in place
   * @returns the RTP packet, a view of the datagram
   */
  unprotect(datagram: Uint8Array): Result<Uint8Array, Rejection> {
    const start = payloadOffset(datagram);
    const end = datagram.length - this.#transform.tagBytes - this.#mki.length;
    if (!start.ok || start.value > end || !this.#hasMki(datagram, end)) return err('malformed');
    const ssrc = ssrcOf(datagram);
    const window = this.#windows.get(ssrc) ?? new ReplayWindow();
    let replayed = false;
    for (const index of this.#candidates(ssrc, window.newest, sequenceNumberOf(datagram))) {
      if (index === undefined) continue;
      if (!window.isNew(index)) {
        replayed = true;
        continue;
      }
      if (!this.#open(datagram, start.value, end, { ssrc, index })) continue;
      window.take(index);
      this.#remember(ssrc, window);
      return ok(datagram.subarray(0, end));
    }
    return err(replayed ? 'replayed' : 'unauthentic');
  }

  /** With counter mode the MKI stands before the tag, with GCM after it. RFC 3711 §3.1, RFC 7714 §13. */
  #hasMki(datagram: Uint8Array, end: number): boolean {
    const { suite, tagBytes } = this.#transform;
    const at = suite.cipher === 'gcm' ? end + tagBytes : end;
    return this.#mki.every((byte, i) => datagram[at + i] === byte);
  }

  /**
   * The index that follows from the newest packet. Before the first one under this key: the rollover counter may go on from
   * the key before, begin at 0, or be 1 already, where the packets around a wrap were lost.
   */
  #candidates(ssrc: number, newest: number | undefined, sequenceNumber: number): readonly (number | undefined)[] {
    if (newest !== undefined) return [indexOf(newest, sequenceNumber)];
    const goingOn = indexOf(this.#before?.(ssrc) ?? undefined, sequenceNumber);
    const first = goingOn === sequenceNumber ? [] : [goingOn];
    return [...first, sequenceNumber, sequenceNumber + 0x1_0000];
  }

  #open(datagram: Uint8Array, start: number, end: number, position: { ssrc: number; index: number }): boolean {
    const transform = this.#transform;
    const { tagBytes } = transform;
    if (transform.suite.cipher === 'gcm') {
      const [header, text] = [datagram.subarray(0, start), datagram.subarray(start, end)];
      const plain = transform.unseal(text, datagram.subarray(end, end + tagBytes), header, transform.iv(position));
      if (plain) datagram.set(plain, start);
      return plain !== undefined;
    }
    const tag = datagram.subarray(datagram.length - tagBytes);
    if (!transform.isTagOf(tag, datagram.subarray(0, end), rolloverBytes(position.index))) return false;
    transform.count(datagram.subarray(start, end), position);
    return true;
  }

  /** The oldest source gives way. */
  #remember(ssrc: number, window: ReplayWindow): void {
    if (this.#windows.has(ssrc)) return;
    this.#windows.set(ssrc, window);
    const [oldest] = this.#windows.keys();
    if (this.#windows.size > MOST_SOURCES) this.#windows.delete(oldest!);
  }
}
