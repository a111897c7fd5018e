/**
 * Rings destinations until somebody answers: for a call that came in, a transfer, a call of the API and the targets of a `<Dial>`.
 * `hunt-machine.ts` decides; this places the legs, runs the timers and cancels.
 */
import type { Identity } from '../../nouns/call.ts';
import { detach, guarded } from '../log/owner.ts';
import { reasonPhrase } from '../message/index.ts';
import type { Timer } from '../time/clock.ts';
import type { Owner } from '../time/owner.ts';
import type { Board, Destination } from './board.ts';
import type { Call } from './call.ts';
import { callOwner } from './call-owner.ts';
import { dialLeg } from './dial-leg.ts';
import { closeLeg, dropLeg } from './hang-up.ts';
import type { HuntFailure, HuntLimits, HuntLine, HuntRoute, HuntUser } from './hunt-plan.ts';
import {
  isOpen,
  startHunt,
  stepHunt,
  type Branch,
  type CancelWhy,
  type HuntEffect,
  type HuntInput,
  type HuntState,
} from './hunt-machine.ts';
import type { LegEnd } from './leg-end.ts';
import { partyOf, resultOf, type Leg } from './leg.ts';

const RANG_OUT: HuntFailure = { by: 'trunk', status: 408, reason: 'Request Timeout' };
const NOBODY = { status: 480, reason: 'Temporarily Unavailable' };
const FAULT: HuntFailure = { by: 'trunk', status: 500, reason: 'Server Internal Error' };

/** RFC 3326 §3.1: whoever lost need not list the call as missed. W25. */
const COMPLETED_ELSEWHERE = 'SIP;cause=200;text="Call completed elsewhere"';
const DECLINED_ELSEWHERE = 'SIP;cause=603;text="Declined elsewhere"';

interface LineRun {
  steps: readonly (readonly Destination[])[];
  identity: Identity;
  /** The first leg of the line, in whose stead all others are placed. */
  first: Leg | undefined;
  last: Leg | undefined;
  /** By step and place. */
  readonly legs: Leg[][];
  /** The step that runs, and the instant at which it began. */
  step: number;
  beganAt: number;
  timer: Timer | undefined;
}

export class Hunt {
  readonly #board: Board;
  readonly #call: Call;
  readonly #lines: readonly HuntLine[];
  readonly #limits: HuntLimits;
  readonly #user: HuntUser;
  readonly #owner: Owner;
  readonly #runs: readonly LineRun[];
  #state: HuntState<HuntFailure>;
  #timer: Timer | undefined;
  /** How those end that nobody wants any more. */
  #stop: LegEnd = { by: 'trunk', result: 'canceled', status: 487 };

  constructor(board: Board, call: Call, lines: readonly HuntLine[], limits: HuntLimits, user: HuntUser) {
    this.#board = board;
    this.#call = call;
    this.#lines = lines;
    this.#limits = limits;
    this.#user = user;
    this.#owner = callOwner(board, call);
    this.#state = startHunt(lines.length, limits);
    this.#runs = lines.map(({ route: { identity }, first }) => ({
      steps: [],
      identity,
      first,
      last: first,
      legs: [],
      step: -1,
      beganAt: 0,
      timer: undefined,
    }));
  }

  begin(): void {
    if (this.#state.over || !this.#call.live) return;
    const { ringMs, stepsRingOut } = this.#limits;
    this.#call.hunts.add(this);
    if (!stepsRingOut) {
      const over = () => this.#enter({ type: 'timeOver', failure: RANG_OUT });
      this.#timer = this.#board.options.clock.after(ringMs, over, this.#owner);
    }
    for (const [index, { route, lookUp }] of this.#lines.entries()) {
      if (lookUp) this.#lookUp(index, lookUp);
      else this.#locate(index, route);
    }
  }

  /** Nobody wants an answer any more: whoever rings is cancelled. Its user hears nothing more. */
  stop(end: LegEnd): void {
    this.#stop = end;
    this.#enter({ type: 'stopped' });
  }

  /** The hunt is over, and its legs are somebody else's to end. */
  leave(): void {
    [this.#state] = stepHunt(this.#state, { type: 'stopped' });
    this.#release();
  }

  /** The leg of a line that was placed last. */
  lastLeg(line: number): Leg | undefined {
    return this.#runs[line]?.last;
  }

  #lookUp(index: number, lookUp: () => Promise<HuntRoute>): void {
    const located = lookUp().then(
      (route) => this.#locate(index, route),
      (error: unknown) => {
        this.#board.options.log.error({ error, call: this.#call.id }, 'a target could not be located');
        this.#enter({ type: 'located', line: index, steps: [], nobody: FAULT });
      },
    );
    detach(located, this.#owner);
  }

  #locate(line: number, route: HuntRoute): void {
    const run = this.#runs[line];
    if (!run || this.#state.over || !this.#call.live) return;
    run.steps = stepsOf(route.destinations);
    run.identity = route.identity;
    const nobody: HuntFailure = { by: 'trunk', ...(route.failure ?? NOBODY) };
    this.#guard(() => this.#user.located?.(line, route));
    this.#enter({ type: 'located', line, steps: run.steps.map(({ length }) => length), nobody });
  }

  #enter(input: HuntInput<HuntFailure>): void {
    const [state, effects] = stepHunt(this.#state, input);
    this.#state = state;
    if (state.over) this.#release();
    this.#guard(() => {
      for (const effect of effects) this.#perform(effect);
    });
  }

  /** A fault of ours ends this call and no other (W3). */
  #guard(act: () => void): void {
    guarded(act, this.#owner);
  }

  #perform(effect: HuntEffect<HuntFailure>): void {
    switch (effect.do) {
      case 'place':
        return this.#place(effect.branch);
      case 'cancel':
        return this.#cancel(effect.branch, effect.why);
      case 'arm':
        return this.#arm(effect.line, effect.timer);
      case 'disarm':
        this.#runs[effect.line]?.timer?.cancel();
        return;
      case 'won': {
        const leg = this.#legOf(effect.branch);
        if (leg) this.#user.answered(leg, effect.branch.line);
        return;
      }
      case 'lineLost':
        this.#user.lineFailed?.(effect.line, effect.failure);
        return;
      case 'lost':
        this.#user.failed(effect.failure);
        return;
      default:
        effect satisfies never;
    }
  }

  #place(branch: Branch): void {
    const line = this.#lines[branch.line];
    const run = this.#runs[branch.line];
    const destination = run?.steps[branch.step]?.[branch.place];
    // What was done a moment before may have ended the step, or the call.
    if (!line || !run || !destination || !isOpen(this.#state, branch)) return;
    const leg = this.#legFor(line, run, destination);
    (run.legs[branch.step] ??= [])[branch.place] = run.last = leg;
    this.#user.placed(leg, branch.line, destination);
    // Somebody else may end it: an application, or the operator.
    leg.whenOver(() => {
      const { endedBy = 'unknown', sipStatus = 487 } = leg;
      this.#fail(branch, leg, { by: endedBy, status: sipStatus, reason: reasonPhrase(sipStatus) });
    });
    const placed = dialLeg(this.#board, this.#call, leg, destination, line.dialling, {
      rang: (response, progress) => {
        this.#enter({ type: 'rang', branch });
        if (isOpen(this.#state, branch)) this.#guard(() => this.#user.rang(leg, response, progress));
      },
      answered: () => this.#enter({ type: 'answered', branch }),
      failed: (status, reason, why, fields) => {
        const by = why === undefined ? partyOf(leg.facts.role) : 'trunk';
        this.#fail(branch, leg, { by, status, reason, why, fields });
      },
    });
    detach(placed, this.#owner);
  }

  #legFor(line: HuntLine, run: LineRun, { role }: Destination): Leg {
    if (run.first && run.legs.length === 0) return run.first;
    const leg = this.#board.addLeg(this.#call, {
      role: line.role ?? role,
      identity: run.identity,
      direction: 'out',
      parent: line.parent,
      insteadOf: run.first?.id,
    });
    run.first ??= leg;
    return leg;
  }

  #fail(branch: Branch, leg: Leg, failure: HuntFailure): void {
    if (!isOpen(this.#state, branch)) return;
    const { by, status, why } = failure;
    const [state, effects] = stepHunt(this.#state, { type: 'failed', branch, failure });
    this.#state = state;
    if (state.over) this.#release();
    this.#guard(() => {
      closeLeg(this.#board, leg, { by, result: resultOf(status), status, why });
      for (const effect of effects) this.#perform(effect);
    });
  }

  #cancel(branch: Branch, why: CancelWhy): void {
    const leg = this.#legOf(branch);
    if (!leg?.live) return;
    if (leg.session) this.#user.canceled?.(leg);
    dropLeg(this.#board, leg, this.#endFor(why));
  }

  #endFor(why: CancelWhy): LegEnd {
    const canceled = { by: 'trunk', result: 'canceled', status: 487 } as const;
    switch (why) {
      case 'no-answer':
        return { by: 'trunk', result: 'no-answer', status: 408 };
      case 'elsewhere':
        return { ...canceled, reason: COMPLETED_ELSEWHERE };
      case 'declined':
        return { ...canceled, reason: DECLINED_ELSEWHERE };
      case 'stopped':
        return this.#stop;
      default:
        return why satisfies never;
    }
  }

  #legOf({ line, step, place }: Branch): Leg | undefined {
    return this.#runs[line]?.legs[step]?.[place];
  }

  /** Counts from the beginning of the step, however often somebody says that it rings (RFC 3261 §13.3.1.1 has it say so). */
  #arm(line: number, timer: 'silence' | 'ring'): void {
    const run = this.#runs[line];
    const step = this.#state.lines[line]?.step;
    if (!run || step === undefined) return;
    const { clock, fallbackSeconds } = this.#board.options;
    const { ringMs, stepsRingOut } = this.#limits;
    if (run.step !== step) {
      run.step = step;
      run.beganAt = clock.now();
    }
    run.timer?.cancel();
    const silenceMs = stepsRingOut ? Math.min(fallbackSeconds() * 1000, ringMs) : fallbackSeconds() * 1000;
    const until = run.beganAt + (timer === 'ring' ? ringMs : silenceMs);
    // Named first, to die young: see `TurnoverMap`.
    const over = () => this.#enter({ type: 'stepTimeOver', line, failure: RANG_OUT });
    run.timer = clock.after(Math.max(0, until - clock.now()), over, this.#owner);
  }

  #release(): void {
    this.#call.hunts.delete(this);
    this.#timer?.cancel();
    for (const { timer } of this.#runs) timer?.cancel();
  }
}

/** Destinations in turn; those that are to ring `together` with the one before share its step. */
function stepsOf(destinations: readonly Destination[]): Destination[][] {
  const steps: Destination[][] = [];
  for (const destination of destinations) {
    const last = steps.at(-1);
    if (last && destination.together) last.push(destination);
    else steps.push([destination]);
  }
  return steps;
}
