import type { Pause } from '../../twiml/document.ts';
import { next, type Next, type Run } from '../run.ts';

/** As the first verb it waits before the call is answered. */
export async function runPause({ seconds }: Pause, run: Run): Promise<Next> {
  await run.wait(seconds * 1000);
  return next;
}
