/** Takes a leg out of an ordinary call, for an application. */
import type { Board } from '../b2bua/board.ts';
import type { Call } from '../b2bua/call.ts';
import { dropLeg } from '../b2bua/hang-up.ts';
import type { Leg } from '../b2bua/leg.ts';

/**
 * The other leg ends: an ordinary call is like one whose document is a single Dial, and after that there is nothing more
 * for whoever began it, nor for whoever was dialled.
 */
export function isolate(board: Board, call: Call, leg: Leg): void {
  call.queueTimer?.cancel();
  call.leaveHunts();
  call.conversation.talk(leg);
  for (const other of call.legs) {
    if (other === leg) continue;
    dropLeg(board, other, { by: 'trunk', result: other.answeredAt === undefined ? 'canceled' : 'answered' });
  }
  board.changed(call);
}
