/** Closing everything that was opened, whatever fails on the way (W7). */
import type { Clock } from '../time/clock.ts';
import type { Logger } from './logger.ts';

/** What is closed, by a name for the log. */
export type Closing = readonly [name: string, close: () => void | Promise<void>];

/** Milliseconds that one owner may take: whoever does not come to an end must not keep the others open. */
export const CLOSE_LIMIT_MS = 600;

/**
 * Closes owners one after the other, each whether the one before could be closed, failed, or does not come to an end.
 * Never rejects: what failed is logged.
 */
export async function closeAll(
  { clock, log }: { clock: Clock; log: Logger },
  closings: readonly Closing[],
): Promise<void> {
  for (const [what, close] of closings) {
    try {
      if (!(await within(clock, close))) log.error({ what }, 'something does not close in time; the rest is closed');
    } catch (error) {
      log.error({ err: error, what }, 'something could not be closed; the rest is closed all the same');
    }
  }
}

async function within(clock: Clock, close: () => void | Promise<void>): Promise<boolean> {
  const closing = close();
  if (closing === undefined) return true;
  const { promise: late, resolve } = Promise.withResolvers<false>();
  const limit = clock.after(CLOSE_LIMIT_MS, () => resolve(false));
  try {
    return await Promise.race([closing.then(() => true), late]);
  } finally {
    limit.cancel();
  }
}

/** What was opened so far, in that order; closed the other way round. */
export class Opened {
  readonly #with: { clock: Clock; log: Logger };
  readonly #closings: Closing[] = [];
  #closing: Promise<void> | undefined;

  constructor(options: { clock: Clock; log: Logger }) {
    this.#with = options;
  }

  add(...closing: Closing): void {
    this.#closings.push(closing);
  }

  /** Never rejects; a second call waits for the first. */
  close(): Promise<void> {
    return (this.#closing ??= closeAll(this.#with, this.#closings.toReversed()));
  }
}
