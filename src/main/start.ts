/** From a configuration file to a running host: what both shells do at their start. */
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import type { Logger } from '../core/log/logger.ts';
import { RealClock } from '../core/time/real-clock.ts';
import { parseConfig, readConfigFile, type Config } from '../core/config/config.ts';
import { isLoopback } from '../core/config/net.ts';
import { startTrunk } from '../core/trunk/index.ts';
import { dataFolder } from './host/data-folder.ts';
import { startHost, type Host } from './host/host.ts';

export const version: string = packageJson.version;

/** The configuration cannot be used; one line a problem. */
export class BadConfig extends Error {
  override readonly name = 'BadConfig';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

export interface StartOptions {
  readonly configFile: string | undefined;
  /** HTTP port instead of the configured one. */
  readonly port?: number | undefined;
  readonly log: Logger;
  readonly consoleFolder?: string | undefined;
  /** Origins of consoles that are served elsewhere. */
  readonly origins?: readonly string[];
}

/**
 * @throws BadConfig
 * @throws HttpPortInUse, AddressInUse
 */
export async function start({ configFile, port, log, consoleFolder, origins }: StartOptions): Promise<Host> {
  const read = configFile === undefined ? parseConfig({}) : readConfigFile(configFile);
  if (!read.ok) throw new BadConfig(read.error);
  const config = read.value;
  const clock = new RealClock();
  if (!isLoopback(config.listen.host)) {
    log.warn({ host: config.listen.host }, 'listening beyond this machine: others can reach SIP and HTTP');
  }
  return startHost({
    listen: { host: config.listen.host, port: port ?? config.listen.http },
    startTrunk: (shared) =>
      startTrunk({
        ...shared,
        config,
        clock,
        log,
        recordsFile: recordsFile(config, configFile),
        recordingsFolder: recordingsFolder(config, configFile),
        dataFolder: config.records.file === ':memory:' ? undefined : ownFolder(),
        configFolder: path.dirname(configFile ?? ''),
        soundsDir: path.join(import.meta.dirname, 'sounds'),
      }),
    clock,
    log,
    version,
    consoleFolder,
    origins: origins ?? [],
  });
}

/** A relative path counts from the configuration that holds it, so that it means the same from any folder. */
function recordsFile({ records }: Config, configFile: string | undefined): string {
  if (records.file === ':memory:') return records.file;
  if (records.file !== undefined) return path.resolve(path.dirname(configFile ?? ''), records.file);
  const folder = ownFolder();
  mkdirSync(folder, { recursive: true });
  return path.join(folder, 'records.sqlite');
}

/** Beside the records, unless the configuration says where. The file system is left alone until a call is recorded. */
function recordingsFolder({ recording, records }: Config, configFile: string | undefined): string | undefined {
  const base = path.dirname(configFile ?? '');
  if (recording.folder !== undefined) return path.resolve(base, recording.folder);
  if (records.file === ':memory:') return undefined;
  const beside = records.file === undefined ? ownFolder() : path.dirname(path.resolve(base, records.file));
  return path.join(beside, 'recordings');
}

function ownFolder(): string {
  return dataFolder(process.platform, process.env, homedir());
}
