/** The crypto suites of SRTP that we know. RFC 4568 §6.2 (128-bit counter mode), RFC 6188 (256-bit), RFC 7714 (GCM). */
export interface Suite {
  /** As in `a=crypto`. */
  readonly name: string;
  readonly cipher: 'counter' | 'gcm';
  /** Of the master key and the master salt, in bytes. */
  readonly keyBytes: 16 | 32;
  readonly saltBytes: 12 | 14;
  /** Of the authentication tags of SRTP and SRTCP, in bytes. */
  readonly tagBytes: 4 | 10 | 16;
  readonly controlTagBytes: 10 | 16;
}

const counter = (name: string, keyBytes: 16 | 32, tagBytes: 4 | 10): Suite => ({
  name,
  cipher: 'counter',
  keyBytes,
  saltBytes: 14,
  tagBytes,
  // SRTCP keeps the long tag where SRTP has the short one. RFC 4568 §6.2.2.
  controlTagBytes: 10,
});
const gcm = (name: string, keyBytes: 16 | 32): Suite => ({
  name,
  cipher: 'gcm',
  keyBytes,
  saltBytes: 12,
  tagBytes: 16,
  controlTagBytes: 16,
});

export const AES_CM_128_HMAC_SHA1_80 = counter('AES_CM_128_HMAC_SHA1_80', 16, 10);
export const AES_CM_128_HMAC_SHA1_32 = counter('AES_CM_128_HMAC_SHA1_32', 16, 4);
const AES_256_CM_HMAC_SHA1_80 = counter('AES_256_CM_HMAC_SHA1_80', 32, 10);
const AES_256_CM_HMAC_SHA1_32 = counter('AES_256_CM_HMAC_SHA1_32', 32, 4);
export const AEAD_AES_128_GCM = gcm('AEAD_AES_128_GCM', 16);
const AEAD_AES_256_GCM = gcm('AEAD_AES_256_GCM', 32);

const known: ReadonlyMap<string, Suite> = new Map(
  [
    AES_CM_128_HMAC_SHA1_80,
    AES_CM_128_HMAC_SHA1_32,
    AES_256_CM_HMAC_SHA1_80,
    AES_256_CM_HMAC_SHA1_32,
    AEAD_AES_128_GCM,
    AEAD_AES_256_GCM,
  ].map((suite) => [suite.name, suite]),
);

/** Names are compared without regard to case: equipment writes them as it likes. */
export const suiteNamed = (name: string): Suite | undefined => known.get(name.toUpperCase());
