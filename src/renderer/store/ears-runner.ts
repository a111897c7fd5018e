/** Performs what the ears machine asks for, over the telephone and with timers. */
import type { TakenBack } from '../phone/phone.ts';
import { audible, isHeld, PATIENCE_MS, stepEars, type Ears, type EarsEffect, type EarsInput } from './ears.ts';
import type { Lines, LinesView } from './line-model.ts';
import type { Change, OutsideSlice } from './slice.ts';
import type { UiSlice } from './ui.ts';

interface EarsRunner {
  tell(input: EarsInput): void;
  perform(effects: readonly EarsEffect[]): void;
  /** Calls a number once the others are on hold. @throws what the telephone throws */
  place(number: string, back?: TakenBack): Promise<void>;
  stop(): void;
}

interface Wish {
  number: string;
  back: TakenBack | undefined;
  done: PromiseWithResolvers<void>;
}

export interface EarsState extends Pick<LinesView, 'lines'> {
  /** Which line has the operator. */
  ears: Ears;
}

type Needs = Pick<OutsideSlice, 'phone' | 'now'> & Pick<UiSlice, 'attempt'>;

export function createEarsRunner(set: Change<EarsState & Needs>, get: () => EarsState & Needs): EarsRunner {
  const wishes = new Map<string, Wish>();
  const timers = new Set<ReturnType<typeof setTimeout>>();
  let calls = 0;
  let patience: { wanted: string | undefined; timer: ReturnType<typeof setTimeout> } | undefined;

  const tell = (input: EarsInput) => {
    let effects: readonly EarsEffect[] = [];
    set((state) => {
      const [ears, due] = stepEars(state.ears, input);
      effects = due;
      return { ears, lines: withHold(state.lines, ears, state.now()) };
    });
    perform(effects);
  };
  const later = (ms: number, input: EarsInput) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      tell(input);
    }, ms);
    timers.add(timer);
    return timer;
  };
  const armPatience = () => {
    const { wanted } = get().ears;
    if (patience && timers.has(patience.timer)) {
      // What else happens meanwhile makes nobody wait longer.
      if (patience.wanted === wanted) return;
      clearTimeout(patience.timer);
      timers.delete(patience.timer);
    }
    patience = { wanted, timer: later(PATIENCE_MS, { is: 'patience-over' }) };
  };
  const attempt = (work: Promise<unknown>, otherwise: EarsInput) =>
    void get().attempt(
      work.catch((why: unknown) => {
        tell(otherwise);
        throw why;
      }),
    );
  const send = async (call: string) => {
    const wish = wishes.get(call);
    wishes.delete(call);
    try {
      if (wish) await get().phone.dial(wish.number, wish.back);
      wish?.done.resolve();
    } catch (why) {
      wish?.done.reject(why);
    }
    tell({ is: 'not-placed', call });
  };
  const run = (effect: EarsEffect) => {
    const { phone } = get();
    switch (effect.do) {
      case 'focus':
        // What is true now: a nested event may have been quicker than this effect.
        return phone.focus(audible(get().ears));
      case 'hold':
        return attempt(phone.hold(effect.id, effect.on), {
          is: 'refused',
          id: effect.id,
          what: effect.on ? 'held' : 'open',
          crossed: false,
        });
      case 'answer':
        return attempt(phone.answer(effect.id), { is: 'not-answered', id: effect.id });
      case 'place':
        return void send(effect.call);
      case 'rest':
        later(restMs(effect.direction), { is: 'rested', id: effect.id });
        return;
      case 'arm-patience':
        return armPatience();
      default:
        return effect satisfies never;
    }
  };
  const perform = (effects: readonly EarsEffect[]) => effects.forEach(run);

  return {
    tell,
    perform,
    place: (number, back) => {
      const waiting = [...wishes.values()].find(
        (wish) => wish.number === number && wish.back?.replaces === back?.replaces,
      );
      if (waiting) return waiting.done.promise;
      const call = `call-${(calls += 1)}`;
      const done = Promise.withResolvers<void>();
      wishes.set(call, { number, back, done });
      tell({ is: 'calls', call });
      return done.promise;
    },
    stop: () => timers.forEach((timer) => clearTimeout(timer)),
  };
}

/** Lines as the machine has them: who is not talked with is held. */
export function withHold(lines: Lines, ears: Ears, now: number): Lines {
  const changed = Object.values(lines).filter((line) => line.held !== isHeld(ears, line.id));
  if (changed.length === 0) return lines;
  return {
    ...lines,
    ...Object.fromEntries(
      changed.map((line) => [line.id, { ...line, held: !line.held, heldSince: line.held ? undefined : now }]),
    ),
  };
}

/** RFC 3261 §14.1: 2.1 to 4 s for who made the Call-ID, up to 2 s for the other, in steps of 10 ms. */
function restMs(direction: 'in' | 'out'): number {
  const [least, most] = direction === 'out' ? [2100, 4000] : [0, 2000];
  return least + 10 * Math.floor((Math.random() * (most - least)) / 10);
}
