/**
 * Network namespaces: machines with networks of their own, inside this one. Making them takes root and Debian's
 * `iproute2`. Nothing leaves them.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { startTool, temporaryFolder, type ToolRun, type ToolWishes } from './tool.ts';

export interface Namespace {
  readonly name: string;
  /** Starts a program in there. */
  start(program: string, args: readonly string[], cwd: string, wishes?: ToolWishes): ToolRun;
  /** Runs a program in there to its end. @returns what it printed @throws when it failed */
  ask(program: string, args: readonly string[]): string;
  /** Runs a module of Node in there to its end; `wanted` is its `process.argv[1]`, as JSON. @returns what it printed */
  script(source: string, wanted?: unknown): string;
  /**
   * Writes a program that runs another one in there.
   * @param more arguments that come after those it is given
   */
  wrapper(program: string, more?: readonly string[]): string;
  /** Takes it away, and its links; whatever still runs in there keeps it alive, without a name. */
  close(): void;
}

/** One with nothing but loopback, which is up: a machine in flight mode. */
export function createNamespace(): Namespace {
  const name = `patchcord-${randomBytes(4).toString('hex')}`;
  ip('netns', 'add', name);
  const folder = temporaryFolder();
  const inside = ['netns', 'exec', name];
  const ask = (program: string, args: readonly string[]): string => {
    const { status, stdout, stderr, error } = spawnSync('ip', [...inside, program, ...args], {
      encoding: 'utf8',
    });
    if (status !== 0) throw error ?? new Error(`${program} failed in ${name}: ${stderr}`);
    return stdout;
  };
  ask('ip', ['link', 'set', 'lo', 'up']);
  return {
    name,
    start: (program, args, cwd, wishes) => startTool('ip', [...inside, program, ...args], cwd, wishes),
    ask,
    script: (source, wanted) =>
      ask(process.execPath, ['--input-type=module', '--eval', source, JSON.stringify(wanted ?? null)]),
    wrapper(program, more = []) {
      const file = path.join(folder.path, `${path.basename(program)}-${randomBytes(4).toString('hex')}`);
      const quoted = ['ip', ...inside, program].map(quote).join(' ');
      writeFileSync(file, `#!/bin/sh\nexec ${quoted} "$@" ${more.map(quote).join(' ')}\n`, { mode: 0o755 });
      return file;
    },
    close() {
      ip('netns', 'del', name);
      folder.remove();
    },
  };
}

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** An end of a link: its machine, and its addresses with the length of the prefix, such as `10.77.1.1/24`. */
export interface LinkEnd {
  readonly in: Namespace;
  readonly addresses: readonly string[];
}

let links = 0;

/** A cable between two machines. */
export function join(left: LinkEnd, right: LinkEnd): void {
  links += 1;
  const names = [`pc${links}a`, `pc${links}b`] as const;
  const peer = ['peer', 'name', names[1], 'netns', right.in.name];
  ip('link', 'add', names[0], 'netns', left.in.name, 'type', 'veth', ...peer);
  for (const [end, device] of [
    [left, names[0]],
    [right, names[1]],
  ] as const) {
    for (const address of end.addresses) {
      // An IPv6 address would not be used before the network has been asked whether it is taken.
      const nodad = address.includes(':') ? ['nodad'] : [];
      end.in.ask('ip', ['address', 'add', address, 'dev', device, ...nodad]);
    }
    end.in.ask('ip', ['link', 'set', device, 'up']);
  }
}

function ip(...args: string[]): void {
  const { status, stderr, error } = spawnSync('ip', args, { encoding: 'utf8' });
  if (status === 0) return;
  const hint = 'the interop tests make network namespaces, as root, with Debian’s iproute2';
  throw new Error(`ip ${args.join(' ')} failed (${hint}): ${error?.message ?? stderr}`);
}
