/** Ten thousand calls at a steady rate leave the heap where it was after the first thousand. */
import { available, end, residentOf, sleep } from './lib/process.ts';
import { heading, judge, line } from './lib/report.ts';
import { startSampledTrunk } from './lib/servers.ts';
import { placeCalls, startEndpoint } from './lib/sipp.ts';

const PORTS = { endpoint: 17_090, caller: 17_092, trunk: 17_094 };
const RATE = 200;
/** Transactions and traces of the last calls are let go after 64·T1 and a second. RFC 3261 §17. */
const AFTERMATH_MS = 36_000;

async function measure(): Promise<void> {
  if (!available('memory', 'sipp')) return;
  heading(`memory: heap after 1,000 and after 10,000 calls at ${RATE} a second, collected`);
  const endpoint = startEndpoint(PORTS.endpoint);
  try {
    const trunk = await startSampledTrunk(PORTS.trunk, PORTS.endpoint);
    try {
      const heapAfter = async (calls: number): Promise<number> => {
        const result = await placeCalls({ to: PORTS.trunk, from: PORTS.caller, rate: RATE, seconds: calls / RATE });
        if (result.failed > 0) line(`${result.failed} calls failed`);
        await sleep(AFTERMATH_MS);
        return (await trunk.sample()).heap / 1e6;
      };
      const first = await heapAfter(1000);
      const last = await heapAfter(9000);
      line(`${first.toFixed(1)} MB, then ${last.toFixed(1)} MB; ${residentOf(trunk.pid).toFixed(0)} MB resident`);
      judge('change', Math.abs(last / first - 1) * 100, 'at most', 5, '%');
    } finally {
      await trunk.stop();
    }
  } finally {
    await end(endpoint);
  }
}

await measure();
