import { ownerOf } from '../log/owner.ts';
import type { Owner } from '../time/owner.ts';
import type { Board } from './board.ts';
import type { Call } from './call.ts';
import { endCall } from './hang-up.ts';

/** Whom timers, promises and listeners of a call belong to: when one of them throws, the call ends, and no other (W3). */
export function callOwner(board: Board, call: Call): Owner {
  return ownerOf(board.options.log, { call: call.id }, 'a call failed and is ended', () => {
    const result = call.answeredAt === undefined ? 'failed' : 'answered';
    endCall(board, call, { by: 'trunk', result, status: 500 });
  });
}
