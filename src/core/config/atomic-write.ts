/** Replaces a file so that whoever reads it, whenever and after whatever crash, finds the old text or the new one. */
import path from 'node:path';
import type { Disk } from './disk.ts';

let count = 0;

/** @param mode permission bits of the new file */
export async function writeAtomically(disk: Disk, file: string, text: string, mode: number): Promise<void> {
  const folder = path.dirname(file);
  const unfinished = path.join(folder, `${path.basename(file)}.${process.pid}.${++count}.tmp`);
  try {
    await disk.create(unfinished, text, mode);
    await disk.rename(unfinished, file);
  } catch (error) {
    await disk.remove(unfinished).catch(() => {});
    throw error;
  }
  await disk.syncFolder(folder);
}

/** Removes what writers of this file and its versions left unfinished when they were killed. Only for who has its lock. */
export async function removeUnfinished(disk: Disk, file: string): Promise<void> {
  const { dir: folder, name } = path.parse(file);
  const names = await disk.list(folder).catch(() => []);
  const unfinished = names.filter((each) => each.startsWith(`${name}.`) && /\.\d+\.\d+\.tmp$/.test(each));
  await Promise.all(unfinished.map((each) => disk.remove(path.join(folder, each)).catch(() => {})));
}
