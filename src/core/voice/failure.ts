/** What a caller hears when the application has failed. */
import type { Run } from './run.ts';

/** In Twilio's sense, in our words: their callers hear that an application error has occurred, and a goodbye. */
const APOLOGY = 'Sorry. The application of this number has failed. Goodbye.';

/** Answers, says it, and returns: the call ends after it. */
export async function apologise(run: Run): Promise<void> {
  const { control, signal } = run;
  await control.answer();
  if (signal.aborted || !control.leg.live) return;
  const sound = await run.speak({ text: APOLOGY, line: 0 });
  if (signal.aborted) return;
  const playing = control.play(sound);
  signal.addEventListener('abort', () => playing.stop(), { once: true });
  await playing.done;
}
