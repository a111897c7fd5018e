/** M16: a hundred thousand malformed packets, the same ones every time. */
import { Dice } from './dice.ts';
import { mutateBinary } from './mutate.ts';

const PACKETS = 100_000;
const SEED = 3550;
/** CPU milliseconds that a batch may take; a single packet has to take less. */
export const STALL_MS = 20;
export const BATCH = 20;

/** @returns the CPU milliseconds of this thread that the work took; the least of three attempts when it is too long */
async function cpuOf(work: () => void | Promise<void>): Promise<number> {
  let least = Infinity;
  for (let tries = 0; tries < 3 && least > STALL_MS; tries++) {
    const before = process.threadCpuUsage();
    await work();
    const { user, system } = process.threadCpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

/** Gives `take` every packet, in batches. @returns the longest that a batch took, in CPU milliseconds */
export async function pour(
  seeds: readonly Uint8Array[],
  take: (packet: Uint8Array, dice: Dice) => void | Promise<void>,
): Promise<number> {
  let longest = 0;
  for (let batch = 0; batch < PACKETS / BATCH; batch++) {
    const dice = new Dice(SEED * 1_000_003 + batch);
    const packets = Array.from({ length: BATCH }, () =>
      dice.chance(0.1) ? dice.bytes(dice.below(1600)) : mutateBinary(dice.pick(seeds), dice),
    );
    const ms = await cpuOf(async () => {
      for (const packet of packets) await take(Uint8Array.from(packet), dice);
    });
    longest = Math.max(longest, ms);
  }
  return longest;
}
