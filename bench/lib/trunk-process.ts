/**
 * The trunk in a process of its own, with all that `patchcord trunk` has: traces and records on, records in a file,
 * control API up and nobody listening to events. It answers `sample` messages of its parent with what only it can know.
 */
import { silent } from '../../src/core/log/logger.ts';
import { RealClock } from '../../src/core/time/real-clock.ts';
import { parseConfig } from '../../src/core/trunk/config.ts';
import { startTrunk } from '../../src/core/trunk/index.ts';
import { startHost } from '../../src/main/host/host.ts';

export interface Sample {
  /** Bytes in use after a forced collection. */
  readonly heap: number;
  readonly external: number;
}

const { recordsFile, ...given } = JSON.parse(process.argv[2] ?? '{}') as { recordsFile: string };
const parsed = parseConfig(given);
if (!parsed.ok) throw new Error(parsed.error.join('\n'));
const config = parsed.value;
const clock = new RealClock();
const host = await startHost({
  listen: { host: '127.0.0.1', port: 0 },
  startTrunk: (shared) => startTrunk({ ...shared, config, clock, log: silent, recordsFile }),
  clock,
  log: silent,
  version: 'bench',
});

process.on('message', (message) => {
  if (message === 'sample') {
    globalThis.gc?.();
    globalThis.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    process.send?.({ heap: heapUsed, external } satisfies Sample);
  }
  if (message === 'stop') void host.stop().then(() => process.exit(0));
});
process.send?.('ready');
