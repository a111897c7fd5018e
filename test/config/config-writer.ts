/** A process that changes its configuration file until it is killed; prints each value once it is said to be saved. */
import { realDisk } from '../../src/core/config/disk.ts';
import { loadOwn } from '../../src/core/config/load.ts';
import { RealClock } from '../../src/core/time/real-clock.ts';

const { config, file } = await loadOwn({ disk: realDisk, clock: new RealClock() }, process.argv[2] ?? '');

for (let i = 1; ; i += 1) {
  const { state } = await file.save({
    ...config,
    domain: `v${i}.example`,
    limits: { ...config.limits, ringSeconds: (i % 600) + 1 },
  });
  if (state === 'saved') await new Promise((resolve) => process.stdout.write(`${i}\n`, resolve));
}
