/** `<Dial>`: calls the targets, all at once, and joins the first that answers with the leg of this document. */
import type { Identity } from '../../../nouns/call.ts';
import { dropLeg } from '../../b2bua/hang-up.ts';
import { partyOf, type Leg } from '../../b2bua/leg.ts';
import type { Dial } from '../../twiml/document.ts';
import { warning } from '../../twiml/problem.ts';
import { answerRefer } from '../dial-refer.ts';
import { dialReport, failureOf, type DialOutcome } from '../dial-report.ts';
import { callTargets, type Called, type DialCaller } from '../dial-target.ts';
import type { LegControl } from '../control.ts';
import { legControl } from '../leg-control.ts';
import { next, type Fetch, type Left, type Next, type Run, type VerbRunner } from '../run.ts';

/** Targets that ring at the same time at most, as Twilio has it: a document may come from anybody. */
const MOST_TARGETS = 10;

export const runDial: VerbRunner<Dial> = async (document, run) => {
  const { control } = run;
  const verb = { ...document, targets: document.targets.slice(0, MOST_TARGETS) };
  if (document.targets.length > MOST_TARGETS) {
    run.notice(warning(13215, `<Dial> calls ${MOST_TARGETS} at most; the others are left out.`, document.line));
  }
  const caller = callerOf(verb, run);
  if (!caller) return after(verb, { status: 'failed', bridged: false });
  if (!verb.answerOnBridge) await control.answer();
  const ring = ringBack(verb, run);
  const rung = await ringAll(verb, run, caller, ring);
  if (rung.called) return talk(verb, run, rung.called, ring.stop);
  ring.stop();
  settle(run);
  return after(verb, { status: rung.status, sid: rung.last && run.sidOf(rung.last), bridged: false });
};

/** As for `<Refer>`: without `action` the next verb runs. */
function after({ action, method }: Dial, outcome: DialOutcome): Next {
  if (action === undefined) return next;
  return { kind: 'fetch', url: action, method, parameters: dialReport(outcome), why: 'action' };
}

/** The caller ID that the targets are shown: the attribute, else who is on this leg's side. */
function callerOf({ callerId, timeoutSeconds, targets, line }: Dial, run: Run): DialCaller | undefined {
  const { board, call, leg } = run.control;
  const { nameOf } = board.options;
  const own: Identity = leg.facts.direction === 'in' ? leg.facts.identity : call.facts.from;
  if (callerId === undefined) return { identity: own, rule: 'as received', ringSeconds: timeoutSeconds };
  const allowed = [...board.account(call.facts).numbers, call.facts.from.number, call.facts.to.number];
  // Only the telephone network minds.
  if (!allowed.includes(callerId) && targets.some(({ kind }) => kind === 'number')) {
    run.notice(warning(13214, `${callerId} is no number of this trunk, so it cannot be a caller ID.`, line));
    return undefined;
  }
  return { identity: { number: callerId, name: nameOf(callerId) }, rule: 'callerId', ringSeconds: timeoutSeconds };
}

/** What the leg of this document hears, or is told, while others ring. */
function ringBack(
  { answerOnBridge, targets }: Dial,
  { control }: Run,
): { rang(leg: Leg, early: boolean): void; stop(): void } {
  const { board, call, leg } = control;
  // A caller who is not answered has heard 180 already.
  if (answerOnBridge && leg.answeredAt === undefined) return { rang() {}, stop() {} };
  const playing = control.play(board.options.sounds['ring-back'], { loop: true });
  return {
    rang(called, early) {
      if (!early || targets.length > 1) return;
      // What a lone target has to say before it answers is for the caller's ears.
      playing.stop();
      call.conversation.talk(leg, called);
    },
    stop: () => playing.stop(),
  };
}

interface Rung {
  readonly called?: Called;
  readonly status: DialOutcome['status'];
  /** The leg that was placed last. */
  readonly last?: Leg | undefined;
}

async function ringAll(
  { targets }: Dial,
  run: Run,
  caller: DialCaller,
  ring: ReturnType<typeof ringBack>,
): Promise<Rung> {
  const answer = await callTargets(run, targets, caller, ring.rang);
  const { how, last } = answer;
  if (how === 'answered') return { called: answer.called, status: 'completed', last };
  return { status: how === 'failed' ? failureOf(answer.statuses) : how, last };
}

/** How the two come apart. */
type Parted =
  /** One of the two has ended, or the time is over, or `*` was pressed. */
  | { readonly how: 'over' }
  /** Another document took the called leg (T1): it lives on. */
  | { readonly how: 'taken' }
  /** The called leg sent REFER, and is being released. */
  | { readonly how: 'referred'; readonly document: Fetch }
  /** This leg did, and the called one goes on with a document of its own. */
  | { readonly how: 'left' };

/** @param stopRinging silences the ring-back: until the two are joined it goes on */
async function talk(verb: Dial, run: Run, { leg, target, draft }: Called, stopRinging: () => void): Promise<Next> {
  const { control, clock, signal } = run;
  const { board, call } = control;
  const answeredAt = clock.now();
  const sid = run.sidOf(leg);
  const called = legControl(board, call, leg);
  const parting = part(verb, run, called);
  if (target.kind === 'number' && target.sendDigits !== undefined) await called.press(target.sendDigits).done;
  if (target.url !== undefined)
    await run.attend(called, { url: target.url, method: target.method, parameters: [], why: 'number-url' });
  stopRinging();
  const bridged = parting.parted === undefined;
  if (bridged) {
    await control.answer();
    call.conversation.talk(control.leg, leg);
    board.answerRecord(draft);
    board.changed(call);
  }
  const parted = await parting.ended;
  // Whoever replaced this document has put the legs in order.
  if ((signal.reason as Left | undefined) === 'replaced') return next;
  settle(run);
  if (parted.how === 'referred') return parted.document;
  // The leg of the document is on its way out: its next verbs are not for anybody.
  if (parted.how === 'left') await over(control.leg);
  const seconds = Math.round((clock.now() - answeredAt) / 1000);
  return after(verb, { status: 'completed', sid, seconds, bridged });
}

/** Waits for what parts the two, and hangs up on the called leg where that is due. */
function part(
  verb: Dial,
  run: Run,
  called: LegControl,
): { readonly ended: Promise<Parted>; readonly parted: Parted | undefined } {
  const { promise, resolve } = Promise.withResolvers<Parted>();
  const { control, clock, signal } = run;
  const parting: { ended: Promise<Parted>; parted: Parted | undefined } = { ended: promise, parted: undefined };
  const end = (parted: Parted): void => {
    if (parting.parted) return;
    parting.parted = parted;
    for (const each of untie) each();
    limit?.cancel();
    signal.removeEventListener('abort', hangUp);
    if (parted.how === 'over') dropCalled(run, called.leg);
    resolve(parted);
  };
  const hangUp = (): void => end({ how: 'over' });
  const limit = verb.timeLimitSeconds === undefined ? undefined : clock.after(verb.timeLimitSeconds * 1000, hangUp);
  const untie = [
    run.bind(called.leg, {
      taken: () => end({ how: 'taken' }),
      referred: (refer) => answerRefer(verb, run, called.leg, refer, (document) => end({ how: 'referred', document })),
    }),
    run.bind(control.leg, {
      referred: (refer) =>
        answerRefer(verb, run, control.leg, refer, (then) => {
          end({ how: 'left' });
          run.handOver(called, then);
        }),
    }),
    called.leg.whenOver(hangUp),
    ...(verb.hangupOnStar ? [control.onDigit((digit) => digit === '*' && hangUp())] : []),
  ];
  signal.addEventListener('abort', hangUp, { once: true });
  if (signal.aborted || !called.leg.live) hangUp();
  return parting;
}

/** On behalf of this leg, when that has left. */
function dropCalled({ control: { board, leg: own }, signal }: Run, called: Leg): void {
  const left = (signal.reason as Left | undefined) === 'hang-up';
  const by = left ? partyOf(own.facts.role) : 'trunk';
  const reason = left ? own.reason : undefined;
  dropLeg(board, called, { by, result: 'answered', reason });
}

function over(leg: Leg): Promise<void> {
  return new Promise((resolve) => {
    if (leg.live) leg.whenOver(resolve);
    else resolve();
  });
}

/** The leg of the document is alone again. */
function settle({ control: { board, call, leg } }: Run): void {
  if (!call.live) return;
  call.conversation.talk(...(leg.live ? [leg] : []));
  board.changed(call);
}
