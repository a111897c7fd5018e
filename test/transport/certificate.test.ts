import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { CertificateUnusable, ownIdentity, readIdentity } from '../../src/core/transport/certificate.ts';

const NOW = Date.UTC(2030, 0, 1);
const DAY = 86_400_000;
const NAMES = ['demo.patchcord.test', '127.0.0.1', '::1'];

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'patchcord-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

it('makes a certificate for every name, whose key only its owner can read', async () => {
  const place = path.join(folder(), 'data');
  const { cert } = await ownIdentity(place, NAMES, NOW);
  const read = new X509Certificate(cert);
  expect(read.checkHost('demo.patchcord.test')).toBeDefined();
  expect(read.checkIP('127.0.0.1')).toBeDefined();
  expect(read.checkIP('::1')).toBeDefined();
  expect(statSync(path.join(place, 'tls-key.pem')).mode & 0o777).toBe(0o600);
});

it('keeps it from one start to the next', async () => {
  const place = folder();
  const first = await ownIdentity(place, NAMES, NOW);
  expect(await ownIdentity(place, NAMES, NOW + 700 * DAY)).toEqual(first);
});

it.each([
  ['it is about to expire', NOW + 800 * DAY, NAMES],
  ['it lacks a name', NOW, [...NAMES, '192.0.2.1']],
])('renews it when %s', async (_what, wall, names) => {
  const place = folder();
  const first = await ownIdentity(place, NAMES, NOW);
  const second = await ownIdentity(place, names, wall);
  expect(second).not.toEqual(first);
  expect(await ownIdentity(place, names, wall)).toEqual(second);
});

it('renews it when its files are damaged', async () => {
  const place = folder();
  const first = await ownIdentity(place, NAMES, NOW);
  writeFileSync(path.join(place, 'tls-key.pem'), 'damaged');
  expect(await ownIdentity(place, NAMES, NOW)).not.toEqual(first);
});

it('takes a certificate that was given, and says in words why it cannot take another', async () => {
  const place = folder();
  const own = await ownIdentity(place, NAMES, NOW);
  const other = await ownIdentity(undefined, NAMES, NOW);
  const file = (name: string, text: string): string => {
    const where = path.join(place, name);
    writeFileSync(where, text);
    return where;
  };
  const cert = file('cert.pem', own.cert);
  const key = file('key.pem', own.key);
  const problem = (certFile: string, keyFile: string, wall = NOW): string => {
    try {
      readIdentity(certFile, keyFile, wall);
    } catch (error) {
      if (error instanceof CertificateUnusable) return error.message.replaceAll(place, '');
      throw error;
    }
    return '';
  };
  expect(readIdentity(cert, key, NOW)).toEqual(own);
  expect(problem(path.join(place, 'none.pem'), key)).toBe('/none.pem cannot be read (ENOENT)');
  expect(problem(file('text.pem', 'text'), key)).toBe('/text.pem holds no certificate in PEM');
  expect(problem(cert, cert)).toBe('/cert.pem holds no private key without a passphrase in PEM');
  expect(problem(cert, file('other.pem', other.key))).toBe('/other.pem is not the key of the certificate in /cert.pem');
  expect(problem(cert, key, NOW + 900 * DAY)).toMatch(/^the certificate in \/cert.pem expired on /);
});
