/** A process that writes records of calls in progress until it is killed; prints each id once it is on disk. */
import { RecordStore } from '../../src/core/cdr/index.ts';
import { silent } from '../../src/core/log/logger.ts';
import { RealClock } from '../../src/core/time/real-clock.ts';
import type { RecordInProgress } from '../../src/core/cdr/index.ts';

const store = RecordStore.open(process.argv[2] ?? '', { log: silent, clock: new RealClock() });

for (let i = 0; ; i += 1) {
  const id = `leg-${i}`;
  const row: RecordInProgress = {
    id,
    callId: `call-${id}`,
    sessionId: `session-${id}`,
    kind: 'original',
    direction: 'inbound',
    from: '+14155550142',
    fromName: 'Dana Reyes',
    to: '+14155550100',
    toName: 'Console',
    startedAt: 1_000,
    provider: 'plivo',
    trunkDomain: 'demo.zt.patchcord.test',
    referred: false,
    billable: true,
    callerIdRule: 'as received',
    fromCountry: 'US',
    toCountry: 'US',
    transport: 'UDP',
  };
  store.begin(row);
  store.update(id, { answeredAt: 2_000 });
  store.touch(id, 6_000);
  store.flush();
  // Waits for the reader, so that the kill finds the loop running.
  await new Promise((resolve) => process.stdout.write(`${id}\n`, resolve));
}
