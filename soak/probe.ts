/** Loaded into the trunk of a soak: it answers `measure` with what only its own process can know. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { getActiveResourcesInfo } from 'node:process';

export interface Measure {
  /** Bytes in use after collections. */
  readonly heap: number;
  /** Timers of Node and what keeps it running: sockets, servers, pipes. */
  readonly timers: number;
  readonly handles: number;
  /** Longest delay of the event loop since the last time, in milliseconds. */
  readonly delayMs: number;
}

const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();

process.on('message', (message) => {
  if (message !== 'measure') return;
  const delayMs = delay.max / 1e6;
  for (let round = 0; round < 3; round += 1) globalThis.gc?.();
  const resources = getActiveResourcesInfo();
  const timers = resources.filter((name) => name === 'Timeout' || name === 'Immediate').length;
  const measure: Measure = {
    heap: process.memoryUsage().heapUsed,
    timers,
    handles: resources.length - timers,
    delayMs,
  };
  process.send?.(measure);
  // A forced collection is none of the trunk's own delays.
  setImmediate(() => delay.reset());
});
// Being able to hear the soak does not keep the trunk running.
process.channel?.unref();
