/** Twice as many calls as the trunk can hold: how many succeed (W8). */
import { available, end } from './lib/process.ts';
import { heading, judge, line } from './lib/report.ts';
import { highestOf } from './lib/highest.ts';
import { startTrunkServer } from './lib/servers.ts';
import { placeCalls, startEndpoint } from './lib/sipp.ts';

const PORTS = { endpoint: 17_070, caller: 17_072, patchcord: 17_074 };
const SECONDS = 20;

async function measure(): Promise<void> {
  if (!available('overload', 'sipp')) return;
  heading(`overload: twice the highest clean rate for ${SECONDS} s`);
  const endpoint = startEndpoint(PORTS.endpoint);
  try {
    const clean = await highestOf(
      'patchcord',
      () => startTrunkServer(PORTS.patchcord, PORTS.endpoint),
      PORTS.caller,
      10,
    );
    const trunk = await startTrunkServer(PORTS.patchcord, PORTS.endpoint);
    try {
      await placeCalls({ to: trunk.port, from: PORTS.caller, rate: 400, seconds: 5 });
      const flooded = await placeCalls({ to: trunk.port, from: PORTS.caller, rate: 2 * clean, seconds: SECONDS });
      const { succeeded, failed, retransmissions, placed } = flooded;
      line(
        `${2 * clean} a second: ${succeeded} of ${placed} succeeded, ${failed} failed, ${retransmissions} retransmissions`,
      );
      judge('succeeded of the clean rate', (100 * succeeded) / (clean * SECONDS), 'at least', 80, '%');
      // What comes right after it is served as ever.
      const after = await placeCalls({ to: trunk.port, from: PORTS.caller, rate: 200, seconds: 5 });
      judge('failed right after it, at 200 a second', after.failed, 'at most', 0, 'calls');
    } finally {
      await trunk.stop();
    }
  } finally {
    await end(endpoint);
  }
}

await measure();
