/** Runs the cases of a part, and makes small what fails. */
import { Dice } from './dice.ts';
import { Stall, type Bench, type Case, type Part, type Piece } from './part.ts';

export interface Finding {
  readonly part: string;
  readonly seed: number;
  readonly index: number;
  readonly error: unknown;
  readonly minimal: Case;
}

export interface Hunt {
  readonly part: Part;
  readonly seed: number;
  /** Asked before each case. */
  readonly goOn: (index: number) => boolean;
  /** Told before each attempt, those on smaller cases included. */
  readonly before?: (index: number) => void;
}

/** What making a case smaller may take. */
const SHRINK_TRIES = 2000;
const SHRINK_MS = 20_000;

/** @returns how many cases passed, and the first that did not */
export async function hunt({ part, seed, goOn, before }: Hunt): Promise<{ cases: number; finding?: Finding }> {
  const stray: unknown[] = [];
  const note = (error: unknown): void => void stray.push(error);
  process.on('unhandledRejection', note);
  process.on('uncaughtException', note);
  const bench = await part.open();
  try {
    let index = 0;
    for (; goOn(index); index += 1) {
      before?.(index);
      const input = await bench.generate(new Dice((seed * 1_000_003 + index) >>> 0));
      const error = await failure(bench, input, stray);
      if (error === undefined) continue;
      const minimal = await shrink(input, async (smaller) => {
        before?.(index);
        return (await afresh(part, smaller, stray)) !== undefined;
      });
      return { cases: index, finding: { part: part.name, seed, index, error, minimal } };
    }
    return { cases: index };
  } finally {
    await bench.close();
    process.off('unhandledRejection', note);
    process.off('uncaughtException', note);
  }
}

/** What is wrong with a case. A stall counts when it comes three times in a row. */
async function failure(bench: Bench, input: Case, stray: unknown[]): Promise<unknown> {
  for (let tries = 0; ; tries += 1) {
    const error = await attempt(bench, input, stray);
    if (!(error instanceof Stall) || tries === 2) return error;
  }
}

/** On a bench of its own: what failed may have left the other one broken. */
async function afresh(part: Part, input: Case, stray: unknown[]): Promise<unknown> {
  const bench = await part.open();
  try {
    return await failure(bench, input, stray);
  } finally {
    await bench.close();
  }
}

async function attempt(bench: Bench, input: Case, stray: unknown[]): Promise<unknown> {
  try {
    await bench.check(input);
  } catch (error) {
    stray.length = 0;
    return error;
  }
  // A rejection that nobody handles is told after the microtasks.
  await new Promise((resolve) => setImmediate(resolve));
  return stray.splice(0)[0];
}

/** Leaves out pieces, then bytes, as long as it still fails. */
async function shrink(input: Case, fails: (smaller: Case) => Promise<boolean>): Promise<Case> {
  let best = input;
  let tries = 0;
  const end = performance.now() + SHRINK_MS;
  const tired = (): boolean => tries >= SHRINK_TRIES || performance.now() > end;
  const attemptWith = async (pieces: readonly Piece[]): Promise<boolean> => {
    if (tired()) return false;
    tries += 1;
    if (!(await fails({ ...best, pieces }))) return false;
    best = { ...best, pieces };
    return true;
  };
  for (let i = best.pieces.length - 1; i >= 0; i -= 1) await attemptWith(best.pieces.toSpliced(i, 1));
  for (let i = 0; i < best.pieces.length; i += 1) {
    for (let size = best.pieces[i]!.bytes.length >> 1; size > 0; size >>= 1) {
      for (let from = 0; from < best.pieces[i]!.bytes.length && !tired();) {
        const { at, bytes } = best.pieces[i]!;
        const less = Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + size)]);
        if (!(await attemptWith(best.pieces.with(i, { at, bytes: less })))) from += size;
      }
    }
  }
  return best;
}

/** For a terminal, and to be pasted into a regression test. */
export function describe({ part, seed, index, error, minimal }: Finding): string {
  const pieces = minimal.pieces.map(
    ({ at, bytes }) =>
      `  { at: ${at}, bytes: Buffer.from(${JSON.stringify(Buffer.from(bytes).toString('latin1'))}, 'latin1') },`,
  );
  const why = chain(error).join('\ncaused by ');
  return [`${part}: case ${index} of seed ${seed} fails`, why, `plan ${minimal.plan}, pieces:`, ...pieces].join('\n');
}

/** An error and its causes, each with its stack. */
function chain(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)];
  return [error.stack ?? error.message, ...(error.cause === undefined ? [] : chain(error.cause))];
}
