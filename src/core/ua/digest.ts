/** The arithmetic of digest authentication, the same at both ends. RFC 7616 §3.4, RFC 8760. */
import { createHash, getHashes } from 'node:crypto';

const HASHES = { 'SHA-512-256': 'sha512-256', 'SHA-256': 'sha256', MD5: 'md5' } as const;

export type DigestAlgorithm = keyof typeof HASHES;

/** Strongest first; without those that this OpenSSL was built without. */
export const algorithms: readonly DigestAlgorithm[] = (Object.keys(HASHES) as DigestAlgorithm[]).filter((name) =>
  getHashes().includes(HASHES[name]),
);

/** One that we can compute, whatever its letter case. No name means MD5 (RFC 7616 §3.3). */
export function algorithmNamed(name = 'MD5'): DigestAlgorithm | undefined {
  const upper = name.toUpperCase();
  return algorithms.find((each) => each === upper);
}

/** The hash that stands for a password in one realm: a secret, like the password. RFC 7616 §3.4.2. */
export function passwordHash(algorithm: DigestAlgorithm, username: string, realm: string, password: string): string {
  return hash(algorithm, `${username}:${realm}:${password}`);
}

export interface DigestInput {
  readonly method: string;
  /** As the `uri` parameter writes it. */
  readonly uri: string;
  readonly nonce: string;
  /** Of qop=auth; undefined in the form of RFC 2069. `nc` has eight hexadecimal digits. */
  readonly counted: { readonly nc: string; readonly cnonce: string } | undefined;
}

/** The `response` parameter. RFC 7616 §3.4.1. */
export function digestResponse(
  algorithm: DigestAlgorithm,
  password: string,
  { method, uri, nonce, counted }: DigestInput,
): string {
  const what = hash(algorithm, `${method}:${uri}`);
  const how = counted ? `${nonce}:${counted.nc}:${counted.cnonce}:auth` : nonce;
  return hash(algorithm, `${password}:${how}:${what}`);
}

function hash(algorithm: DigestAlgorithm, text: string): string {
  return createHash(HASHES[algorithm]).update(text, 'utf8').digest('hex');
}
