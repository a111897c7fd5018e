import type { Clock } from '../time/clock.ts';

/** Resolves when the time is over or the signal is aborted. */
export function wait(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) {
    resolve();
    return promise;
  }
  const done = (): void => {
    timer.cancel();
    signal.removeEventListener('abort', done);
    resolve();
  };
  const timer = clock.after(ms, done);
  signal.addEventListener('abort', done);
  return promise;
}
