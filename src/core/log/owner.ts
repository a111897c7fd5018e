/** Failures that nobody awaits: who is told, and what the log says (W3). */
import type { Owner } from '../time/owner.ts';
import type { Logger } from './logger.ts';

/**
 * An owner that logs.
 * @param name what it is called in the log, such as `{ call: id }`
 * @param what one sentence of what the failure costs, for the log
 * @param end ends what the failure belongs to; without it nothing is ended
 */
export function ownerOf(log: Logger, name: object, what: string, end?: (error: unknown) => void): Owner {
  return {
    failed: (error) => {
      log.error({ ...name, err: error }, what);
      end?.(error);
    },
  };
}

/** A promise that nobody awaits. When it rejects, its owner is told: no promise is left without a handler. */
export function detach(work: PromiseLike<unknown>, owner: Owner): void {
  work.then(undefined, (error: unknown) => owner.failed(error));
}

/** Calls a listener. When it throws, its owner is told, and whoever called goes on. */
export function guarded(act: () => void, owner: Owner): void {
  try {
    act();
  } catch (error) {
    owner.failed(error);
  }
}
