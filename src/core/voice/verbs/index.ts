/** Which file runs which verb. */
import type { Verb } from '../../twiml/document.ts';
import { fatal } from '../../twiml/problem.ts';
import type { Next, Run, VerbRunner } from '../run.ts';
import { runGather } from './gather.ts';
import { runHangup } from './hangup.ts';
import { runPause } from './pause.ts';
import { runPlay } from './play.ts';
import { runRedirect } from './redirect.ts';
import { runReject } from './reject.ts';
import { runSay } from './say.ts';

type Named<N extends Verb['name']> = Extract<Verb, { name: N }>;

const runners: { readonly [N in Verb['name']]?: VerbRunner<Named<N>> } = {
  Say: runSay,
  Play: runPlay,
  Pause: runPause,
  Gather: runGather,
  Hangup: runHangup,
  Reject: runReject,
  Redirect: runRedirect,
};

export function runVerb(verb: Verb, run: Run): Promise<Next> {
  const runner = runners[verb.name] as VerbRunner<Verb> | undefined;
  if (runner) return runner(verb, run);
  run.notice(fatal(13750, `<${verb.name}> is not supported here.`, verb.line));
  return Promise.resolve({ kind: 'end' });
}
