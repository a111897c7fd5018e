/** From a configuration file to a running host: what both shells do at their start. */
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import type { Logger } from '../core/log/logger.ts';
import { RealClock } from '../core/time/real-clock.ts';
import { realDisk } from '../core/config/disk.ts';
import type { Config } from '../core/config/config.ts';
import { loadGiven, loadOwn, type Loaded } from '../core/config/load.ts';
import { isLoopback } from '../core/address/ranges.ts';
import { startTrunk } from '../core/composition/index.ts';
import { dataFolder } from './host/data-folder.ts';
import { keptToken } from './host/kept-token.ts';
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
  /** Says what was wrong with the trunk's own configuration file: a sentence for people. */
  readonly warn: (sentence: string) => void;
  readonly consoleFolder?: string | undefined;
  /** Origins of consoles that are served elsewhere. */
  readonly origins?: readonly string[];
}

/**
 * @throws BadConfig
 * @throws HttpPortInUse, AddressInUse
 */
export async function start({ configFile, port, log, warn, consoleFolder, origins }: StartOptions): Promise<Host> {
  const clock = new RealClock((error) => log.error({ err: error }, 'a timer failed'));
  const { config, file } = await load(clock, configFile);
  for (const notice of file.status.notices) warn(notice);
  if (!isLoopback(config.listen.host)) {
    log.warn({ host: config.listen.host }, 'listening beyond this machine: others can reach SIP and HTTP');
  }
  return startHost({
    // A trunk that keeps nothing keeps no token either.
    token: config.records.file === ':memory:' ? undefined : keptToken(tokenFile(configFile), clock.wall()),
    listen: { host: config.listen.host, port: port ?? config.listen.http },
    startTrunk: (shared) =>
      startTrunk({
        ...shared,
        config,
        clock,
        log,
        configFile: file,
        recordsFile: recordsFile(config, file.folder),
        recordingsFolder: recordingsFolder(config, file.folder),
        dataFolder: config.records.file === ':memory:' ? undefined : ownFolder(),
        configFolder: file.folder,
        soundsDir: path.join(import.meta.dirname, 'sounds'),
      }),
    clock,
    log,
    version,
    consoleFolder,
    origins: origins ?? [],
  });
}

/** Where the configuration lives when nobody has chosen a file. */
export function ownConfigFile(): string {
  return path.join(ownFolder(), 'config.json');
}

/** @throws BadConfig when a file was chosen that cannot be used */
async function load(clock: RealClock, configFile: string | undefined): Promise<Loaded> {
  const at = { disk: realDisk, clock };
  if (configFile === undefined) return loadOwn(at, ownConfigFile());
  const loaded = await loadGiven(at, configFile, versionsOf(path.resolve(configFile)));
  if (!loaded.ok) throw new BadConfig(loaded.error);
  return loaded.value;
}

/** Each configuration is a trunk of its own, with a token of its own. */
function tokenFile(configFile: string | undefined): string {
  return path.join(ownFolder(), 'tokens', configFile === undefined ? 'own' : hashOf(path.resolve(configFile)));
}

/** Files that people keep stay without company: what we wrote over lies in the folder of the application. */
function versionsOf(configFile: string): string {
  const { name, ext } = path.parse(configFile);
  return path.join(ownFolder(), 'configurations', `${name}-${hashOf(configFile)}${ext}`);
}

function hashOf(file: string): string {
  return createHash('sha256').update(file).digest('hex').slice(0, 16);
}

/** A relative path counts from the configuration that holds it, so that it means the same from any folder. */
function recordsFile({ records }: Config, base: string): string {
  if (records.file === ':memory:') return records.file;
  if (records.file !== undefined) return path.resolve(base, records.file);
  const folder = ownFolder();
  mkdirSync(folder, { recursive: true });
  return path.join(folder, 'records.sqlite');
}

/** Beside the records, unless the configuration says where. The file system is left alone until a call is recorded. */
function recordingsFolder({ recording, records }: Config, base: string): string | undefined {
  if (recording.folder !== undefined) return path.resolve(base, recording.folder);
  if (records.file === ':memory:') return undefined;
  const beside = records.file === undefined ? ownFolder() : path.dirname(path.resolve(base, records.file));
  return path.join(beside, 'recordings');
}

function ownFolder(): string {
  return dataFolder(process.platform, process.env, homedir());
}
