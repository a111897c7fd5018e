/** One writer at a time: a file beside the configuration that names the process that writes. */
import type { Clock } from '../time/clock.ts';
import type { Disk } from './disk.ts';

/** How long a writer waits for another, in milliseconds, and how often it looks. */
const PATIENCE_MS = 2000;
const LOOK_MS = 25;
/** Nobody writes for that long: whoever holds it has died, and another process has its id. */
const STALE_MS = 30_000;

let count = 0;
/** Locks of ours that the disk would not let us take away. */
const leftOver = new Set<string>();

/** Another process writes the file, and does not come to an end. */
export class FileBusy extends Error {
  override readonly name = 'FileBusy';
}

/** @throws FileBusy, and what the disk throws */
export async function locked<T>(disk: Disk, clock: Clock, file: string, work: () => Promise<T>): Promise<T> {
  const lock = `${file}.lock`;
  if (leftOver.delete(lock)) await disk.remove(lock).catch(() => {});
  const until = clock.now() + PATIENCE_MS;
  while (!(await take(disk, clock, lock))) {
    if (clock.now() >= until) throw new FileBusy('another Patchcord is writing it');
    if (!(await breakStale(disk, clock, lock)))
      await new Promise<void>((resolve) => void clock.after(LOOK_MS, resolve));
  }
  try {
    return await work();
  } finally {
    await disk.remove(lock).catch(() => leftOver.add(lock));
  }
}

/** The lock appears with its content in it, so that nobody takes one that is being made for a broken one. */
async function take(disk: Disk, clock: Clock, lock: string): Promise<boolean> {
  const made = `${lock}.${process.pid}.${++count}.tmp`;
  await disk.create(made, `${process.pid} ${Math.round(clock.wall())}`, 0o600);
  try {
    await disk.link(made, lock);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' || code === 'ENOENT') return false;
    // Not every file system has links: better no lock than no saving.
    if (code === 'EPERM' || code === 'ENOTSUP' || code === 'EOPNOTSUPP' || code === 'ENOSYS') return true;
    throw error;
  } finally {
    await disk.remove(made).catch(() => {});
  }
}

/** Takes away the lock of a process that is dead. @returns whether there was one */
async function breakStale(disk: Disk, clock: Clock, lock: string): Promise<boolean> {
  const seen = await disk.read(lock).catch(() => undefined);
  if (seen === undefined) return true;
  const [pid = 0, at = 0] = seen.split(' ').map(Number);
  if (clock.wall() - at < STALE_MS && isAlive(pid)) return false;
  // Renamed first: of several who found it dead, one takes it away, and nobody takes a new one.
  const dead = `${lock}.${process.pid}`;
  try {
    await disk.rename(lock, dead);
    if ((await disk.read(dead)) !== seen) await disk.link(dead, lock).catch(() => {});
    await disk.remove(dead);
  } catch {
    return false;
  }
  return true;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
