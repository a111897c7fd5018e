/** The recording of a record, for whoever plays it. */
import { open, stat } from 'node:fs/promises';
import type { Trunk } from '../../core/api/trunk.ts';
import { Problem } from './problem.ts';

export interface RecordingFile {
  readonly path: string;
  readonly size: number;
}

/** @throws Problem 404 when nothing was recorded, or the file is gone */
export async function recordingOf(trunk: Trunk, recordId: string): Promise<RecordingFile> {
  const path = trunk.recording(recordId);
  const found = path === undefined ? undefined : await stat(path).catch(() => undefined);
  if (path === undefined || !found?.isFile()) {
    throw new Problem('not-found', `There is no recording of the record ${recordId}.`);
  }
  return { path, size: found.size };
}

/** Bytes from `offset` on, fewer than `length` at the end. */
export async function readPart({ path }: RecordingFile, offset: number, length: number): Promise<Buffer> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Both ends count. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * What a Range field asks for. RFC 9110 §14.1.2.
 * @returns undefined when it is to be ignored: absent, another unit, or several ranges
 */
export function rangeOf(field: string | undefined, size: number): ByteRange | 'unsatisfiable' | undefined {
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(field?.trim() ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== '' && to !== '' && Number(from) > Number(to)) return undefined;
  return first > last ? 'unsatisfiable' : { first, last };
}
