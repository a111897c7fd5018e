/** Which certificate the trunk shows. */
import { resolve } from 'node:path';
import type { Logger } from '../log/logger.ts';
import type { Clock } from '../time/clock.ts';
import { isWildcard, ownIdentity, readIdentity, type TlsIdentity } from '../transport/index.ts';
import type { Config } from '../config/config.ts';
import { bindAddress } from '../config/net.ts';

export interface TlsIdentityOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  /** Where a certificate of its own making is kept; without it each start makes one. */
  readonly dataFolder?: string | undefined;
  /** Folder that `tls.certFile` and `tls.keyFile` are relative to. Default: the working directory. */
  readonly configFolder?: string;
}

/**
 * The certificate that was given, else one of our own.
 * @throws CertificateUnusable
 */
export async function tlsIdentity(options: TlsIdentityOptions): Promise<TlsIdentity> {
  const { config, clock, log, dataFolder, configFolder = '' } = options;
  const { certFile, keyFile } = config.tls;
  if (certFile !== undefined && keyFile !== undefined) {
    return readIdentity(resolve(configFolder, certFile), resolve(configFolder, keyFile), clock.wall());
  }
  const { host, advertise } = config.listen;
  const own = [bindAddress(host), ...(advertise === undefined ? [] : [advertise])].filter((each) => !isWildcard(each));
  const others = config.domains.map(({ domain }) => domain);
  const names = [...new Set([config.domain, ...others, 'localhost', '127.0.0.1', '::1', ...own])];
  try {
    return await ownIdentity(dataFolder, names, clock.wall());
  } catch (error) {
    log.warn({ why: (error as Error).message }, 'the TLS certificate cannot be kept: the next start makes another one');
    return ownIdentity(undefined, names, clock.wall());
  }
}
