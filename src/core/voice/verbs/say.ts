import type { Say } from '../../twiml/document.ts';
import type { Next, Run } from '../run.ts';
import { playThrough } from './play-through.ts';

export async function runSay(say: Say, run: Run): Promise<Next> {
  await run.control.answer();
  const sound = await run.speak(say);
  return playThrough(run, say.loop, (options) => run.control.play(sound, options));
}
