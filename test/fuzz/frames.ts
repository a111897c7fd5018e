/** WebSocket frames by hand, because a library would not send what is wrong. */
import type { Dice } from './dice.ts';
import { mutate, mutateBinary } from './mutate.ts';
import { everyMessage } from './seeds.ts';

/** A client's frame, with a mask of zeros. RFC 6455 §5.2. */
export function frame(opcode: number, fin: boolean, payload: Uint8Array, claimed = payload.length): Buffer {
  const first = (fin ? 0x80 : 0) | opcode;
  const head =
    claimed < 126
      ? Buffer.of(first, 0x80 | claimed, 0, 0, 0, 0)
      : Buffer.concat([Buffer.of(first, 0x80 | 126), Buffer.of(claimed >> 8, claimed & 255), Buffer.alloc(4)]);
  return Buffer.concat([head, payload]);
}

/** Frames of a message, right or wrong. */
export function frames(dice: Dice): Buffer[] {
  const seed = dice.pick(everyMessage);
  const message = dice.chance(0.3) ? seed : mutate(seed, dice, dice.pick(everyMessage)).subarray(0, 65_000);
  const opcode = dice.pick([1, 1, 1, 2, 2, 0, 3, 8, 9, 10, 15]);
  if (dice.chance(0.3)) {
    const cut = dice.below(message.length);
    return [frame(opcode, false, message.subarray(0, cut)), frame(0, dice.chance(0.8), message.subarray(cut))];
  }
  const whole = frame(opcode, true, message, dice.chance(0.1) ? dice.below(65_536) : message.length);
  return [dice.chance(0.3) ? mutateBinary(whole, dice) : whole];
}
