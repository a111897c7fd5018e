/** Reads the configuration at the start; what is damaged is explained and set aside, and an older version takes over. */
import path from 'node:path';
import { err, ok } from '../message/index.ts';
import type { Result } from '../message/index.ts';
import type { Clock } from '../time/clock.ts';
import { writeAtomically } from './atomic-write.ts';
import { ConfigFile } from './config-file.ts';
import { parseConfig, parseConfigText, unreadable, type Config } from './config.ts';
import type { Disk } from './disk.ts';
import { newestVersion } from './versions.ts';

export interface Loaded {
  readonly config: Config;
  readonly file: ConfigFile;
}

interface Surroundings {
  readonly disk: Disk;
  readonly clock: Clock;
}

/** More of the same second need another name. */
const NAMES = 100;

/**
 * The file that somebody chose. It is not touched.
 * @param versions what the versions of it are named after once it is written
 * @returns the error has one line a problem, beginning with the file
 */
export async function loadGiven(at: Surroundings, file: string, versions: string): Promise<Result<Loaded, string[]>> {
  let text: string;
  try {
    text = await at.disk.read(file);
  } catch (error) {
    return err([`${file}: ${unreadable(error)}`]);
  }
  const read = parseConfigText(text);
  if (!read.ok) return err(read.error.map((problem) => `${file}: ${problem}`));
  return ok({ config: read.value.config, file: new ConfigFile({ ...at, file, given: true, versions, text }) });
}

/** The trunk's own file. There is always a configuration to start with: this one, an older version, or the defaults. */
export async function loadOwn(at: Surroundings, file: string): Promise<Loaded> {
  const { disk } = at;
  const loaded = (text: string | undefined, config: Config, notices: string[]): Loaded => ({
    config,
    file: new ConfigFile({ ...at, file, given: false, versions: file, text, notices }),
  });
  let text: string;
  try {
    text = await disk.read(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return loaded(undefined, defaults(), []);
    const notices = [`${file}: ${unreadable(error)}.`];
    const instead = await older(disk, file, notices);
    return loaded(undefined, instead?.config ?? defaults(), notices);
  }
  const read = parseConfigText(text);
  if (read.ok) return loaded(text, read.value.config, []);

  const notices = read.error.map((problem) => `${file}: ${problem}.`);
  const aside = await setAside(at, file, notices);
  const instead = await older(disk, file, notices);
  if (!aside) return loaded(text, instead?.config ?? defaults(), notices);
  if (!instead) return loaded(undefined, defaults(), notices);
  // The next start must find it too.
  try {
    await writeAtomically(disk, file, instead.text, 0o600);
    return loaded(instead.text, instead.config, notices);
  } catch {
    return loaded(undefined, instead.config, notices);
  }
}

function defaults(): Config {
  const config = parseConfig({});
  if (!config.ok) throw new Error(config.error.join('\n'));
  return config.value;
}

async function older(
  disk: Disk,
  file: string,
  notices: string[],
): Promise<{ text: string; config: Config } | undefined> {
  const version = await newestVersion(disk, file, (text) => parseConfigText(text).ok);
  const read = version && parseConfigText(version.text);
  if (!version || !read?.ok) {
    notices.push('There is no older version of it that is good: the trunk has started with the defaults.');
    return undefined;
  }
  notices.push(`The trunk has started with the version before it, ${version.file}.`);
  return { text: version.text, config: read.value.config };
}

/** Renames the file, never over another. @returns whether it is out of the way */
async function setAside({ disk, clock }: Surroundings, file: string, notices: string[]): Promise<boolean> {
  const { dir, name, ext } = path.parse(file);
  const stamp = new Date(clock.wall())
    .toISOString()
    .replaceAll(/[-:]|\..*/g, '')
    .replace('T', '-');
  try {
    for (let count = 0; count < NAMES; count++) {
      const aside = path.join(dir, `${name}.damaged-${stamp}${count === 0 ? '' : `-${count}`}${ext}`);
      if (await exists(disk, aside)) continue;
      await disk.rename(file, aside);
      await disk.syncFolder(dir);
      notices.push(`It was set aside as ${aside}.`);
      return true;
    }
  } catch {
    // Said below.
  }
  notices.push('It could not be renamed: changes of the settings cannot be saved until it is put right.');
  return false;
}

async function exists(disk: Disk, file: string): Promise<boolean> {
  return disk.mode(file).then(
    () => true,
    () => false,
  );
}
