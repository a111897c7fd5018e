/** Playing something as often as a document asks for. */
import type { Playing } from '../control.ts';
import { next, type Next, type Run } from '../run.ts';

/** @param times 0 for until the call ends, or the signal says otherwise */
export async function playThrough(
  { signal }: Pick<Run, 'signal'>,
  times: number,
  begin: (options: { loop: boolean }) => Playing,
): Promise<Next> {
  for (let i = 0; (i < times || times === 0) && !signal.aborted; i += 1) {
    const playing = begin({ loop: times === 0 });
    const stop = (): void => playing.stop();
    signal.addEventListener('abort', stop, { once: true });
    await playing.done;
    signal.removeEventListener('abort', stop);
    // It ended by itself although it should not have: the leg is gone.
    if (times === 0) break;
  }
  return next;
}
