/**
 * Encrypts and authenticates the bytes of one packet: counter mode with HMAC-SHA1 (RFC 3711 §4), or GCM (RFC 7714). Where
 * the packet's parts begin and which index it has is for `srtp.ts` and `srtcp.ts` to say.
 */
import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual, type Cipheriv } from 'node:crypto';
import { blockCipher, keystream, sessionKeys, type SessionKeys } from './keys.ts';
import type { Suite } from './suites.ts';

/** A packet's place in its stream. */
export interface Position {
  readonly ssrc: number;
  /** Of 48 bits for SRTP, of 31 for SRTCP. */
  readonly index: number;
}

const NONE = new Uint8Array(0);

export class Transform {
  readonly suite: Suite;
  readonly tagBytes: number;
  readonly #keys: SessionKeys;
  readonly #blocks: Cipheriv;
  readonly #cipherName: 'aes-128-gcm' | 'aes-256-gcm';

  constructor(suite: Suite, master: Uint8Array, packets: 'rtp' | 'rtcp') {
    this.suite = suite;
    this.tagBytes = packets === 'rtp' ? suite.tagBytes : suite.controlTagBytes;
    this.#keys = sessionKeys(suite, master, packets);
    this.#blocks = blockCipher(suite, this.#keys.encryption);
    this.#cipherName = suite.keyBytes === 32 ? 'aes-256-gcm' : 'aes-128-gcm';
  }

  /**
   * Writes the encrypted payload over the plain one, in counter mode; what is encrypted comes out as it was put in.
   * @param payload changed in place
   */
  count(payload: Uint8Array, { ssrc, index }: Position): void {
    const iv = new Uint8Array(16);
    iv.set(this.#keys.salt);
    xor32(iv, 4, ssrc);
    xor32(iv, 8, Math.floor(index / 0x1_0000));
    iv[12]! ^= (index >> 8) & 0xff;
    iv[13]! ^= index & 0xff;
    const stream = keystream(this.#blocks, iv, payload.length);
    for (let i = 0; i < payload.length; i++) payload[i]! ^= stream[i]!;
  }

  /** @param trailer what is authenticated and not sent: the rollover counter */
  tagOf(authenticated: Uint8Array, trailer: Uint8Array = NONE): Uint8Array {
    const hmac = createHmac('sha1', this.#keys.authentication).update(authenticated);
    if (trailer.length > 0) hmac.update(trailer);
    return hmac.digest().subarray(0, this.tagBytes);
  }

  /** In constant time, so that nobody learns a tag byte by byte. */
  isTagOf(tag: Uint8Array, authenticated: Uint8Array, trailer: Uint8Array = NONE): boolean {
    return timingSafeEqual(tag, this.tagOf(authenticated, trailer));
  }

  /** GCM. @returns the encrypted text with its tag */
  seal(plain: Uint8Array, additional: Uint8Array, iv: Uint8Array): { text: Uint8Array; tag: Uint8Array } {
    const cipher = createCipheriv(this.#cipherName, this.#keys.encryption, iv);
    cipher.setAAD(additional);
    const text = cipher.update(plain);
    cipher.final();
    return { text, tag: cipher.getAuthTag() };
  }

  /** GCM. @returns the plain text; undefined when it is not authentic */
  unseal(text: Uint8Array, tag: Uint8Array, additional: Uint8Array, iv: Uint8Array): Uint8Array | undefined {
    const decipher = createDecipheriv(this.#cipherName, this.#keys.encryption, iv, { authTagLength: this.tagBytes });
    decipher.setAAD(additional);
    decipher.setAuthTag(tag);
    const plain = decipher.update(text);
    try {
      decipher.final();
      return plain;
    } catch {
      return undefined;
    }
  }

  /** RFC 7714 §8.1 and §9.1: the index in the last six bytes, the SSRC before it. */
  iv({ ssrc, index }: Position): Uint8Array {
    const iv = Uint8Array.from(this.#keys.salt);
    xor32(iv, 2, ssrc);
    xor32(iv, 6, Math.floor(index / 0x1_0000));
    iv[10]! ^= (index >> 8) & 0xff;
    iv[11]! ^= index & 0xff;
    return iv;
  }
}

function xor32(bytes: Uint8Array, at: number, word: number): void {
  bytes[at]! ^= word >>> 24;
  bytes[at + 1]! ^= (word >>> 16) & 0xff;
  bytes[at + 2]! ^= (word >>> 8) & 0xff;
  bytes[at + 3]! ^= word & 0xff;
}
