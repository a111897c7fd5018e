/** Kamailio as a proxy that stays in the path between an endpoint and the trunk. */
import path from 'node:path';
import { listening } from './ports.ts';
import { startTool, temporaryFolder } from './tool.ts';

const CONFIG = path.resolve(import.meta.dirname, '../kamailio/proxy.cfg');

export interface KamailioOptions {
  /** Local port for UDP and TCP. */
  readonly port: number;
  /** SIP URIs of both sides. */
  readonly trunk: string;
  readonly endpoint: string;
  /** The trunk's domain. */
  readonly domain: string;
}

export interface Kamailio {
  stop(): Promise<void>;
}

/** Resolves when it takes requests. */
export async function startKamailio({ port, trunk, endpoint, domain }: KamailioOptions): Promise<Kamailio> {
  const folder = temporaryFolder();
  const sockets = ['udp', 'tcp'].flatMap((protocol) => ['-l', `${protocol}:127.0.0.1:${port}`]);
  const files = ['-P', path.join(folder.path, 'pid'), '-Y', folder.path, '-w', folder.path];
  // In the foreground, with a log that goes to us and 32 MB to work with.
  const args = ['-f', CONFIG, ...sockets, ...files, '-DD', '-E', '-m', '32'];
  const run = startTool('kamailio', args, folder.path, {
    env: { TRUNK: trunk, ENDPOINT: endpoint, DOMAIN: domain },
  });
  const stop = async (): Promise<void> => {
    await run.stop();
    folder.remove();
  };
  try {
    await Promise.all([listening(port), listening(port, 'tcp')]);
  } catch {
    await stop();
    throw new Error(`Kamailio did not start:\n${run.output()}`);
  }
  return { stop };
}
