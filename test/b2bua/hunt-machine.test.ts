import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isOpen,
  startHunt,
  stepHunt,
  type Branch,
  type HuntEffect,
  type HuntInput,
  type HuntRules,
  type HuntState,
} from '../../src/core/b2bua/hunt-machine.ts';

interface Failure {
  readonly status: number;
}

const NOBODY = { status: 404 };
const LATE = { status: 408 };

/** `place 0.1.0`, `won 0.0.1`, `lost 486`: what a hunt has done so far, and what it is now. */
class Run {
  state: HuntState<Failure>;
  readonly done: string[] = [];
  readonly effects: HuntEffect<Failure>[] = [];

  constructor(lines: readonly (readonly number[])[], rules: Partial<HuntRules> = {}) {
    this.state = startHunt(lines.length, { stepsRingOut: true, afterRinging: 'next', ...rules });
    for (const [line, steps] of lines.entries()) this.enter({ type: 'located', line, steps, nobody: NOBODY });
  }

  enter(input: HuntInput<Failure>): string[] {
    const [state, effects] = stepHunt(this.state, input);
    this.state = state;
    this.effects.push(...effects);
    const words = effects.map(wordsOf);
    this.done.push(...words);
    return words;
  }

  rang(line: number, step: number, place: number): string[] {
    return this.enter({ type: 'rang', branch: { line, step, place } });
  }

  answered(line: number, step: number, place: number): string[] {
    return this.enter({ type: 'answered', branch: { line, step, place } });
  }

  failed(status: number, line: number, step: number, place: number): string[] {
    return this.enter({ type: 'failed', branch: { line, step, place }, failure: { status } });
  }

  late(line = 0): string[] {
    return this.enter({ type: 'stepTimeOver', line, failure: LATE });
  }
}

const named = ({ line, step, place }: Branch): string => `${line}.${step}.${place}`;

function wordsOf(effect: HuntEffect<Failure>): string {
  switch (effect.do) {
    case 'place':
    case 'won':
      return `${effect.do} ${named(effect.branch)}`;
    case 'cancel':
      return `cancel ${named(effect.branch)} ${effect.why}`;
    case 'arm':
      return `arm ${effect.line} ${effect.timer}`;
    case 'disarm':
      return `disarm ${effect.line}`;
    case 'lineLost':
      return `line ${effect.line} lost ${effect.failure.status}`;
    case 'lost':
      return `lost ${effect.failure.status}`;
    default:
      return effect satisfies never;
  }
}

describe('P29: one after the other', () => {
  it('the next one when one fails, and what the last one said when nobody is left', () => {
    const run = new Run([[1, 1]]);
    expect(run.done).toEqual(['arm 0 silence', 'place 0.0.0']);
    expect(run.failed(486, 0, 0, 0)).toEqual(['arm 0 ring', 'place 0.1.0']);
    expect(run.failed(503, 0, 1, 0)).toEqual(['disarm 0', 'line 0 lost 503', 'lost 503']);
  });

  it('the next one when one stays silent', () => {
    const run = new Run([[1, 1]]);
    expect(run.late()).toEqual(['cancel 0.0.0 no-answer', 'arm 0 ring', 'place 0.1.0']);
    expect(run.failed(486, 0, 0, 0)).toEqual([]);
    expect(run.late()).toEqual(['cancel 0.1.0 no-answer', 'disarm 0', 'line 0 lost 408', 'lost 408']);
  });

  it('one that rings has its ring time', () => {
    const run = new Run([[1, 1]]);
    expect(run.rang(0, 0, 0)).toEqual(['arm 0 ring']);
    expect(run.rang(0, 0, 0)).toEqual([]);
    expect(run.late()).toEqual(['cancel 0.0.0 no-answer', 'arm 0 ring', 'place 0.1.0']);
  });

  it('P17: nobody follows one that rang, where the rules say so', () => {
    const run = new Run([[1, 1]], { afterRinging: 'over' });
    run.rang(0, 0, 0);
    expect(run.late()).toEqual(['cancel 0.0.0 no-answer', 'disarm 0', 'line 0 lost 408', 'lost 408']);
  });

  it('nobody at all', () => {
    expect(new Run([[]]).done).toEqual(['disarm 0', 'line 0 lost 404', 'lost 404']);
  });
});

describe('W25: several at once', () => {
  it('the first answer wins, and the others are cancelled', () => {
    const run = new Run([[3]]);
    expect(run.done).toEqual(['arm 0 ring', 'place 0.0.0', 'place 0.0.1', 'place 0.0.2']);
    run.failed(486, 0, 0, 0);
    expect(run.answered(0, 0, 2)).toEqual(['disarm 0', 'cancel 0.0.1 elsewhere', 'won 0.0.2']);
    expect(run.answered(0, 0, 1)).toEqual([]);
  });

  it.each([
    [[480, 486, 503], 486],
    [[503, 404, 408], 404],
    [[503, 480], 480],
    [[486, 603], 603],
  ])('of the failures %j it is %i that counts', (statuses, best) => {
    const run = new Run([[statuses.length]]);
    for (const [place, status] of statuses.entries()) run.failed(status, 0, 0, place);
    expect(run.done.at(-1)).toBe(`lost ${best}`);
  });

  it('who declines declines for all of its step', () => {
    const run = new Run([[2, 1]]);
    expect(run.failed(603, 0, 0, 1)).toEqual(['cancel 0.0.0 declined', 'arm 0 ring', 'place 0.1.0']);
  });
});

describe('lines', () => {
  it('the first answer in any of them wins', () => {
    const run = new Run([[1], [1, 1], [2]], { stepsRingOut: false });
    expect(run.done).toEqual([
      'disarm 0',
      'place 0.0.0',
      'arm 1 silence',
      'place 1.0.0',
      'disarm 2',
      'place 2.0.0',
      'place 2.0.1',
    ]);
    expect(run.failed(486, 0, 0, 0)).toEqual(['disarm 0', 'line 0 lost 486']);
    run.failed(503, 1, 0, 0);
    expect(run.answered(1, 1, 0)).toEqual([
      'disarm 0',
      'disarm 1',
      'disarm 2',
      'cancel 2.0.0 elsewhere',
      'cancel 2.0.1 elsewhere',
      'won 1.1.0',
    ]);
  });

  it('a line that is still being located is waited for', () => {
    const run = new Run([[1]]);
    run.state = startHunt(2, run.state.rules);
    run.enter({ type: 'located', line: 0, steps: [1], nobody: NOBODY });
    expect(run.failed(486, 0, 0, 0)).toEqual(['disarm 0', 'line 0 lost 486']);
    expect(run.enter({ type: 'located', line: 1, steps: [1], nobody: NOBODY })).toEqual(['arm 1 ring', 'place 1.0.0']);
    expect(run.answered(1, 0, 0).at(-1)).toBe('won 1.0.0');
  });
});

const plans = fc.array(fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }), { minLength: 1, maxLength: 3 });
const rules = fc.record({
  stepsRingOut: fc.boolean(),
  afterRinging: fc.constantFrom('next' as const, 'over' as const),
});
const events = fc.array(
  fc.record({
    what: fc.constantFrom('rang', 'answered', 'failed', 'failed', 'failed', 'late', 'timeOver', 'stopped', 'again'),
    which: fc.nat(),
    status: fc.constantFrom(480, 486, 404, 503, 603),
  }),
  { maxLength: 40 },
);

it('W25, P29: under any events each branch ends exactly once, exactly one outcome comes, and nothing after it', () => {
  fc.assert(
    fc.property(plans, rules, events, (plan, rule, happenings) => {
      const run = new Run(plan, rule);
      const failed = new Set<string>();
      let stopped = false;
      const placed = (): Branch[] => run.effects.flatMap((effect) => (effect.do === 'place' ? [effect.branch] : []));
      const open = (): Branch[] => placed().filter((branch) => isOpen(run.state, branch));
      const fail = (branch: Branch, status: number): void => {
        if (isOpen(run.state, branch)) failed.add(named(branch));
        run.enter({ type: 'failed', branch, failure: { status } });
      };
      const happen = (what: string, which: number, status: number): void => {
        // Also of branches that are over: their news comes late.
        const all = what === 'again' ? placed() : open();
        const branch = all[which % Math.max(1, all.length)];
        if (what === 'late') run.late(which % plan.length);
        else if (what === 'timeOver') run.enter({ type: 'timeOver', failure: LATE });
        else if (what === 'stopped') {
          stopped ||= !run.state.over;
          run.enter({ type: 'stopped' });
        } else if (!branch) return;
        else if (what === 'failed') fail(branch, status);
        else run.enter({ type: what === 'rang' || status === 480 ? 'rang' : 'answered', branch });
      };
      for (const { what, which, status } of happenings) happen(what, which, status);
      // In the end everybody says something.
      for (let [branch] = open(); branch; [branch] = open()) fail(branch, 486);

      const count = (word: string): number => run.done.filter((each) => each.split(' ')[0] === word).length;
      expect(run.state.over).toBe(true);
      expect(count('won') + count('lost') + Number(stopped)).toBe(1);
      const names = placed().map(named);
      expect(new Set(names).size).toBe(names.length);
      for (const name of names) {
        const ends = run.done.filter((each) => each === `won ${name}` || each.startsWith(`cancel ${name} `)).length;
        expect(ends + Number(failed.has(name))).toBe(1);
      }
      // Steps come in their order, and no timer of a line is left that has ended by itself.
      const order = (line: number): number[] => placed().flatMap((each) => (each.line === line ? [each.step] : []));
      for (const line of plan.keys()) expect(order(line)).toEqual(order(line).toSorted((a, b) => a - b));
      const before = run.done.length;
      for (const { which, status } of happenings) happen('again', which, status);
      expect(run.done.length).toBe(before);
    }),
    { numRuns: 2000 },
  );
});
