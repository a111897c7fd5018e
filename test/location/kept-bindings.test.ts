import { beforeEach, expect, it } from 'vitest';
import type { Disk } from '../../src/core/config/disk.ts';
import { KeptBindings } from '../../src/core/location/kept-bindings.ts';
import { silent } from '../../src/core/log/logger.ts';
import { isSipUri, parseUri } from '../../src/core/message/index.ts';
import type { Hop } from '../../src/core/transport/index.ts';
import type { Binding } from '../../src/core/ua/registrar-bindings.ts';
import { settle, VirtualClock } from '../support/virtual-clock.ts';

let clock: VirtualClock;
let files: Map<string, string>;
let broken: boolean;
let bindings: Binding[];

beforeEach(() => {
  clock = new VirtualClock();
  files = new Map();
  broken = false;
  bindings = [];
});

const disk = {
  read: async (path: string) => {
    const text = files.get(path);
    if (text === undefined) throw Object.assign(new Error('none'), { code: 'ENOENT' });
    return text;
  },
  create: async (path: string, text: string) => {
    if (broken) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    files.set(path, text);
  },
  rename: async (from: string, to: string) => {
    files.set(to, files.get(from)!);
    files.delete(from);
  },
  remove: async (path: string) => void files.delete(path),
  syncFolder: async () => {},
} as unknown as Disk;

const kept = () => new KeptBindings({ file: 'f', disk, clock, log: silent, bindings: () => bindings });

function binding(user: string, more: Partial<Binding> = {}): Binding {
  const contact = `sip:${user}@10.0.0.7:5060`;
  const uri = parseUri(contact);
  if (!uri.ok || !isSipUri(uri.value)) throw new Error(contact);
  const hop: Hop = { transport: 'UDP', host: '10.0.0.7', port: 5060 };
  return {
    aor: ` ${user}`,
    uri: uri.value,
    contact,
    target: contact,
    hop,
    direct: hop,
    source: hop,
    verified: true,
    q: 0.5,
    expiresAt: clock.now() + 60_000,
    callId: 'c',
    seq: 3,
    instance: undefined,
    ...more,
  };
}

async function written(): Promise<void> {
  const one = kept();
  one.changed();
  await one.close();
}

it('W21: gives back what it was given, and what is left of its time', async () => {
  bindings = [binding('desk'), binding('late', { expiresAt: clock.now() + 20_000 })];
  await written();
  clock.advance(20_000);
  expect(await kept().read()).toEqual([bindings[0]]);
  clock.advance(40_000);
  expect(await kept().read()).toEqual([]);
});

it('W21: keeps of a binding on a connection what can be reached without it', async () => {
  const flow: Hop = { transport: 'TCP', host: '10.0.0.7', port: 40_000, flow: 'tcp1' };
  const direct: Hop = { transport: 'TCP', host: '10.0.0.7', port: 5060 };
  bindings = [
    binding('gone', { hop: flow, source: flow, direct: undefined }),
    binding('near', { hop: flow, source: flow, direct }),
  ];
  await written();
  const [only, ...others] = await kept().read();
  expect(others).toEqual([]);
  expect(only).toMatchObject({ aor: ' near', hop: direct });
  expect(only?.source).toEqual({ transport: 'TCP', host: '10.0.0.7', port: 40_000 });
});

it('W21: writes once a second at most, and on from a disk that was full', async () => {
  const one = kept();
  broken = true;
  bindings = [binding('desk')];
  one.changed();
  one.changed();
  clock.advance(1000);
  await settle();
  expect(files.size).toBe(0);
  broken = false;
  one.changed();
  await settle();
  expect(files.size).toBe(0);
  clock.advance(1000);
  await settle();
  expect([...files.keys()]).toEqual(['f']);
  await one.close();
  expect(clock.pending).toBe(0);
});

it.each([
  ['no JSON', '{"version":1,"bind'],
  ['null', 'null'],
  ['another version', '{"version":2,"bindings":[]}'],
  ['a list of anything', '{"version":1,"bindings":[null,7,{},{"aor":1}]}'],
  [
    'a hop that is none',
    '{"version":1,"bindings":[{"aor":" a","contact":"sip:a@b","target":"sip:a@b","callId":"c","seq":1,"verified":true,"until":9e15,"hop":{"transport":"UDP","host":"evil.test","port":5060},"from":{"transport":"UDP","host":"10.0.0.1","port":5060}}]}',
  ],
])('W21: a damaged file costs the registrations alone: %s', async (_, text) => {
  files.set('f', text);
  expect(await kept().read()).toEqual([]);
});

it('W21: a wall clock that was set back makes no registration last for ever', async () => {
  bindings = [binding('desk', { expiresAt: clock.now() + 1e12 })];
  await written();
  const [read] = await kept().read();
  expect(read!.expiresAt - clock.now()).toBe(3_600_000);
});
