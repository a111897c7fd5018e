import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Config } from '../../src/core/config/config.ts';
import { realDisk, type Disk } from '../../src/core/config/disk.ts';
import { loadGiven, loadOwn, type Loaded } from '../../src/core/config/load.ts';
import { RealClock } from '../../src/core/time/real-clock.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'patchcord-config-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

const load = (file: string, disk: Disk = realDisk): Promise<Loaded> =>
  loadOwn({ disk, clock: new VirtualClock() }, file);

async function given(file: string, disk: Disk = realDisk): Promise<Loaded> {
  const versions = path.join(path.dirname(file), 'kept', 'trunk.json');
  const loaded = await loadGiven({ disk, clock: new VirtualClock() }, file, versions);
  if (!loaded.ok) throw new Error(loaded.error.join('\n'));
  return loaded.value;
}

const rings = (config: Config, ringSeconds: number): Config => ({
  ...config,
  limits: { ...config.limits, ringSeconds },
});
const text = (file: string): string => readFileSync(file, 'utf8');
const visible = (where: string): string[] => readdirSync(where).toSorted();

/** Fails, or dies with whatever is half done, at the n-th thing that changes the disk. */
function failing(at: number, code: string, dies: boolean): { disk: Disk; done: () => number } {
  let count = 0;
  const failure = () => Object.assign(new Error(`${code}: injected`), { code });
  const step = async (half: () => Promise<void>, whole: () => Promise<void>): Promise<void> => {
    count++;
    if (dies && count > at) throw failure();
    if (count === at) {
      await half();
      throw failure();
    }
    await whole();
  };
  const nothing = async (): Promise<void> => {};
  const disk: Disk = {
    ...realDisk,
    create: (file, content, mode) =>
      step(
        async () => writeFileSync(file, content.slice(0, content.length / 2), { mode }),
        () => realDisk.create(file, content, mode),
      ),
    rename: (from, to) => step(nothing, () => realDisk.rename(from, to)),
    link: (from, to) => step(nothing, () => realDisk.link(from, to)),
    remove: (file) => step(nothing, () => realDisk.remove(file)),
    makeFolder: (where) => step(nothing, () => realDisk.makeFolder(where)),
  };
  return { disk, done: () => count };
}

describe("the trunk's own file", () => {
  it('W9: is made by the first change, for its owner alone, and read at the next start', async () => {
    const file = path.join(folder(), 'patchcord', 'config.json');
    const first = await load(file);
    expect(first.file.status).toEqual({ file, given: false, state: 'saved', notices: [] });
    const credentials = [{ username: 'pbx', password: 'hunter2' }];
    first.file.changed({ ...rings(first.config, 45), auth: { ...first.config.auth, credentials } });
    await first.file.settled();
    expect(first.file.status.state).toBe('saved');
    expect(JSON.parse(text(file))).toEqual({ version: 1, auth: { credentials }, limits: { ringSeconds: 45 } });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { config } = await load(file);
    expect(config.limits.ringSeconds).toBe(45);
    expect(config.auth.credentials).toEqual(credentials);
  });

  it('W9: keeps the last three versions and leaves nothing else behind', async () => {
    const where = folder();
    const file = path.join(where, 'config.json');
    const { config, file: store } = await load(file);
    for (const seconds of [41, 42, 43, 44, 45]) await store.save(rings(config, seconds));
    expect(visible(where)).toEqual(['config.1.json', 'config.2.json', 'config.3.json', 'config.json']);
    const kept = ['config.json', 'config.1.json', 'config.2.json', 'config.3.json'];
    expect(kept.map((name) => JSON.parse(text(path.join(where, name))).limits.ringSeconds)).toEqual([45, 44, 43, 42]);
  });

  it('W9: takes the newest of changes that come faster than the disk', async () => {
    const file = path.join(folder(), 'config.json');
    const { config, file: store } = await load(file);
    for (let seconds = 1; seconds <= 100; seconds++) store.changed(rings(config, seconds));
    await store.settled();
    expect((await load(file)).config.limits.ringSeconds).toBe(100);
  });

  it.each([
    ['half a file', '{\n  "version": 1,\n  "limits": { "ringSec', /line 3, column/],
    ['no text at all', '', /line 1, column 1/],
    ['zeros', '\0'.repeat(400), /line 1, column 1/],
    ['a key that is not known', '{"limitz": {}}', /limitz: unknown key; did you mean limits\?/],
    ['a value that must not be', '{"limits": {"ringSeconds": 0}}', /limits\.ringSeconds: must be a whole number/],
    [
      'a newer version',
      '{"version": 2, "lines": []}',
      /version: the file is of version 2, from a newer Patchcord; this one reads version 1/,
    ],
  ])('W9: is explained and set aside when it is %s, and the version before it takes over', async (_, damaged, why) => {
    const where = folder();
    const file = path.join(where, 'config.json');
    const { config, file: store } = await load(file);
    await store.save(rings(config, 41));
    await store.save(rings(config, 42));
    writeFileSync(file, damaged);
    const next = await load(file);
    expect(next.config.limits.ringSeconds).toBe(41);
    const aside = path.join(where, 'config.damaged-20300101-000000.json');
    expect(text(aside)).toBe(damaged);
    const { notices } = next.file.status;
    expect(notices[0]).toMatch(why);
    expect(notices.slice(1)).toEqual([
      `It was set aside as ${aside}.`,
      `The trunk has started with the version before it, ${path.join(where, 'config.1.json')}.`,
    ]);
    // And so at each start after that, in silence.
    expect(await load(file)).toMatchObject({
      config: { limits: { ringSeconds: 41 } },
      file: { status: { notices: [] } },
    });
    await next.file.save(rings(next.config, 43));
    expect((await load(file)).config.limits.ringSeconds).toBe(43);
  });

  it('W9: gives way to the defaults when no version is good, and never takes the name of another that was set aside', async () => {
    const where = folder();
    const file = path.join(where, 'config.json');
    for (const damaged of ['first', 'second', 'third']) {
      writeFileSync(file, damaged);
      const { config, file: store } = await load(file);
      expect(config.limits.ringSeconds).toBe(30);
      expect(store.status.notices.at(-1)).toBe(
        'There is no older version of it that is good: the trunk has started with the defaults.',
      );
    }
    const aside = visible(where).map((name) => text(path.join(where, name)));
    expect(aside.toSorted()).toEqual(['first', 'second', 'third']);
  });

  it('W9: costs the saving, not the setting, when its folder cannot be used', async () => {
    const where = folder();
    writeFileSync(path.join(where, 'file'), '');
    const file = path.join(where, 'file', 'config.json');
    const { config, file: store } = await load(path.join(where, 'file', 'config.json')).catch(() => load(file));
    const status = await store.save(rings(config, 45));
    expect(status).toMatchObject({ state: 'failed', problem: expect.stringContaining('its folder cannot be used (') });
    expect(status.problem).toContain('The settings hold until the program ends.');
  });

  it.each(['ENOSPC', 'EROFS', 'EIO'])(
    'W9: is whole after %s, whichever step it befalls, and saved once the disk works',
    async (code) => {
      let steps = 0;
      for (let at = 1; steps === 0; at++) {
        const file = path.join(folder(), 'config.json');
        const { config, file: store } = await load(file);
        await store.save(rings(config, 41));
        const broken = failing(at, code, false);
        const again = await load(file, broken.disk);
        const status = await again.file.save(rings(again.config, 42));
        if (broken.done() < at) {
          steps = broken.done();
          break;
        }
        const after = await load(file);
        expect(after.file.status.notices).toEqual([]);
        expect(after.config.limits.ringSeconds).toBe(status.state === 'saved' ? 42 : 41);
        // The fault was one of the moment: the next change is saved, with nothing of the first attempt in its way.
        expect(await again.file.save(rings(again.config, 43))).toMatchObject({ state: 'saved' });
        expect((await load(file)).config.limits.ringSeconds).toBe(43);
      }
      expect(steps).toBeGreaterThan(6);
    },
  );

  it('W9: is the old one or the new one when the process dies at any step, and can be written again', async () => {
    let steps = 0;
    for (let at = 1; steps === 0; at++) {
      const where = folder();
      const file = path.join(where, 'config.json');
      const { config, file: store } = await load(file);
      for (const seconds of [38, 39, 40, 41]) await store.save(rings(config, seconds));
      const dying = failing(at, 'DEAD', true);
      const again = await load(file, dying.disk);
      await again.file.save(rings(again.config, 42));
      if (dying.done() < at) steps = dying.done();
      const after = await load(file);
      expect(after.file.status.notices).toEqual([]);
      expect([41, 42]).toContain(after.config.limits.ringSeconds);
      // The lock names a process that lives, ours: make it one that is dead.
      const lock = path.join(where, 'config.json.lock');
      if (existsSync(lock)) writeFileSync(lock, '999999999 1893456000000');
      expect(await after.file.save(rings(after.config, 43))).toMatchObject({ state: 'saved' });
      expect(visible(where).filter((name) => /tmp|lock/.test(name))).toEqual([]);
    }
    expect(steps).toBeGreaterThan(6);
  });

  it('W9: loses nothing that was said to be saved by kill -9 in the middle of writing', async () => {
    const file = path.join(folder(), 'config.json');
    for (let round = 0; round < 5; round++) {
      const writer = spawn(process.execPath, [fileURLToPath(new URL('config-writer.ts', import.meta.url)), file], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let saved = 0;
      for await (const line of createInterface({ input: writer.stdout })) {
        saved = Number(line);
        if (saved === 10 + round * 3) writer.kill('SIGKILL');
      }
      if (writer.exitCode === null && writer.signalCode === null) await once(writer, 'exit');
      expect(writer.signalCode).toBe('SIGKILL');
      const { config, file: store } = await load(file);
      expect(store.status.notices).toEqual([]);
      const found = Number(/^v(\d+)\.example$/.exec(config.domain)?.[1]);
      expect(found === saved || found === saved + 1).toBe(true);
      expect(config.limits.ringSeconds).toBe(found + 1);
    }
  }, 60_000);

  it('W9: is not written over when somebody else has changed it, unless that is asked for', async () => {
    const file = path.join(folder(), 'config.json');
    const { config, file: store } = await load(file);
    await store.save(rings(config, 41));
    const byHand = '{\n    "domain": "by-hand.example"\n}\n';
    writeFileSync(file, byHand);
    const status = await store.save(rings(config, 42));
    expect(status).toMatchObject({
      state: 'conflict',
      problem: `${file} was changed by somebody else while the trunk ran, and was left alone.`,
    });
    expect(text(file)).toBe(byHand);
    expect(await store.save(rings(config, 43), { overwrite: true })).toMatchObject({ state: 'saved' });
    expect((await load(file)).config).toMatchObject({ domain: config.domain, limits: { ringSeconds: 43 } });
    expect(text(file)).toContain('\n    "limits"');
    expect(text(path.join(path.dirname(file), 'config.1.json'))).toBe(byHand);
  });

  it('W9: with two writers at once is always whole, and the second is told', async () => {
    const file = path.join(folder(), 'config.json');
    const at = { disk: realDisk, clock: new RealClock() };
    const [a, b] = [await loadOwn(at, file), await loadOwn(at, file)];
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? a : b).file.save(rings(a.config, 100 + i))),
    );
    const after = await load(file);
    expect(after.file.status.notices).toEqual([]);
    expect(new Set(outcomes.map(({ state }) => state))).toEqual(new Set(['saved', 'conflict']));
    // Whoever was told "saved" last is who stands in the file.
    const winner = a.file.status.state === 'saved' ? a : b;
    expect(winner.file.status.state).toBe('saved');
    expect(after.config.limits.ringSeconds % 2).toBe(winner === a ? 0 : 1);
  });
});

describe('a file that was chosen with --config', () => {
  it('W9: is changed only when somebody asks, in its own place, with its own mode', async () => {
    const where = folder();
    const [file, link] = [path.join(where, 'real.json'), path.join(where, 'trunk.json')];
    const before = '{\n  "limits": { "ringSeconds": 20 },\n  "domain": "a.example"\n}\n';
    writeFileSync(file, before);
    chmodSync(file, 0o640);
    symlinkSync(file, link);
    const { config, file: store } = await given(link);
    store.changed(rings(config, 45));
    await store.settled();
    expect(store.status).toEqual({ file: link, given: true, state: 'unsaved', notices: [] });
    expect(text(file)).toBe(before);
    store.changed(rings(config, 20));
    expect(store.status.state).toBe('saved');
    expect(await store.save(rings(config, 45))).toMatchObject({ state: 'saved' });
    expect(text(file)).toBe(before.replace('20', '45'));
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(text(path.join(where, 'kept', 'trunk.1.json'))).toBe(before);
    expect(visible(where)).toEqual(['kept', 'real.json', 'trunk.json']);
  });

  it('W9: is refused when it is damaged, and left where it is', async () => {
    const file = path.join(folder(), 'trunk.json');
    writeFileSync(file, '{"limits": {');
    await expect(given(file)).rejects.toThrow(`${file}: line 1, column 13`);
    expect(text(file)).toBe('{"limits": {');
  });
});
