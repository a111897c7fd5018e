import type { Play } from '../../twiml/document.ts';
import { next, type Next, type Run } from '../run.ts';
import { playThrough } from './play-through.ts';

/** Half a second of silence between two rounds of keys that never end. */
const BETWEEN = 'w';

/** A file that cannot be played is reported, and the next verb runs. */
export async function runPlay({ url, digits, loop }: Play, run: Run): Promise<Next> {
  const { control } = run;
  if (digits !== undefined) {
    await control.answer();
    // Keys cannot be played endlessly in one go.
    if (loop > 0) return playThrough(run, loop, () => control.press(digits));
    while (!run.signal.aborted) await playThrough(run, 1, () => control.press(`${digits}${BETWEEN}`));
    return next;
  }
  const sound = await run.fetchSound(url);
  if (run.signal.aborted) return next;
  await control.answer();
  return sound ? playThrough(run, loop, (options) => control.play(sound, options)) : next;
}
