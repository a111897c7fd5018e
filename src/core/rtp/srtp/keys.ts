/** The session keys of one direction, derived from its master key. RFC 3711 §4.3, RFC 6188 §3, RFC 7714 §11. */
import { createCipheriv, createSecretKey, type Cipheriv, type KeyObject } from 'node:crypto';
import type { Suite } from './suites.ts';

/** What the keys of one kind of packet are made for. */
export interface SessionKeys {
  readonly encryption: KeyObject;
  /** Empty with GCM, which authenticates by the same key. */
  readonly authentication: KeyObject;
  readonly salt: Uint8Array;
}

/** Labels of the derivation: the three keys of SRTP, then those of SRTCP. RFC 3711 §4.3.2. */
const RTP_LABELS = 0;
const RTCP_LABELS = 3;
const AUTHENTICATION_BYTES = 20;
/** The salt of GCM is two bytes shorter: the derivation takes it with two zeros. RFC 7714 §11. */
const DERIVATION_SALT_BYTES = 14;

/**
 * @param master key and salt, as `a=crypto` has them
 * @param packets which keys
 */
export function sessionKeys(suite: Suite, master: Uint8Array, packets: 'rtp' | 'rtcp'): SessionKeys {
  const masterKey = createSecretKey(master.subarray(0, suite.keyBytes));
  const masterSalt = new Uint8Array(DERIVATION_SALT_BYTES);
  masterSalt.set(master.subarray(suite.keyBytes, suite.keyBytes + suite.saltBytes));
  const label = packets === 'rtp' ? RTP_LABELS : RTCP_LABELS;
  const derive = (kind: number, length: number): Uint8Array => {
    const iv = Buffer.alloc(16);
    iv.set(masterSalt);
    // The key derivation rate is 0: of label and index the label alone is left.
    iv[7]! ^= label + kind;
    return new Uint8Array(keystream(blockCipher(suite, masterKey), iv, length));
  };
  return {
    encryption: createSecretKey(derive(0, suite.keyBytes)),
    authentication: createSecretKey(suite.cipher === 'gcm' ? new Uint8Array(1) : derive(1, AUTHENTICATION_BYTES)),
    salt: derive(2, suite.saltBytes),
  };
}

/** Encrypts single blocks. It is kept: making a cipher for each packet costs more than all the rest of it. */
export function blockCipher(suite: Suite, key: KeyObject): Cipheriv {
  const bits = suite.keyBytes === 32 ? 256 : 128;
  return createCipheriv(`aes-${bits}-ecb`, key, null).setAutoPadding(false);
}

const BLOCK = 16;

/**
 * AES in counter mode, by blocks of a cipher that is kept. RFC 3711 §4.1.1.
 * @param iv the first counter; its last two bytes count blocks and begin at 0
 */
export function keystream(cipher: Cipheriv, iv: Uint8Array, length: number): Buffer {
  const blocks = Math.ceil(length / BLOCK);
  const counters = Buffer.allocUnsafe(blocks * BLOCK);
  for (let block = 0; block < blocks; block++) {
    counters.set(iv, block * BLOCK);
    counters[block * BLOCK + 14] = block >> 8;
    counters[block * BLOCK + 15] = block & 0xff;
  }
  return cipher.update(counters).subarray(0, length);
}
