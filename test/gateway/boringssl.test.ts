/**
 * Electron's Node is built on BoringSSL, which knows less than OpenSSL. What SIP, DTLS, SRTP and certificates ask of
 * node:crypto is compared with what it knows: crypto/digest/digest_extra.cc and crypto/cipher/get_cipher.cc of
 * BoringSSL, without Electron's own patches.
 */
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { silent } from '../../src/core/log/logger.ts';
import type { Frame } from '../../src/core/rtp/frame.ts';
import { writeRtp } from '../../src/core/rtp/packet.ts';
import { suiteNamed } from '../../src/core/rtp/srtp/suites.ts';
import { RealClock } from '../../src/core/time/real-clock.ts';

const DIGESTS = ['md4', 'md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha512-256'];
const CIPHERS = ['128', '192', '256'].flatMap((bits) =>
  ['cbc', 'ctr', 'ecb', 'gcm', 'ofb'].map((mode) => `aes-${bits}-${mode}`),
);
const known: Readonly<Record<string, readonly string[]>> = {
  createHash: DIGESTS,
  createHmac: DIGESTS,
  createSign: DIGESTS,
  createVerify: DIGESTS,
  createCipheriv: CIPHERS,
  createDecipheriv: CIPHERS,
  createECDH: ['prime256v1', 'secp384r1', 'secp521r1'],
};
const CURVES = ['P-256', 'P-384', 'P-521'];

const builtin = crypto as unknown as Record<string, (...args: unknown[]) => unknown>;
const subtle = crypto.webcrypto.subtle as unknown as typeof builtin;
const originals = new Map<[object: typeof builtin, name: string], (typeof builtin)[string]>();
const asked = new Set<string>();

function record(object: typeof builtin, name: string, describe: (args: unknown[]) => string): void {
  const original = object[name]!;
  originals.set([object, name], original);
  object[name] = (...args) => {
    asked.add(`${name} ${describe(args)}`);
    return original.apply(object, args);
  };
}

beforeAll(() => {
  for (const name of Object.keys(known)) record(builtin, name, ([algorithm]) => String(algorithm).toLowerCase());
  record(subtle, 'generateKey', ([algorithm]) => {
    const { name, namedCurve } = algorithm as { name: string; namedCurve?: string };
    return `${name} ${namedCurve}`;
  });
  syncBuiltinESMExports();
});
afterAll(() => {
  for (const [[object, name], original] of originals) object[name] = original;
  syncBuiltinESMExports();
});

it('asks of node:crypto only what BoringSSL knows, from registration to SRTP', async () => {
  const { createMediaFactory } = await import('../../src/core/composition/media-factory.ts');
  const { algorithms, digestResponse } = await import('../../src/core/ua/digest.ts');
  const { ownIdentity } = await import('../../src/core/transport/index.ts');
  const { RTCPeerConnection } = await import('werift');

  expect(algorithms).toEqual(['SHA-512-256', 'SHA-256', 'MD5']);
  for (const algorithm of algorithms) {
    digestResponse(algorithm, 'secret', { method: 'REGISTER', uri: 'sip:a', nonce: 'n', counted: undefined });
  }
  await ownIdentity(undefined, ['localhost'], Date.now());

  const options = { log: silent, host: '127.0.0.1', portMin: 21_800, portMax: 21_819 };
  const factory = await createMediaFactory({ clock: new RealClock(), ...options });
  const leg = await factory.webrtc();
  const peer = new RTCPeerConnection({ iceServers: [], iceAdditionalHostAddresses: ['127.0.0.1'], iceUseIpv6: false });
  peer.addTransceiver('audio', { direction: 'sendrecv' });
  await peer.setRemoteDescription({ type: 'offer', sdp: await leg.createOffer() });
  await peer.setLocalDescription(await peer.createAnswer());
  await leg.acceptAnswer(peer.localDescription!.sdp);
  await leg.ready();
  const position = { ssrc: 1, sequenceNumber: 1, timestamp: 160, marker: true };
  const frame: Frame = { kind: 'audio', codec: 'PCMU', payload: new Uint8Array(160), ...position };
  leg.write(frame);
  expect(leg.stats.sent).toBe(1);
  const { SrtpReceiver, SrtpSender } = await import('../../src/core/rtp/srtp/srtp.ts');
  for (const name of ['AES_CM_128_HMAC_SHA1_80', 'AES_256_CM_HMAC_SHA1_80', 'AEAD_AES_128_GCM', 'AEAD_AES_256_GCM']) {
    const suite = suiteNamed(name)!;
    const key = { suite, bytes: new Uint8Array(suite.keyBytes + suite.saltBytes) };
    const sealed = new SrtpSender(key).protect(writeRtp({ ...position, payloadType: 0, payload: frame.payload }))!;
    expect(new SrtpReceiver(key).unprotect(sealed).ok).toBe(true);
  }
  await Promise.all([factory.close(), peer.close()]);

  const unknown = [...asked].filter((each) => {
    const [name = '', what = '', curve = ''] = each.split(' ');
    return name === 'generateKey' ? !CURVES.includes(curve) : !known[name]!.includes(what);
  });
  expect(unknown).toEqual([]);
  // The recorder sees all of it: digest, DTLS with its certificate, SRTP.
  expect([...asked]).toEqual(
    expect.arrayContaining([
      'createHash sha512-256',
      'createHash md5',
      'createSign sha256',
      'createHmac sha1',
      'createCipheriv aes-128-gcm',
      'createCipheriv aes-128-ecb',
      'generateKey ECDSA P-256',
    ]),
  );
});
