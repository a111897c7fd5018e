/** The trunk of a soak: the bundle that users start, in a process of its own. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { AGENT_NUMBERS, DOMAIN, PARTY_NUMBER, RECORDED, TARGET_NUMBER } from './plan.ts';
import type { Measure } from './probe.ts';

const root = path.resolve(import.meta.dirname, '..');

export interface TrunkPlace {
  /** Folder of the configuration. */
  readonly folder: string;
  /** Folder of records and recordings: the volume that fills up. */
  readonly volume: string;
  readonly sipPort: number;
  readonly httpPort: number;
  /** URI of each agent number, and of the target's. */
  readonly agents: readonly string[];
  readonly target: string;
}

export interface TrunkRecord {
  readonly id: string;
  readonly callId: string;
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  readonly startedAt: number;
  readonly answeredAt: number | null;
  readonly endedAt: number;
  readonly result: string;
  readonly recording?: { readonly durationMs: number } | null;
}

export class SoakTrunk {
  readonly #place: TrunkPlace;
  #child: ChildProcess | undefined;
  #token = '';
  /** What it wrote on stderr: warnings and errors, newest last. */
  readonly log: string[] = [];

  constructor(place: TrunkPlace) {
    this.#place = place;
    writeFileSync(path.join(place.folder, 'patchcord.json'), JSON.stringify(configFor(place), undefined, 2));
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  async start(): Promise<void> {
    const args = ['trunk', '--json', '--config', path.join(this.#place.folder, 'patchcord.json')];
    const probe = pathToFileURL(path.join(import.meta.dirname, 'probe.ts')).href;
    const child = fork(path.join(root, 'scripts/patchcord.mjs'), args, {
      execArgv: ['--disable-warning=ExperimentalWarning', '--expose-gc', '--max-semi-space-size=8', '--import', probe],
      env: { ...process.env, XDG_DATA_HOME: this.#place.folder },
      silent: true,
    });
    this.#child = child;
    child.stderr?.on('data', (chunk) => {
      this.log.push(...String(chunk).split('\n').filter(Boolean));
      if (this.log.length > 2000) this.log.splice(0, 1000);
    });
    const ready = await new Promise<string>((resolve, reject) => {
      let said = '';
      child.stdout?.on('data', (chunk) => {
        if (said.includes('\n')) return;
        said += String(chunk);
        if (said.includes('\n')) resolve(said.slice(0, said.indexOf('\n')));
      });
      child.once('exit', (code) => reject(new Error(`the trunk did not start (${code}): ${this.log.join('\n')}`)));
    });
    this.#token = (JSON.parse(ready) as { token: string }).token;
  }

  get running(): boolean {
    const child = this.#child;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** @returns how long it took, in milliseconds */
  async stop(): Promise<number> {
    const child = this.#child;
    if (!child || !this.running) return 0;
    const began = performance.now();
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
    await gone;
    clearTimeout(timer);
    return performance.now() - began;
  }

  async measure(): Promise<Measure & { files: number }> {
    const child = this.#child!;
    const answer = once(child, 'message');
    child.send('measure');
    const [measure] = (await answer) as [Measure];
    return { ...measure, files: readdirSync(`/proc/${this.pid}/fd`).length };
  }

  async liveCalls(): Promise<{ id: string; startedAt: number }[]> {
    const { calls } = (await this.#get('/api/calls')) as { calls: { id: string; startedAt: number }[] };
    return calls;
  }

  /** All of them, oldest last. */
  async records(): Promise<TrunkRecord[]> {
    const all: TrunkRecord[] = [];
    let cursor: string | undefined;
    do {
      const next = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page = (await this.#get(`/api/records?limit=1000${next}`)) as {
        records: TrunkRecord[];
        nextCursor?: string;
      };
      all.push(...page.records);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return all;
  }

  async #get(resource: string): Promise<unknown> {
    const response = await fetch(`http://127.0.0.1:${this.#place.httpPort}${resource}`, {
      headers: { authorization: `Bearer ${this.#token}` },
      signal: AbortSignal.timeout(20_000),
    });
    if (!response.ok) throw new Error(`${resource}: ${response.status} ${await response.text()}`);
    return response.json();
  }
}

function configFor({ volume, sipPort, httpPort, agents, target }: TrunkPlace): object {
  return {
    listen: { udp: sipPort, tcp: 0, tls: 0, http: httpPort },
    rtp: { portMin: 20_000, portMax: 29_999 },
    domain: DOMAIN,
    numbers: [
      ...AGENT_NUMBERS.map((number, index) => ({ number, to: [agents[index]] })),
      { number: TARGET_NUMBER, to: [target] },
    ],
    parties: [{ number: PARTY_NUMBER, name: 'Dana', behaviour: 'answer', afterMs: 200 }],
    limits: { concurrentCalls: 2000, callsPerSecond: 500 },
    // Peers that were killed are to be noticed within the run.
    media: { timeoutSeconds: 5 },
    records: { file: path.join(volume, 'records.sqlite') },
    recording: { numbers: [RECORDED], folder: path.join(volume, 'recordings') },
  };
}
