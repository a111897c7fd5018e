import { execFile } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** The order of the folders of core: each may import those before it. */
const core = [
  'collections',
  'time',
  'log',
  'message',
  'twiml',
  'rtp',
  'sdp',
  'transport',
  'transaction',
  'dialog',
  'subscription',
  'ua',
  'media',
  'gateway',
  'webhook',
  'b2bua',
  'voice',
  'trace',
  'diagnosis',
  'cdr',
  'parties',
  'config',
  'api',
  'location',
  'history',
  'composition',
];

const root = path.resolve(import.meta.dirname, '../..');

interface Arrow {
  file: string;
  code: string;
}

const forbidden: Arrow[] = [
  ...['../../main/a.ts', '../../renderer/a.ts', '../../contract/model.ts', 'electron', 'react', 'sip.js'].map((to) =>
    arrow('src/core/composition', to),
  ),
  arrow('src/core/b2bua/providers', '../../../contract/model.ts'),
  ...core.flatMap((from, index) => core.slice(index + 1).map((to) => arrow(`src/core/${from}`, `../${to}/a.ts`))),
  arrow('src/core/b2bua/providers', '../../config/config.ts'),
  ...['../core/api/trunk.ts', '../main/start.ts', '../renderer/main.tsx', 'electron', 'react', 'node:fs'].flatMap(
    (to) => [arrow('src/contract', to), arrow('src/nouns', to)],
  ),
  arrow('src/nouns', '../contract/model.ts'),
  arrow('src/renderer', '../nouns/call.ts'),
  ...['../renderer/main.tsx', 'react', 'sip.js'].map((to) => arrow('src/main', to)),
  arrow('src/main/host', '../../renderer/main.tsx'),
  ...['../core/api/trunk.ts', '../main/start.ts', 'electron', 'node:fs', 'sip.js'].map((to) =>
    arrow('src/renderer', to),
  ),
  arrow('src/renderer/features/calls', '../../../core/api/trunk.ts'),
  arrow('src/renderer/features/calls', 'sip.js/lib/core'),
  arrow('src/renderer/phone', '../../core/api/trunk.ts'),
  ...['node:dgram', 'ws', 'werift', 'node:sqlite', 'pino', 'sax'].map((to) => arrow('src/core/b2bua', to)),
  clock('src/core/b2bua', 'Date.now()'),
  clock('src/core/b2bua', 'performance.now()'),
  clock('src/core/transport', 'setTimeout(() => {}, 1)'),
  clock('src/core/ua', 'Math.random()'),
];

const allowed: Arrow[] = [
  ...core.flatMap((from, index) => core.slice(0, index).map((to) => arrow(`src/core/${from}`, `../${to}/a.ts`))),
  arrow('src/core/transport', 'node:dgram'),
  arrow('src/core/gateway', 'werift'),
  arrow('src/core/cdr', 'node:sqlite'),
  arrow('src/core/log', 'pino'),
  arrow('src/core/twiml', 'sax'),
  arrow('src/core/b2bua', './providers/a.ts'),
  arrow('src/main', '../core/api/trunk.ts'),
  arrow('src/main', '../contract/model.ts'),
  arrow('src/main', 'electron'),
  arrow('src/core/media', '../../nouns/call.ts'),
  arrow('src/contract', '../nouns/call.ts'),
  arrow('src/main', '../nouns/call.ts'),
  arrow('src/renderer', '../contract/model.ts'),
  arrow('src/renderer', 'react'),
  arrow('src/renderer/phone', 'sip.js/lib/core/index.js'),
  clock('src/core/time', 'performance.now()'),
  clock('src/core/time', 'Date.now()'),
  clock('src/main', 'Date.now()'),
];

/** Messages of the layer rules by file; one run of the linter over all snippets. */
let messages: Map<string, string[]>;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'patchcord-layers-'));
  cpSync(path.join(root, '.oxlintrc.json'), path.join(folder, '.oxlintrc.json'));
  for (const { file, code } of [...forbidden, ...allowed]) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), code);
  }
  messages = await lint(folder);
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('the layer rules of the linter', () => {
  it('catch every wrong arrow', () => {
    expect(forbidden.filter(({ file }) => messages.get(file)?.length !== 1)).toEqual([]);
  });

  it('let every right arrow pass', () => {
    expect(allowed.filter(({ file }) => messages.has(file))).toEqual([]);
  });

  it('leave core without the schemas of the nouns, config excepted: it takes their types, and tables that are no schemas', () => {
    const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
    const config = path.join('src', 'core', 'config');
    const files = globSync('src/core/**/*.ts', { cwd: root }).filter((file) => !file.startsWith(config));
    const schemas = files.filter((file) =>
      [...read(file).matchAll(/^(?:import|export) (?!type )[^;]*'[^']*\/nouns\/([^']+)'/gm)].some(([, noun]) =>
        read(path.join('src', 'nouns', noun!)).includes("from 'zod'"),
      ),
    );
    expect([files.length > 100, schemas]).toEqual([true, []]);
  });

  it('name the arrow that is wrong', () => {
    const said = (file: string, code: string): string =>
      messages.get(forbidden.find((each) => each.file.startsWith(file) && each.code.includes(code))?.file ?? '')?.[0] ??
      '';
    expect(said('src/renderer/', '../core/')).toContain('renderer learns of the trunk only through the contract');
    expect(said('src/core/composition/', 'contract')).toContain('renderer → contract ← main → core');
    expect(said('src/core/message/', '../ua/')).toContain('message comes before');
    expect(said('src/core/b2bua/', 'Date.now')).toContain('take a Clock');
  });
});

function arrow(from: string, to: string): Arrow {
  return snippet(from, `import * as it from '${to}';\nexport const given = it;\n`, to);
}

function clock(from: string, expression: string): Arrow {
  return snippet(from, `export const given = ${expression};\n`, expression);
}

function snippet(from: string, code: string, name: string): Arrow {
  return { file: `${from}/snippet-${name.replaceAll(/\W+/g, '-')}.ts`, code };
}

async function lint(cwd: string): Promise<Map<string, string[]>> {
  const linter = path.join(root, 'node_modules/oxlint/bin/oxlint');
  const run = promisify(execFile)(process.execPath, [linter, '-f', 'json', '.'], { cwd, maxBuffer: 1e8 });
  // The linter fails when it finds something, as it should.
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  const found = new Map<string, string[]>();
  for (const { code, filename, message, help } of diagnostics(stdout)) {
    if (!/no-restricted-/.test(code)) continue;
    found.set(filename, [...(found.get(filename) ?? []), `${message} ${help ?? ''}`]);
  }
  return found;
}

function diagnostics(stdout: string): Array<{ code: string; filename: string; message: string; help?: string }> {
  return JSON.parse(stdout).diagnostics;
}
