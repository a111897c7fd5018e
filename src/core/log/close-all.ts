import type { Logger } from './logger.ts';

/** What is closed, by a name for the log. */
export type Closing = readonly [name: string, close: () => void | Promise<void>];

/**
 * Closes owners one after the other, each whether the one before could be closed or not (W7). Never rejects: what
 * failed is logged.
 */
export async function closeAll(log: Logger, closings: readonly Closing[]): Promise<void> {
  for (const [name, close] of closings) {
    try {
      await close();
    } catch (error) {
      log.error({ err: error, what: name }, 'something could not be closed; the rest is closed all the same');
    }
  }
}
