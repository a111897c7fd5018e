/** `<Refer>`: asks the endpoint on this leg to call somebody else, and reports what came of it. T1–T13. */
import { warning } from '../../twiml/problem.ts';
import type { Refer } from '../../twiml/document.ts';
import type { Session } from '../../ua/session.ts';
import { referReport, stepRefer, type ReferNews, type ReferProgress } from '../refer-report.ts';
import { next, type Left, type Next, type Run, type VerbRunner } from '../run.ts';

export const runRefer: VerbRunner<Refer> = async (verb, run) => {
  const { control, signal } = run;
  if (!control.sip) {
    run.notice(warning(13801, '<Refer> works on SIP legs only; this one leads into the telephone network.', verb.line));
    return after(verb, { over: 'unreported' });
  }
  await control.answer();
  const { session } = control.leg;
  if (session) await settled(session, run);
  if (!session || signal.aborted) return after(verb, { over: 'hung-up' });
  return after(verb, await refer(session, verb, run));
};

/**
 * Milliseconds that the endpoint has after the ACK. A PBX deals with the ACK and with what follows it in different threads:
 * Asterisk answers a REFER that comes 1 ms later with 400, as its channel is not up yet.
 */
const SETTLE_MS = 100;

/** Waits for the ACK of our answer, and for the endpoint to have taken note of it. */
async function settled(session: Session, { clock, signal, wait }: Run): Promise<void> {
  await new Promise<void>((resolve) => {
    session.whenAcknowledged(resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });
  await wait(Math.max(0, session.upSince + SETTLE_MS - clock.now()));
}

/** Resolves with the first thing that leaves nothing to wait for (T12). */
function refer(session: Session, { sip }: Refer, { signal }: Run): Promise<ReferProgress> {
  return new Promise((resolve) => {
    let progress: ReferProgress = {};
    const hear = (news: ReferNews): void => {
      progress = stepRefer(progress, news);
      if (progress.over === undefined) return;
      signal.removeEventListener('abort', leave);
      resolve(progress);
    };
    const leave = (): void => {
      // Another document has taken over: nobody is told any more what came of it.
      if ((signal.reason as Left) === 'replaced') resolve(progress);
      else hear({ type: 'hungUp' });
    };
    signal.addEventListener('abort', leave, { once: true });
    // T3: to the letter as the document has it.
    session.refer(`<${sip}>`, [], {
      accepted: ({ status }) => hear({ type: 'accepted', status }),
      refused: (status) => hear({ type: 'refused', status }),
      notified: ({ status }) => hear({ type: 'notified', status }),
      subscriptionEnded: () => hear({ type: 'subscriptionEnded' }),
    });
  });
}

/** T2, T10. An error of the verb itself reports `failed` and no code: *chosen here*. */
function after({ action, method }: Refer, progress: ReferProgress): Next {
  if (action === undefined) return next;
  return { kind: 'fetch', url: action, method, parameters: referReport(progress), why: 'action' };
}
