/** `npm run soak`: many users on a trunk for long, and a fault every minute. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { seeded } from '../test/support/random.ts';
import { FAULTS, faults, schedule, type FaultKind, type FaultWindow } from './faults.ts';
import { PhonesProcess } from './phones-process.ts';
import type { PhonesSettings, SideReport } from './report.ts';
import { SoakTrunk } from './trunk.ts';
import { AREAS, judge, type Findings, type Sample } from './verdict.ts';

const HELP = `Usage: npm run soak [-- OPTIONS]

A trunk as users start it, on loopback, with phones in processes of their own: calls with transfers, holds, keys and recordings
from users that a seed chooses, and a fault every minute: phones killed with -9, packets lost, the disk of the records full, the
trunk restarted. The last line is the verdict; exit status 0 when there is no fault, 1 when there is.

  --minutes N   how long calls are placed (default 10)
  --rate N      calls a second (default 10)
  --seed N      chooses the users and the faults (default: another one each time; it is printed)
  --faults LIST only these, separated by commas: ${FAULTS.join(', ')}; or none
  --report FILE everything that was seen, as JSON, for whoever looks for the cause
  --help        this text

Ctrl+C ends the run early, with a verdict on what there was. The disk is filled only on a volume of its own, which needs root on
Linux; elsewhere that fault is left out, and it is said.
`;

/** Between two looks at the trunk's process, in milliseconds. */
const SAMPLE_MS = 15_000;
/** After the last call: transactions linger for 64·T1 (RFC 3261 §17), traces a little longer. */
const IDLE_MS = 45_000;
/** Faults of one kind that are printed. */
const SHOWN = 12;

interface Settings {
  readonly minutes: number;
  readonly rate: number;
  readonly seed: number;
  readonly kinds: readonly FaultKind[];
  readonly report: string | undefined;
}

class Soak {
  readonly #settings: Settings;
  readonly #sides: SideReport[] = [];
  readonly #begun = new Map<number, number>();
  readonly #windows: FaultWindow[] = [];
  readonly #samples: Sample[] = [];
  readonly #broken: string[] = [];
  readonly #stop = new AbortController();
  #phones: PhonesProcess[] = [];
  #trunk!: SoakTrunk;
  #life = 0;
  #busy = false;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  cancel(): void {
    this.#stop.abort();
  }

  /** @returns faults found */
  async run(): Promise<number> {
    const folder = mkdtempSync(path.join(tmpdir(), 'patchcord-soak-'));
    const { minutes, seed, rate } = this.#settings;
    const volume = path.join(folder, 'volume');
    mkdirSync(volume);
    const mounted = mountVolume(volume, minutes);
    if (!mounted) say('The disk is not filled: that needs root on Linux.');
    try {
      await this.#start(folder, volume);
      say(`Seed ${seed}: ${rate} calls a second for ${minutes} min.`);
      const random = seeded(seed);
      const kinds = this.#settings.kinds.filter((kind) => mounted || kind !== 'disk full');
      await this.#minutes(schedule(minutes, kinds, random), { mounted, volume, random });
      return await this.#end();
    } finally {
      for (const each of this.#phones) await each.kill();
      await this.#trunk.stop();
      if (mounted) execFileSync('umount', [volume]);
      rmSync(folder, { recursive: true, force: true });
    }
  }

  async #start(folder: string, volume: string): Promise<void> {
    const [sipPort, httpPort, ...ports] = await freePorts(7);
    const settings = (role: PhonesSettings['role'], transport: 'UDP' | 'TCP', index: number): PhonesSettings => {
      return { role, transport, port: ports[index]!, trunkPort: sipPort!, seed: this.#settings.seed };
    };
    this.#phones = [
      settings('callers', 'UDP', 0),
      settings('agents', 'UDP', 1),
      settings('agents', 'TCP', 2),
      settings('agents', 'UDP', 3),
      settings('targets', 'UDP', 4),
    ].map((each) => {
      return new PhonesProcess(
        each,
        (report) => this.#sides.push(report),
        (why) => this.#broken.push(why),
      );
    });
    const uris = this.#phones.map((each) => each.uri);
    const place = {
      folder,
      volume,
      sipPort: sipPort!,
      httpPort: httpPort!,
      agents: uris.slice(1, 4),
      target: uris[4]!,
    };
    this.#trunk = new SoakTrunk(place);
    await Promise.all([this.#trunk.start(), ...this.#phones.map((each) => each.start())]);
    await this.#sample();
  }

  async #minutes(
    kinds: readonly FaultKind[],
    { mounted, volume, random }: { mounted: boolean; volume: string; random: () => number },
  ): Promise<void> {
    const callers = this.#phones[0]!;
    const { rate, minutes } = this.#settings;
    let index = 0;
    const began = performance.now();
    const placing = setInterval(() => {
      const due = Math.floor(((performance.now() - began) / 1000) * rate);
      for (; index < due; index += 1) {
        this.#begun.set(index, Date.now());
        callers.tell({ type: 'call', index });
      }
    }, 20);
    const sampling = setInterval(() => void this.#sample(), SAMPLE_MS);
    const scene = { trunk: this.#trunk, phones: this.#phones, volume: mounted ? volume : undefined, random };
    try {
      for (let minute = 0; minute < minutes && !this.#stop.signal.aborted; minute += 1) {
        const until = began + (minute + 1) * 60_000;
        await this.#pause(15_000 + random() * 20_000);
        const kind = kinds[minute];
        if (kind && !this.#stop.signal.aborted) await this.#strike(kind, () => faults[kind](scene));
        await this.#pause(until - performance.now());
        this.#progress(minute + 1);
      }
    } finally {
      clearInterval(placing);
      clearInterval(sampling);
    }
  }

  async #strike(kind: FaultKind, act: () => Promise<{ who: string; problem?: string }>): Promise<void> {
    const from = Date.now();
    this.#busy = kind === 'trunk restarted';
    const { who, problem } = await act();
    if (kind === 'trunk restarted') this.#life += 1;
    this.#busy = false;
    this.#windows.push({ kind, from, until: Date.now(), who, ...(problem === undefined ? {} : { problem }) });
    say(`  ${kind}: ${who}`);
  }

  async #sample(): Promise<void> {
    if (this.#busy || !this.#trunk.running) return;
    this.#samples.push({ ...(await this.#trunk.measure()), at: Date.now(), life: this.#life });
  }

  #progress(minute: number): void {
    const last = this.#samples.at(-1);
    const state = last ? `heap ${(last.heap / 1e6).toFixed(0)} MB, ${last.files} files, ${last.timers} timers` : '';
    const delay = last ? `, event loop up to ${last.delayMs.toFixed(0)} ms late` : '';
    say(`${minute} min: ${this.#begun.size} calls, ${this.#sides.length} sides done; ${state}${delay}`);
  }

  async #end(): Promise<number> {
    say('Hanging up what is left…');
    const finishedAt = Date.now();
    await Promise.all(this.#phones.map((each) => each.finish()));
    // A peer that was killed is noticed by its silence.
    await this.#pause(10_000);
    const left = (await this.#trunk.liveCalls()).length;
    await this.#pause(IDLE_MS);
    const idle = { ...(await this.#trunk.measure()), at: Date.now(), life: this.#life };
    const records = await this.#trunk.records();
    const findings: Findings = {
      seed: this.#settings.seed,
      begun: this.#begun,
      finishedAt,
      sides: this.#sides,
      windows: this.#windows,
      records,
      left,
      samples: this.#samples,
      idle,
    };
    const verdict = judge(findings);
    verdict.states.push(...this.#broken);
    const { report } = this.#settings;
    if (report !== undefined) {
      writeFileSync(report, JSON.stringify({ ...findings, begun: [...this.#begun], verdict }, undefined, 1));
    }
    for (const area of AREAS) {
      say(`${area}: ${verdict[area].length === 0 ? 'no fault' : `${verdict[area].length} faults`}`);
      for (const fault of verdict[area].slice(0, SHOWN)) say(`  ${fault}`);
    }
    const count = AREAS.reduce((sum, area) => sum + verdict[area].length, 0);
    if (count > 0) for (const text of this.#trunk.log.slice(-SHOWN)) say(`  trunk: ${text}`);
    const answered = this.#sides.filter(({ side, answeredAt }) => side === 'caller' && answeredAt !== undefined).length;
    const transfers = records.filter(({ kind }) => kind === 'transfer').length;
    say(
      `${this.#begun.size} calls, ${answered} answered, ${transfers} transfers, ${this.#windows.length} faults put in`,
    );
    say(count === 0 ? 'Verdict: it held.' : `Verdict: ${count} faults (seed ${this.#settings.seed}).`);
    return count;
  }

  async #pause(ms: number): Promise<void> {
    if (ms > 0) await sleep(ms, undefined, { signal: this.#stop.signal }).catch(() => {});
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** A volume of its own in memory, that can be filled without harm. */
function mountVolume(folder: string, minutes: number): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${200 + 40 * minutes}m`, 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Free now, and hopefully still so in a moment. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function read(argv: readonly string[]): Settings | undefined {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      minutes: { type: 'string', default: '10' },
      rate: { type: 'string', default: '10' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
      faults: { type: 'string', default: FAULTS.join(',') },
      report: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const whole = (name: 'minutes' | 'rate' | 'seed', most: number): number => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < (name === 'seed' ? 0 : 1) || value > most) {
      throw new Error(`--${name} takes a whole number up to ${most}, not '${values[name]}'.`);
    }
    return value;
  };
  const named = values.faults === 'none' ? [] : values.faults.split(',').map((kind) => kind.trim());
  const kinds = named.map((name) => {
    const kind = FAULTS.find((each) => each === name);
    if (!kind) throw new Error(`There is no fault '${name}': choose from ${FAULTS.join(', ')}, or none.`);
    return kind;
  });
  return {
    minutes: whole('minutes', 1440),
    rate: whole('rate', 100),
    seed: whole('seed', 1e9),
    kinds,
    report: values.report,
  };
}

async function main(): Promise<number> {
  let settings: Settings | undefined;
  try {
    settings = read(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`soak: ${(error as Error).message}\n`);
    return 2;
  }
  if (!settings) {
    process.stdout.write(HELP);
    return 0;
  }
  const soak = new Soak(settings);
  process.once('SIGINT', () => soak.cancel());
  process.once('SIGTERM', () => soak.cancel());
  return (await soak.run()) === 0 ? 0 : 1;
}

process.exitCode = await main();
