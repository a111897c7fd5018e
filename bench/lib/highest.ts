/** How many calls a second a server holds. */
import { line } from './report.ts';
import type { Server } from './servers.ts';
import { placeCalls } from './sipp.ts';

/**
 * The highest rate, in calls a second and in steps, that is held with no failed call and no retransmission.
 * @param from port of the caller
 */
export async function highestOf(
  name: string,
  start: () => Promise<Server>,
  from: number,
  seconds = 20,
): Promise<number> {
  const held = async (rate: number): Promise<boolean> => {
    const server = await start();
    try {
      await placeCalls({ to: server.port, from, rate: 400, seconds: 5 });
      const result = await placeCalls({ to: server.port, from, rate, seconds });
      const good = result.failed === 0 && result.retransmissions === 0 && result.succeeded === result.placed;
      const outcome = good ? 'held' : `${result.failed} failed, ${result.retransmissions} retransmissions`;
      line(`${name} at ${rate} a second: ${outcome}`);
      return good;
    } finally {
      await server.stop();
    }
  };
  let best = 0;
  for (const rate of [400, 800, 1200, 1600, 2000, 2400]) {
    if (!(await held(rate)) && !(await held(rate))) break;
    best = rate;
  }
  return best;
}
