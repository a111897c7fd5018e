import { KeyQueue } from '../media/key-queue.ts';
import type { KeyPress } from '../ua/dtmf-info.ts';
import type { Board } from './board.ts';
import type { Call } from './call.ts';
import type { Leg } from './leg.ts';

/**
 * A key that came by INFO goes where the sound of its leg goes: to the application that listens, and to the leg that hears
 * this one, as the kind of DTMF that it takes (W13).
 */
export function passKey(board: Board, call: Call, leg: Leg, { key, durationMs }: KeyPress): void {
  // It may have been heard in the sound before the INFO came.
  if (leg.media?.keysBySignalling?.() === key) return;
  leg.keys.pressed(key);
  for (const listener of call.listenersOf(leg)) {
    if (!listener.media) continue;
    listener.pressing ??= queueOf(listener, board);
    listener.pressing.press(key, durationMs);
  }
}

function queueOf(leg: Leg, { options }: Board): KeyQueue {
  // The leg may be taken back with other media: the keys go where its sound goes now.
  const queue = new KeyQueue(options.clock, { write: (frame) => leg.media?.write(frame) });
  leg.whenOver(() => queue.stop());
  return queue;
}
