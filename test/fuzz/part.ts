/** What a fuzzing part is: it makes cases out of dice, and holds one against what must always be true. */
import type { Dice } from './dice.ts';

/** Some bytes and where they go; what the place means is the part's own. */
export interface Piece {
  readonly at: number;
  readonly bytes: Uint8Array;
}

export interface Case {
  /** What of the case is not bytes, as a number. */
  readonly plan: number;
  readonly pieces: readonly Piece[];
}

export interface Bench {
  generate(dice: Dice): Case | Promise<Case>;
  /** Throws when something happens that must not. */
  check(input: Case): void | Promise<void>;
  close(): Promise<void>;
}

export interface Part {
  readonly name: string;
  /** Cases of this part in the test suite. */
  readonly inSuite: number;
  open(): Promise<Bench>;
}

/** CPU milliseconds that one message may take. */
const STALL_MS = 50;

/** A message took too long. A busy machine may be the reason, so whoever catches it looks again. */
export class Stall extends Error {
  constructor(ms: number) {
    super(`one message took ${ms.toFixed(0)} ms of CPU time`);
    this.name = 'Stall';
  }
}

/** Runs what one message causes. @throws Stall */
export function timed<T>(work: () => T): T {
  const before = process.threadCpuUsage();
  const result = work();
  expectNoStall(before);
  return result;
}

/** @param before what the thread had used when it began @throws Stall */
export function expectNoStall(before: NodeJS.CpuUsage): void {
  const { user, system } = process.threadCpuUsage(before);
  const ms = (user + system) / 1000;
  if (ms > STALL_MS) throw new Stall(ms);
}

/** For parts whose cases need no preparation. */
export function simply(generate: Bench['generate'], check: Bench['check']): () => Promise<Bench> {
  return async () => ({ generate, check, close: async () => {} });
}

export function expectThat(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}
