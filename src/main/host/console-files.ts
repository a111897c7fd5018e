/** The files of the built console, found once: a path that is not among them does not exist. */
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wav': 'audio/wav',
  '.wasm': 'application/wasm',
};

export interface ConsoleFile {
  readonly type: string;
  /** Files whose names hold a hash of their content never change. */
  readonly cacheControl: string;
  read(): Promise<Buffer<ArrayBuffer>>;
}

/** Finds a file by the path part of a URL; `/` is the page. */
export type ConsoleFiles = (pathname: string) => ConsoleFile | undefined;

/** @param folder where `vite build` put the renderer */
export function consoleFiles(folder: string): ConsoleFiles {
  const found = new Map<string, ConsoleFile>();
  for (const pathname of pathsUnder(folder)) {
    const type = types[path.extname(pathname)];
    if (type === undefined) continue;
    const file = path.join(folder, pathname);
    found.set(pathname, {
      type,
      cacheControl: pathname.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      read: () => readFile(file),
    });
  }
  return (pathname) => found.get(pathname === '/' ? '/index.html' : pathname);
}

/** Folder by folder: what Electron reads out of its archive knows no recursive listing. */
function pathsUnder(folder: string, prefix = '/'): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? pathsUnder(path.join(folder, entry.name), `${prefix}${entry.name}/`)
      : [`${prefix}${entry.name}`],
  );
}
