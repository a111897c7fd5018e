import type { Clock } from './clock.ts';
import type { Owner } from './owner.ts';

/** A clock whose timers all belong to this owner, for code that need not know whose timers it arms (W3). */
export function ownedClock(clock: Clock, owner: Owner): Clock {
  return {
    now: () => clock.now(),
    wall: () => clock.wall(),
    after: (ms, fire) => clock.after(ms, fire, owner),
  };
}
