/** What the configuration needs of the file system. Every promise may be rejected with an error that has a `code`. */
import { constants } from 'node:fs';
import { access, link, mkdir, open, readdir, readFile, realpath, rename, stat, unlink } from 'node:fs/promises';

export interface Disk {
  /** @throws ENOENT among others */
  read(path: string): Promise<string>;
  /** Makes a file that must not exist yet, and brings its content to the disk. */
  create(path: string, text: string, mode: number): Promise<void>;
  /** Takes the place of what is there. */
  rename(from: string, to: string): Promise<void>;
  /** Another name for the same file, which must not exist yet. */
  link(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Names in a folder. */
  list(folder: string): Promise<string[]>;
  makeFolder(folder: string): Promise<void>;
  /** Brings renames in a folder to the disk, where the platform can. */
  syncFolder(folder: string): Promise<void>;
  /** Permission bits, e.g. 0o600. */
  mode(path: string): Promise<number>;
  /** Follows symbolic links. */
  real(path: string): Promise<string>;
  /** Rejects when the file must not be written. */
  writable(path: string): Promise<void>;
}

export const realDisk: Disk = {
  read: (path) => readFile(path, 'utf8'),
  async create(path, text, mode) {
    const file = await open(path, 'wx', mode);
    try {
      await file.writeFile(text);
      // The umask may have taken bits away that the file before had.
      await file.chmod(mode);
      await file.sync();
    } finally {
      await file.close();
    }
  },
  rename,
  link,
  remove: unlink,
  list: (folder) => readdir(folder),
  makeFolder: async (folder) => void (await mkdir(folder, { recursive: true, mode: 0o700 })),
  async syncFolder(folder) {
    // Windows opens no folders, and some file systems sync none.
    const handle = await open(folder, 'r').catch(() => undefined);
    await handle?.sync().catch(() => {});
    await handle?.close();
  },
  mode: async (path) => (await stat(path)).mode & 0o777,
  real: realpath,
  writable: (path) => access(path, constants.W_OK),
};
