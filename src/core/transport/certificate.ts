/** The certificate by which the trunk is known over TLS: one that was given, or one of its own making. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import path from 'node:path';
import { createSecureContext } from 'node:tls';
import { PemConverter, SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509';

/** Both in PEM; the certificate may be followed by those of its issuers. */
export interface TlsIdentity {
  readonly cert: string;
  readonly key: string;
}

/** The certificate or the key that was given cannot be used. The message names the file and what is wrong with it. */
export class CertificateUnusable extends Error {
  override readonly name = 'CertificateUnusable';
}

/** @throws CertificateUnusable */
export function readIdentity(certFile: string, keyFile: string, wall: number): TlsIdentity {
  const cert = readPem(certFile, 'certificate', (pem) => new X509Certificate(pem));
  const key = readPem(keyFile, 'private key without a passphrase', createPrivateKey);
  if (!cert.value.checkPrivateKey(key.value)) {
    throw new CertificateUnusable(`${keyFile} is not the key of the certificate in ${certFile}`);
  }
  if (Date.parse(cert.value.validTo) <= wall) {
    throw new CertificateUnusable(`the certificate in ${certFile} expired on ${cert.value.validTo}`);
  }
  const identity = { cert: cert.pem, key: key.pem };
  try {
    createSecureContext(identity);
  } catch (error) {
    throw new CertificateUnusable(`the certificate in ${certFile} cannot be used: ${(error as Error).message}`);
  }
  return identity;
}

function readPem<T>(file: string, what: string, read: (pem: string) => T): { pem: string; value: T } {
  let pem: string;
  try {
    pem = readFileSync(file, 'utf8');
  } catch (error) {
    throw new CertificateUnusable(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  try {
    return { pem, value: read(pem) };
  } catch {
    throw new CertificateUnusable(`${file} holds no ${what} in PEM`);
  }
}

const CERTIFICATE_FILE = 'tls-certificate.pem';
const KEY_FILE = 'tls-key.pem';

const DAY_MS = 86_400_000;
/** Clients refuse certificates that are valid for longer than 825 days. */
const VALID_DAYS = 820;
/** A trunk that was started runs on for some time. */
const RENEW_DAYS = 30;

/**
 * A self-signed certificate that is valid for all `names` (domains and addresses): the one in `folder`, if there is
 * one that lasts, else a new one, which is kept there. The key can be read by its owner alone. Without a folder
 * nothing is kept.
 * @param wall milliseconds since the Unix epoch
 * @throws system errors when the folder cannot be written to
 */
export async function ownIdentity(
  folder: string | undefined,
  names: readonly string[],
  wall: number,
): Promise<TlsIdentity> {
  if (folder === undefined) return makeIdentity(names, wall);
  const certFile = path.join(folder, CERTIFICATE_FILE);
  const keyFile = path.join(folder, KEY_FILE);
  const kept = keptIdentity(certFile, keyFile, names, wall);
  if (kept !== undefined) return kept;
  const made = await makeIdentity(names, wall);
  mkdirSync(folder, { recursive: true });
  replaceFile(keyFile, made.key, 0o600);
  replaceFile(certFile, made.cert, 0o644);
  return made;
}

function keptIdentity(
  certFile: string,
  keyFile: string,
  names: readonly string[],
  wall: number,
): TlsIdentity | undefined {
  try {
    const identity = readIdentity(certFile, keyFile, wall + RENEW_DAYS * DAY_MS);
    const cert = new X509Certificate(identity.cert);
    const covers = names.every((name) => (isIP(name) === 0 ? cert.checkHost(name) : cert.checkIP(name)) !== undefined);
    return covers ? identity : undefined;
  } catch (error) {
    if (error instanceof CertificateUnusable) return undefined;
    throw error;
  }
}

/** At no moment is half a file there, nor a key that others can read. */
function replaceFile(file: string, text: string, mode: number): void {
  const fresh = `${file}.${process.pid}.new`;
  writeFileSync(fresh, text, { mode, flag: 'w' });
  renameSync(fresh, file);
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

async function makeIdentity(names: readonly string[], wall: number): Promise<TlsIdentity> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name: 'CN=Patchcord',
      keys,
      signingAlgorithm: ALGORITHM,
      // Clocks of peers may be behind ours.
      notBefore: new Date(wall - DAY_MS),
      notAfter: new Date(wall + VALID_DAYS * DAY_MS),
      extensions: [
        new SubjectAlternativeNameExtension(
          names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
        ),
      ],
    },
    crypto,
  );
  const key = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { cert: certificate.toString('pem'), key: PemConverter.encode(key, 'PRIVATE KEY') };
}
