/**
 * Who is rung, in which order, and who wins. A plain step function: what has happened goes in, what is to be done comes out.
 * A hunt has lines, which are rung at once: one for a call, one for each target of a `<Dial>`. A line has steps, one after the
 * other (P29): the next one begins when everybody in the step before has failed or stayed silent. The places in a step are rung
 * at once. Whoever answers first wins, and all others are cancelled (RFC 3261 §16.7, W25).
 */

export interface Branch {
  readonly line: number;
  readonly step: number;
  readonly place: number;
}

export interface Failed {
  /** Final SIP status. */
  readonly status: number;
}

/** How the steps follow one another. */
export interface HuntRules {
  /** A step has a limit of its own for ringing; else only the hunt as a whole has one. */
  readonly stepsRingOut: boolean;
  /** What comes after a step that rang out: the next one, or nothing (the line has failed). */
  readonly afterRinging: 'next' | 'over';
}

interface Line<F> {
  /** How many places each step has; undefined until they are known. */
  readonly steps: readonly number[] | undefined;
  readonly step: number;
  /** Places of this step that may still answer. */
  readonly open: readonly number[];
  readonly rang: boolean;
  /** The best failure of this step so far. */
  readonly failure: F | undefined;
  readonly over: boolean;
}

export interface HuntState<F> {
  readonly rules: HuntRules;
  readonly lines: readonly Line<F>[];
  readonly over: boolean;
}

export type HuntInput<F> =
  /** Where the line leads. @param nobody what it amounts to when it has no steps */
  | { readonly type: 'located'; readonly line: number; readonly steps: readonly number[]; readonly nobody: F }
  | { readonly type: 'rang'; readonly branch: Branch }
  | { readonly type: 'answered'; readonly branch: Branch }
  | { readonly type: 'failed'; readonly branch: Branch; readonly failure: F }
  /** The step of that line was silent, or rang, for as long as it may. @param failure what that amounts to */
  | { readonly type: 'stepTimeOver'; readonly line: number; readonly failure: F }
  /** The same for the whole hunt. */
  | { readonly type: 'timeOver'; readonly failure: F }
  /** Nobody wants an answer any more. */
  | { readonly type: 'stopped' };

/** `elsewhere`: somebody else has answered. `declined`: one of the same step has declined for all (§16.7, 6xx). */
export type CancelWhy = 'no-answer' | 'elsewhere' | 'declined' | 'stopped';

export type HuntEffect<F> =
  | { readonly do: 'place'; readonly branch: Branch }
  | { readonly do: 'cancel'; readonly branch: Branch; readonly why: CancelWhy }
  /** `silence`: how long a step may stay silent when there is a next one; `ring`: how long it may ring. Both from its start. */
  | { readonly do: 'arm'; readonly line: number; readonly timer: 'silence' | 'ring' }
  | { readonly do: 'disarm'; readonly line: number }
  | { readonly do: 'won'; readonly branch: Branch }
  /** Nobody in this line will answer; others may. */
  | { readonly do: 'lineLost'; readonly line: number; readonly failure: F }
  /** The hunt is over, and nobody has answered. */
  | { readonly do: 'lost'; readonly failure: F };

type Step<F> = [HuntState<F>, HuntEffect<F>[]];

export function startHunt<F extends Failed>(lines: number, rules: HuntRules): HuntState<F> {
  const line: Line<F> = { steps: undefined, step: -1, open: [], rang: false, failure: undefined, over: false };
  return { rules, lines: Array.from({ length: lines }, () => line), over: false };
}

export function stepHunt<F extends Failed>(hunt: HuntState<F>, input: HuntInput<F>): Step<F> {
  if (hunt.over) return [hunt, []];
  switch (input.type) {
    case 'located':
      return located(hunt, input);
    case 'rang':
      return rang(hunt, input.branch);
    case 'answered':
      return answered(hunt, input.branch);
    case 'failed':
      return failed(hunt, input.branch, input.failure);
    case 'stepTimeOver':
      return stepTimeOver(hunt, input.line, input.failure);
    case 'timeOver':
      return [{ ...hunt, over: true }, [...cancelAll(hunt, 'no-answer'), { do: 'lost', failure: input.failure }]];
    case 'stopped':
      return [{ ...hunt, over: true }, cancelAll(hunt, 'stopped')];
    default:
      return input satisfies never;
  }
}

type Input<F, T extends HuntInput<F>['type']> = Extract<HuntInput<F>, { type: T }>;

function located<F extends Failed>(hunt: HuntState<F>, { line, steps, nobody }: Input<F, 'located'>): Step<F> {
  const before = hunt.lines[line];
  if (!before || before.steps) return [hunt, []];
  return nextStep(hunt, line, { ...before, steps, failure: nobody });
}

function rang<F extends Failed>(hunt: HuntState<F>, branch: Branch): Step<F> {
  const line = openLine(hunt, branch);
  if (!line || line.rang) return [hunt, []];
  const after = withLine(hunt, branch.line, { ...line, rang: true });
  return [after, [hunt.rules.stepsRingOut ? arm(branch.line, 'ring') : { do: 'disarm', line: branch.line }]];
}

function answered<F extends Failed>(hunt: HuntState<F>, branch: Branch): Step<F> {
  const line = openLine(hunt, branch);
  if (!line) return [hunt, []];
  const others = withLine(hunt, branch.line, without(line, branch.place));
  return [{ ...others, over: true }, [...cancelAll(others, 'elsewhere'), { do: 'won', branch }]];
}

function failed<F extends Failed>(hunt: HuntState<F>, branch: Branch, failure: F): Step<F> {
  const line = openLine(hunt, branch);
  if (!line) return [hunt, []];
  const left = { ...without(line, branch.place), failure: better(line.failure, failure) };
  if (failure.status >= 600) return endStep(hunt, branch.line, left, 'declined');
  return left.open.length > 0 ? [withLine(hunt, branch.line, left), []] : nextStep(hunt, branch.line, left);
}

function stepTimeOver<F extends Failed>(hunt: HuntState<F>, index: number, failure: F): Step<F> {
  const line = hunt.lines[index];
  if (!line || line.open.length === 0) return [hunt, []];
  const late = { ...line, failure: better(line.failure, failure) };
  return endStep(hunt, index, late, 'no-answer', line.rang && hunt.rules.afterRinging === 'over');
}

/** Cancels whoever is left in the step, and goes on with the next one unless this was the last. */
function endStep<F extends Failed>(
  hunt: HuntState<F>,
  index: number,
  line: Line<F>,
  why: CancelWhy,
  last = false,
): Step<F> {
  const canceled = cancelLine(index, line, why);
  const [after, effects] = (last ? lose : nextStep)(hunt, index, { ...line, open: [] });
  return [after, [...canceled, ...effects]];
}

function nextStep<F extends Failed>(hunt: HuntState<F>, index: number, line: Line<F>): Step<F> {
  const step = line.step + 1;
  const size = line.steps?.[step];
  if (size === undefined) return lose(hunt, index, line);
  const open = Array.from({ length: size }, (_, place) => place);
  const more = step + 1 < (line.steps?.length ?? 0);
  const timer = more ? 'silence' : hunt.rules.stepsRingOut ? 'ring' : undefined;
  return [
    withLine(hunt, index, { ...line, step, open, rang: false, failure: undefined }),
    [
      timer ? arm(index, timer) : { do: 'disarm', line: index },
      ...open.map((place) => ({ do: 'place', branch: { line: index, step, place } }) as const),
    ],
  ];
}

function lose<F extends Failed>(hunt: HuntState<F>, index: number, line: Line<F>): Step<F> {
  const after = withLine(hunt, index, { ...line, over: true });
  const { failure } = line;
  if (!failure) throw new Error('a line without steps needs a failure');
  const over = after.lines.every((each) => each.over);
  const best = after.lines.reduce<F>((worse, each) => (each.failure ? better(worse, each.failure) : worse), failure);
  return [
    { ...after, over },
    [
      { do: 'disarm', line: index },
      { do: 'lineLost', line: index, failure },
      ...(over ? [{ do: 'lost', failure: best } as const] : []),
    ],
  ];
}

/** This branch may still answer. */
export function isOpen<F>(hunt: HuntState<F>, branch: Branch): boolean {
  return !hunt.over && openLine(hunt, branch) !== undefined;
}

/** The line of a branch that may still answer. */
function openLine<F>(hunt: HuntState<F>, { line, step, place }: Branch): Line<F> | undefined {
  const found = hunt.lines[line];
  return found?.step === step && found.open.includes(place) ? found : undefined;
}

function withLine<F>(hunt: HuntState<F>, index: number, line: Line<F>): HuntState<F> {
  return { ...hunt, lines: hunt.lines.with(index, line) };
}

function without<F>(line: Line<F>, place: number): Line<F> {
  return { ...line, open: line.open.filter((each) => each !== place) };
}

function cancelAll<F>(hunt: HuntState<F>, why: CancelWhy): HuntEffect<F>[] {
  return hunt.lines.flatMap((line, index) => [{ do: 'disarm', line: index } as const, ...cancelLine(index, line, why)]);
}

function cancelLine<F>(index: number, { step, open }: Line<F>, why: CancelWhy): HuntEffect<F>[] {
  return open.map((place) => ({ do: 'cancel', branch: { line: index, step, place }, why }) as const);
}

function arm(line: number, timer: 'silence' | 'ring') {
  return { do: 'arm', line, timer } as const;
}

/** The one that says most of why nobody answered; of equals the first. RFC 3261 §16.7 step 6. */
function better<F extends Failed>(one: F | undefined, other: F): F {
  return one !== undefined && rank(one) <= rank(other) ? one : other;
}

function rank({ status }: Failed): number {
  if (status >= 600) return 0;
  if (status === 486) return 1;
  if (status === 408) return 4;
  if (status === 480) return 3;
  return status >= 400 && status < 500 ? 2 : 5;
}
