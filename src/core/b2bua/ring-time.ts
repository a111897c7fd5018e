/** How long one destination rings. */
import type { Board } from './board.ts';
import type { Call } from './call.ts';
import { callOwner } from './call-owner.ts';

/**
 * Counts from the moment of this call, however often the far end says that it rings (RFC 3261 §13.3.1.1 has it say so again
 * and again): another limit for the same destination counts from there as well.
 * @returns sets the limit, in milliseconds; the call's ring timer runs it
 */
export function ringTime(board: Board, call: Call, giveUp: () => void): (limitMs: number) => void {
  const { clock } = board.options;
  const owner = callOwner(board, call);
  const began = clock.now();
  return (limitMs) => {
    call.ringTimer?.cancel();
    call.ringTimer = clock.after(Math.max(0, began + limitMs - clock.now()), giveUp, owner);
  };
}
