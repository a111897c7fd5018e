/** The last texts of a file, kept beside it or in another folder: `config.1.json` is the newest. */
import path from 'node:path';
import { writeAtomically } from './atomic-write.ts';
import type { Disk } from './disk.ts';

const KEPT = 3;

/**
 * @param pattern path of the file whose versions they are, or that they are named after
 * @param index 1 is the newest
 */
function versionOf(pattern: string, index: number): string {
  const { dir, name, ext } = path.parse(pattern);
  return path.join(dir, `${name}.${index}${ext}`);
}

/** Makes this text the newest version; the oldest goes. */
export async function keepVersion(disk: Disk, pattern: string, text: string, mode: number): Promise<void> {
  if ((await disk.read(versionOf(pattern, 1)).catch(() => undefined)) === text) return;
  for (let index = KEPT - 1; index >= 1; index--) {
    await disk.rename(versionOf(pattern, index), versionOf(pattern, index + 1)).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    });
  }
  await writeAtomically(disk, versionOf(pattern, 1), text, mode);
}

/** The newest version that passes. */
export async function newestVersion(
  disk: Disk,
  pattern: string,
  good: (text: string) => boolean,
): Promise<{ file: string; text: string } | undefined> {
  for (let index = 1; index <= KEPT; index++) {
    const file = versionOf(pattern, index);
    const text = await disk.read(file).catch(() => undefined);
    if (text !== undefined && good(text)) return { file, text };
  }
  return undefined;
}
