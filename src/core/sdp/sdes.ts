/**
 * Whether a stream of plain legs is encrypted, and with which keys: SRTP by SDES. RFC 4568, RFC 8643, M5, A9. Pure.
 *
 * | `media.srtp` | transport of SIP | we offer | RTP/AVP comes | RTP/AVP with `a=crypto` comes | RTP/SAVP comes |
 * |---|---|---|---|---|---|
 * | `off` | any | RTP/AVP | plain | plain | 488, Warning 302 |
 * | `optional` | TLS | RTP/AVP with `a=crypto` | plain, said as a finding | encrypted | encrypted |
 * | `optional` | others | RTP/AVP | plain | encrypted | encrypted |
 * | `required` | any | RTP/SAVP | 488, Warning 302 | encrypted | encrypted |
 *
 * The columns of what comes hold for offers; the same holds for answers to an offer of ours, save that a call whose answer
 * cannot be taken is ended with ACK and BYE. An offer of RTP/SAVP with no line that we can serve is refused in every mode, one of
 * RTP/AVP with such lines only where `required`: plain sound is all that it leaves, and it asked for no more. A stream that
 * is encrypted stays so: a later offer without keys gets 488 where `required`, and is plain and said so where `optional`.
 */
import { randomBytes } from 'node:crypto';
import { AEAD_AES_128_GCM, AES_CM_128_HMAC_SHA1_32, AES_CM_128_HMAC_SHA1_80, type Suite } from '../rtp/srtp/suites.ts';
import type { MasterKey } from '../rtp/srtp/srtp.ts';
import { writeCrypto, type CryptoLine, type Cryptos } from './crypto.ts';
import { NoCommonCodec } from './failure.ts';

/** The setting. */
export type SrtpMode = 'off' | 'optional' | 'required';
/** What it comes to on one leg: `taken` is used where the peer offers it, and never offered. */
export type Encryption = 'off' | 'taken' | 'offered' | 'required';

/** @param confidential whether the keys travel encrypted, by TLS: else whoever reads the description reads the sound */
export function encryptionOf(mode: SrtpMode, confidential: boolean): Encryption {
  if (mode !== 'optional') return mode;
  return confidential ? 'offered' : 'taken';
}

/** The keys of a stream. */
export interface Keys {
  /** Under which we send. */
  readonly ours: CryptoLine;
  /** Under which the peer sends. */
  readonly theirs: MasterKey;
  /** They were agreed on as RTP/SAVP, and not as RTP/AVP with keys. */
  readonly secure: boolean;
}

/** A key that the peer offers, and the place that goes with it. */
export interface PeerKey {
  readonly key: MasterKey;
  readonly host: string;
  readonly port: number;
}

/** Our side of the keys of one stream. */
export interface LocalKeys {
  readonly encryption: Encryption;
  /** What we last offered or agreed on. RFC 4568 §7.1.4: a later offer keeps a key unless it is to change. */
  readonly lines: readonly CryptoLine[];
  /** Whether the stream runs as RTP/SAVP. */
  readonly secure?: boolean | undefined;
  /** A key of ours for the suite of a peer's. */
  keyFor(peer: PeerKey): Uint8Array;
}

export const PLAIN_ONLY: LocalKeys = { encryption: 'off', lines: [], keyFor: ({ key }) => newKey(key.suite) };

/** What we offer, in this order. Each suite adds 80 bytes to a datagram; those that we take only are in `suites.ts`. */
const OFFERED = [AES_CM_128_HMAC_SHA1_80, AES_CM_128_HMAC_SHA1_32, AEAD_AES_128_GCM];

export function newKey({ keyBytes, saltBytes }: Suite): Uint8Array {
  return randomBytes(keyBytes + saltBytes);
}

/** A first offer's lines: one key for each suite. */
export function newLines(): CryptoLine[] {
  return OFFERED.map((suite, at) => ({ tag: at + 1, key: { suite, bytes: newKey(suite) } }));
}

const isSecure = (protocol: string): boolean => protocol.includes('SAVP');

/** The protocol and the `a=crypto` lines of an offer of ours. A stream stays what it was agreed to be. */
export function offerKeys({ encryption, lines, secure = encryption === 'required' }: LocalKeys): {
  protocol: string;
  attributes: string[];
} {
  return { protocol: secure ? 'RTP/SAVP' : 'RTP/AVP', attributes: lines.map(writeCrypto) };
}

/** What is read of a section. */
interface Section {
  readonly protocol: string;
  readonly host: string;
  readonly port: number;
  readonly cryptos: Cryptos;
}

/** What an offered section comes to: keys, plain sound, or a refusal. */
export function answerKeys(
  { protocol, host, port, cryptos }: Section,
  local: LocalKeys,
): Keys | undefined | NoCommonCodec {
  const { encryption } = local;
  const secure = isSecure(protocol);
  if (encryption === 'off')
    return secure ? refused(`${protocol} is encrypted: offer RTP/AVP, this leg takes plain RTP alone`) : undefined;
  const [chosen] = cryptos.usable;
  if (chosen) {
    const { tag, key } = chosen;
    return { ours: { tag, key: { suite: key.suite, bytes: local.keyFor({ key, host, port }) } }, theirs: key, secure };
  }
  if (!secure && encryption !== 'required') return undefined;
  const [why] = cryptos.unusable;
  if (why !== undefined) return refused(`no crypto suite in common: ${why}; offer AES_CM_128_HMAC_SHA1_80`);
  return refused(
    secure
      ? `${protocol} without a=crypto: no key for SRTP was offered`
      : 'SRTP is required: offer RTP/SAVP with a=crypto',
  );
}

/** What the answer to our offer comes to. */
export function acceptKeys(
  { protocol, cryptos }: Pick<Section, 'protocol' | 'cryptos'>,
  { encryption, lines }: LocalKeys,
): Keys | undefined | NoCommonCodec {
  const [chosen] = cryptos.usable;
  const [why] = cryptos.unusable;
  if (lines.length === 0)
    return isSecure(protocol) ? refused(`the answer is ${protocol}, RTP/AVP was offered`) : undefined;
  if (!chosen) {
    if (why !== undefined) return refused(`the key in the answer can not be used: ${why}`);
    if (encryption === 'required' || isSecure(protocol))
      return refused('SRTP is required, and the answer has no a=crypto');
    return undefined;
  }
  const ours = lines.find(({ tag }) => tag === chosen.tag);
  if (!ours) return refused(`the answer takes the crypto line ${chosen.tag}, which was not offered`);
  if (ours.key.suite !== chosen.key.suite)
    return refused(`the answer names ${chosen.key.suite.name} for the line that offered ${ours.key.suite.name}`);
  return { ours, theirs: chosen.key, secure: isSecure(protocol) };
}

/** Warning 302: incompatible transport protocol. RFC 3261 §20.43. */
const refused = (why: string): NoCommonCodec => new NoCommonCodec(why, 302);
