/** Waits for the end that a user or a supervisor asks for. */
import type { Clock } from '../../core/time/clock.ts';

const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * Ctrl+C in a terminal reaches us twice under `npm run`: from the terminal, and passed on by npm.
 * Signals that come closer together than this are one.
 */
const sameSignalMs = 500;

/**
 * Resolves at the first SIGINT or SIGTERM, or when nobody reads our output any more.
 * The second signal exits at once: whoever sends it has waited long enough.
 */
export function untilStopped(process: NodeJS.Process, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    let askedAt: number | undefined;
    for (const signal of signals) {
      process.on(signal, () => {
        if (askedAt === undefined) {
          askedAt = clock.now();
          resolve();
        } else if (clock.now() - askedAt > sameSignalMs) process.exit(signal === 'SIGINT' ? 130 : 143);
      });
    }
    process.stdout.on('error', () => resolve());
  });
}
