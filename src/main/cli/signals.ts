/** Waits for the end that a user or a supervisor asks for. */
import type { Clock } from '../../core/time/clock.ts';

/**
 * Ctrl+C, the wish of a supervisor, and a terminal that is closed or a session that is logged off. Each with the exit
 * status that shells give it.
 */
const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * Ctrl+C in a terminal reaches us twice under `npm run`: from the terminal, and passed on by npm.
 * Signals that come closer together than this are one.
 */
const sameSignalMs = 500;

/** How often we look whether the shell that npm runs us in is still there. */
const orphanCheckMs = 250;

/**
 * Resolves at the first SIGINT, SIGTERM or SIGHUP, or when nobody reads our output any more.
 * The second signal exits at once: whoever sends it has waited long enough.
 *
 * SIGTERM to `npm run` ends only npm and its shell. Under npm, losing our parent therefore counts as a signal;
 * elsewhere it does not, for it is also how a daemon begins.
 * @param parent process id of who started us, from before anything that takes time
 */
export function untilStopped(process: NodeJS.Process, clock: Clock, parent: number): Promise<void> {
  return new Promise((resolve) => {
    let askedAt: number | undefined;
    for (const [signal, status] of Object.entries(signals)) {
      process.on(signal, () => {
        if (askedAt === undefined) {
          askedAt = clock.now();
          resolve();
        } else if (clock.now() - askedAt > sameSignalMs) process.exit(status);
      });
    }
    process.stdout.on('error', () => resolve());
    if (process.env['npm_lifecycle_event'] !== undefined) whenOrphaned(process, clock, parent, resolve);
  });
}

function whenOrphaned(process: NodeJS.Process, clock: Clock, parent: number, orphaned: () => void): void {
  function check(): void {
    if (process.ppid === parent) clock.after(orphanCheckMs, check);
    else orphaned();
  }
  check();
}
