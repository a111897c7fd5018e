import { StreamFramer, type Piece as Cut } from '../../../src/core/transport/stream-framer.ts';
import { mutate } from '../mutate.ts';
import type { Dice } from '../dice.ts';
import { expectThat, simply, timed, type Part } from '../part.ts';
import { everyMessage } from '../seeds.ts';

/** Streams of messages, cut anywhere: however they come, the same messages come out. */
export const stream: Part = {
  name: 'stream',
  inSuite: 3000,
  open: simply(
    (dice) => {
      const messages = Array.from({ length: 1 + dice.below(4) }, () => {
        const seed = dice.pick(everyMessage);
        return dice.chance(0.5) ? seed : mutate(seed, dice, dice.pick(everyMessage));
      });
      const pings = dice.chance(0.3) ? [Buffer.from('\r\n\r\n')] : [];
      return {
        plan: 0,
        pieces: split(Buffer.concat([...pings, ...messages]), dice).map((bytes) => ({ at: 0, bytes })),
      };
    },
    ({ pieces }) => {
      const inPieces = read(pieces.map(({ bytes }) => bytes));
      const atOnce = read([Buffer.concat(pieces.map(({ bytes }) => bytes))]);
      expectThat(JSON.stringify(inPieces) === JSON.stringify(atOnce), 'cut otherwise, the stream says something else');
    },
  ),
};

function split(whole: Buffer, dice: Dice): Buffer[] {
  if (dice.chance(0.1)) return Array.from(whole.subarray(0, 3000), (byte) => Buffer.of(byte));
  const cuts = Array.from({ length: dice.below(8) }, () => dice.below(whole.length)).sort((a, b) => a - b);
  return [0, ...cuts].map((from, index) => whole.subarray(from, cuts[index] ?? whole.length));
}

function read(chunks: readonly Uint8Array[]): string[] {
  const framer = new StreamFramer();
  return timed(() => chunks.flatMap((chunk) => framer.push(chunk))).map(summary);
}

/** What is refused may have come in part when the limit was passed: only its kind counts. */
function summary(cut: Cut): string {
  switch (cut.kind) {
    case 'message':
      return `message ${cut.bytes.toString('latin1')}`;
    case 'refusal':
      return `refusal ${cut.problem.status}`;
    default:
      return cut.kind;
  }
}
