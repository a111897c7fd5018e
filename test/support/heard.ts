/** What somebody hears, on a timeline of 20 ms frames: who, from when to when. */
import { Hearing } from '../../src/core/media/hearing.ts';
import type { Frame } from '../../src/core/rtp/frame.ts';
import type { MediaSession } from '../../src/core/media/session.ts';
import { energyAt } from './tone.ts';

const FRAME_MS = 20;
/** The longest gap that nobody minds. */
const GAP_MS = 60;
/** How long after its cue a sound may begin: the gap, and the way of the messages and of the sound. */
const CUE_MS = 120;
/** A frame that arrives so much before or after its time by its timestamp is heard at another time than it says. */
const OFF_MS = 60;
/** Amplitude of a tone that is heard, of 32,767. */
const AUDIBLE = 800;

/** Multiples of 50 Hz, so that in 20 ms none is in the way of another. */
export type Tones = Readonly<Record<string, number>>;

/** Those who are heard at once. In milliseconds of the test's clock. */
interface Run {
  readonly who: readonly string[];
  from: number;
  to: number;
}

const isPart = (run: Run, of: Run | undefined): boolean =>
  of !== undefined && run.who.every((name) => of.who.includes(name));

const nameOf = ({ who }: Run): string => who.join('+') || 'nobody';

/** Runs that are named: the first ones show what goes wrong. */
const MOST_NAMED = 12;

function sentenceOf(runs: readonly Run[]): string {
  const named = runs.slice(0, MOST_NAMED).map((run) => `${nameOf(run)} from ${run.from} to ${run.to} ms`);
  if (runs.length > MOST_NAMED) named.push(`and ${runs.length - MOST_NAMED} changes more`);
  return named.join(', ') || 'nobody at all';
}

export class Heard {
  readonly #now: () => number;
  readonly #tones: Tones;
  readonly #slots = new Map<number, Set<string>>();
  readonly #faults: string[] = [];
  readonly #hearing = new Hearing(8000);
  #first: { readonly slot: number; readonly timestamp: number } | undefined;

  constructor(now: () => number, tones: Tones) {
    this.#now = now;
    this.#tones = tones;
  }

  /** Listens to all that this media gets. */
  to(media: MediaSession): void {
    this.#first = undefined;
    media.tap({ write: (frame) => this.#hear(frame) });
  }

  /** As a receiver plays it: by timestamps, from the arrival of the first packet on. */
  #hear(frame: Frame): void {
    if (frame.kind !== 'audio') return;
    const at = this.#now();
    this.#first ??= { slot: Math.floor(at / FRAME_MS), timestamp: frame.timestamp };
    const slot = this.#first.slot + Math.round(((frame.timestamp - this.#first.timestamp) | 0) / 160);
    const off = at - slot * FRAME_MS;
    if (Math.abs(off) > OFF_MS) this.#faults.push(`at ${at} ms a frame came ${off} ms off its time`);
    const samples = this.#hearing.hear(frame);
    const heard = this.#slots.get(slot) ?? new Set();
    for (const [name, hz] of Object.entries(this.#tones)) if (energyAt(samples, hz) > AUDIBLE) heard.add(name);
    this.#slots.set(slot, heard);
  }

  /** From the first sound to now. A gap of up to 60 ms belongs to what is before it, the beginning of a mix to the mix. */
  get runs(): Run[] {
    const end = Math.floor(this.#now() / FRAME_MS);
    const slots = [...this.#slots].filter(([, heard]) => heard.size > 0).map(([slot]) => slot);
    const runs: Run[] = [];
    for (let slot = Math.min(...slots, end); slot < end; slot += 1) {
      const who = [...(this.#slots.get(slot) ?? [])].toSorted();
      const last = runs.at(-1);
      if (last?.who.join() === who.join()) last.to = (slot + 1) * FRAME_MS;
      else runs.push({ who, from: slot * FRAME_MS, to: (slot + 1) * FRAME_MS });
    }
    const lasting: Run[] = [];
    for (const [at, run] of runs.entries()) {
      const last = lasting.at(-1);
      const next = runs[at + 1];
      const short = run.to - run.from <= GAP_MS;
      const joins = run.who.length > 0 && isPart(run, next);
      if (short && joins) next!.from = run.from;
      else if (last && (run.who.join() === last.who.join() || (short && isPart(run, last)))) last.to = run.to;
      else lasting.push(run);
    }
    return lasting;
  }

  /**
   * @param expected in order; names joined by `+`, or `nobody`. Each as `who`, or as `cue: who` when it has to begin soon after that cue
   * @param cues when each of them was, in milliseconds
   * @returns what is wrong, a line each; empty when all is well
   */
  problems(expected: readonly string[], cues: ReadonlyMap<string, number>): string[] {
    const { runs } = this;
    const wanted = expected.map((each) => /^(?:(.*): )?(.*)$/.exec(each)!).map(([, cue, who = '']) => ({ cue, who }));
    const sentence = sentenceOf(runs);
    if (runs.map(nameOf).join() !== wanted.map(({ who }) => who).join())
      return [`hears ${sentence}; expected ${expected.join(', ') || 'nobody at all'}`, ...this.#faults];
    const late = wanted.flatMap(({ cue, who }, at) => {
      if (cue === undefined) return [];
      const since = cues.get(cue);
      if (since === undefined) return [`there was no "${cue}", after which ${who} was to be heard`];
      const delay = runs[at]!.from - since;
      return delay >= -FRAME_MS && delay <= CUE_MS
        ? []
        : [`hears ${who} from ${runs[at]!.from} ms, which is ${delay} ms after "${cue}"`];
    });
    return [...late, ...this.#faults];
  }
}
