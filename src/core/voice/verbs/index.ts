/** Which file runs which verb. */
import type { Verb } from '../../twiml/document.ts';
import type { Next, Run, VerbRunner } from '../run.ts';
import { runDial } from './dial.ts';
import { runGather } from './gather.ts';
import { runHangup } from './hangup.ts';
import { runPause } from './pause.ts';
import { runPlay } from './play.ts';
import { runRedirect } from './redirect.ts';
import { runRefer } from './refer.ts';
import { runReject } from './reject.ts';
import { runSay } from './say.ts';

type Named<N extends Verb['name']> = Extract<Verb, { name: N }>;

const runners: { readonly [N in Verb['name']]: VerbRunner<Named<N>> } = {
  Say: runSay,
  Play: runPlay,
  Pause: runPause,
  Gather: runGather,
  Dial: runDial,
  Refer: runRefer,
  Hangup: runHangup,
  Reject: runReject,
  Redirect: runRedirect,
};

/** Keys are kept between two Gathers only: those pressed while another verb runs are dropped, as Twilio does. */
const KEEP_KEYS: readonly Verb['name'][] = ['Gather', 'Redirect'];

export function runVerb(verb: Verb, run: Run): Promise<Next> {
  if (!KEEP_KEYS.includes(verb.name)) run.control.leg.keys.forget();
  return (runners[verb.name] as VerbRunner<Verb>)(verb, run);
}
