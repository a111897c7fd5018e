/** The token of the console, kept between starts: a tab of before finds the trunk that was started anew. */
import { randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** After so many milliseconds a start makes another one: addresses with the token stay in histories. */
const LASTS_MS = 30 * 24 * 3600 * 1000;

export function newToken(): string {
  return randomBytes(24).toString('base64url');
}

/**
 * @param file where it is kept, readable for its owner alone; one that others could read or write is not used again
 * @param now epoch milliseconds
 */
export function keptToken(file: string, now: number): string {
  const kept = readKept(file, now);
  if (kept !== undefined) return kept;
  const token = newToken();
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    const unfinished = `${file}.${process.pid}.tmp`;
    writeFileSync(unfinished, token, { mode: 0o600 });
    renameSync(unfinished, file);
  } catch {
    // Then it lasts as long as this trunk.
  }
  return token;
}

function readKept(file: string, now: number): string | undefined {
  try {
    const { mode, uid, mtimeMs } = lstatSync(file);
    const own = process.platform === 'win32' || ((mode & 0o077) === 0 && uid === process.getuid?.());
    const text = readFileSync(file, 'utf8');
    return own && now - mtimeMs < LASTS_MS && /^[\w-]{32}$/.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}
