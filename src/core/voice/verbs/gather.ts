import { callOwner } from '../../b2bua/call-owner.ts';
import { detach } from '../../log/owner.ts';
import type { Gather } from '../../twiml/document.ts';
import type { Timer } from '../../time/clock.ts';
import { next, type Next, type Run } from '../run.ts';
import { wait } from '../wait.ts';
import { runPause } from './pause.ts';
import { runPlay } from './play.ts';
import { runSay } from './say.ts';

interface Collected {
  readonly digits: string;
  /** The key that ended the input; it is none of the digits. */
  readonly finishedOn?: string;
}

/**
 * Collects keys. Without one the next verb runs, unless the action is wanted all the same; so it does when the only key
 * is the one that ends the input (*chosen here*).
 */
export async function runGather(gather: Gather, run: Run): Promise<Next> {
  await run.control.answer();
  const { digits, finishedOn } = await collect(gather, run);
  if (run.signal.aborted || (digits === '' && !gather.actionOnEmptyResult)) return next;
  return {
    kind: 'fetch',
    url: gather.action ?? '',
    method: gather.method,
    parameters: [['Digits', digits], ...(finishedOn === undefined ? [] : [['FinishedOnKey', finishedOn] as const])],
    why: 'action',
  };
}

/** The first key silences the nested verbs; the time counts from their end, and again from each key. */
function collect({ nested, timeoutSeconds, numDigits, finishOnKey }: Gather, run: Run): Promise<Collected> {
  const { promise, resolve } = Promise.withResolvers<Collected>();
  const prompts = new AbortController();
  let digits = '';
  let timer: Timer | undefined;
  const finish = (finishedOn?: string): void => {
    deaf();
    timer?.cancel();
    run.signal.removeEventListener('abort', leave);
    prompts.abort();
    resolve({ digits, ...(finishedOn === undefined ? {} : { finishedOn }) });
  };
  const leave = (): void => finish();
  const arm = (): void => {
    timer?.cancel();
    timer = run.clock.after(timeoutSeconds * 1000, () => finish());
  };
  const deaf = run.control.onDigit((key) => {
    prompts.abort();
    if (key === finishOnKey) return finish(key);
    digits += key;
    if (digits.length === numDigits) finish();
    else arm();
  });
  run.signal.addEventListener('abort', leave);
  if (run.signal.aborted) leave();
  else {
    const prompted = prompt(nested, run, prompts.signal).then(() => {
      if (!prompts.signal.aborted) arm();
    });
    detach(prompted, callOwner(run.control.board, run.control.call));
  }
  return promise;
}

async function prompt(nested: Gather['nested'], run: Run, signal: AbortSignal): Promise<void> {
  const inner: Run = { ...run, signal, wait: (ms) => wait(run.clock, ms, signal) };
  for (const verb of nested) {
    if (signal.aborted) return;
    if (verb.name === 'Say') await runSay(verb, inner);
    else if (verb.name === 'Play') await runPlay(verb, inner);
    else await runPause(verb, inner);
  }
}
