/** A REFER inside a call, or the same asked for by the API (P32): carries out what the transfer machine decides. P3–P9, P17–P20, P24. */
import { detach } from '../log/owner.ts';
import type { IncomingRefer } from '../ua/incoming-refer.ts';
import { authorise } from './authorise.ts';
import type { Board, TransferControl } from './board.ts';
import { callOwner } from './call-owner.ts';
import type { Call } from './call.ts';
import { headersPassedByRefer } from './passed-headers.ts';
import type { Dialling } from './dial-leg.ts';
import { closeLeg, dropLeg, endCall } from './hang-up.ts';
import { Hunt } from './hunt.ts';
import type { HuntFailure } from './hunt-plan.ts';
import { refuseKnownLead, type Words } from './lead.ts';
import { endOfLost } from './lose-peer.ts';
import { partyOf, resultOf, type Leg } from './leg.ts';
import type { Refusal, ReferTarget, ReferVerdict } from './policy.ts';
import { refusalHeaders } from './refusal-headers.ts';
import { stepTransfer, type TransferEffect, type TransferInput } from './transfer-machine.ts';
import { routeToTarget, type TargetRoute } from './target-route.ts';
import { soundOf, type Transfer } from './transfer-state.ts';

/**
 * Milliseconds that the transferor's leg is kept. *Chosen here.*
 * `report`: for the answer to the final NOTIFY, so that BYE does not overtake it: T2, within which a lost NOTIFY
 * is repeated three times. `farewell`: for a BYE of its own (P8), so that the two do not cross. `patience`: for that BYE where the provider leaves it to the
 * transferor; Twilio's support pages say 32 s.
 */
export const RELEASE_MS = { report: 4000, farewell: 100, patience: 32_000 };

export const blindTransfer: TransferControl = { refer: receiveRefer, legEnded };

/** Decides about a REFER, and begins the transfer when it may go ahead. */
function receiveRefer(board: Board, call: Call, transferor: Leg, refer: IncomingRefer): void {
  const { settling } = transferor;
  if (settling) {
    // It was quicker than our media.
    detach(
      settling.then(() => receiveRefer(board, call, transferor, refer)),
      callOwner(board, call),
    );
    return;
  }
  const words = transferor.facts.role === 'console' ? 'own' : 'foreign';
  const verdict = judge(board, call, transferor, refer.request.headers.all('Refer-To'), words);
  if (!verdict.allowed) {
    refer.reject(verdict.status, verdict.reason, refusalHeaders(verdict, board.account(call.facts).domain));
    return;
  }
  // P24: before the NOTIFY that ends the subscription of the REFER whose place this one takes.
  refer.answer();
  const fields = headersPassedByRefer(refer.request);
  const { transfer, dial } = begin(board, call, { transferor, verdict, words, fields, by: 'refer' });
  note(board, transfer, { kind: 'refer', text: `REFER to ${transfer.number.number}` });
  note(board, transfer, { kind: 'response', status: 202, text: 'SIP/2.0 202 Accepted' });
  transfer.reporter = refer.accept({
    notified: (status, line) => note(board, transfer, { kind: 'notify', status, text: line }),
    subscriptionEnded: () => advance(board, call, transfer, { type: 'subscriptionEnded' }),
  });
  dial();
}

/**
 * P32: the same move without a REFER, hence without NOTIFYs. The endpoint's leg is the one that is replaced; once the
 * endpoint is out of the call, the party that came last.
 * @returns nothing when the transfer has begun
 */
export function transferCall(board: Board, call: Call, referTo: string): Refusal | undefined {
  const { talkers } = call.conversation;
  const transferor =
    talkers.findLast(({ facts }) => facts.role === 'endpoint' || facts.role === 'console') ?? talkers.at(-1);
  if (!transferor) throw new Error('a call without legs cannot be transferred');
  const verdict = judge(board, call, transferor, [referTo], 'foreign');
  if (!verdict.allowed) return verdict;
  begin(board, call, { transferor, verdict, words: 'foreign', fields: [], by: 'api' }).dial();
  return undefined;
}

function judge(board: Board, call: Call, transferor: Leg, referTo: readonly string[], words: Words): ReferVerdict {
  const answered = transferor.state === 'answered' && call.peerOf(transferor)?.state === 'answered';
  const facts = { answered, pendingTransfer: call.pendingTransfer !== undefined };
  const verdict = authorise({ referTo }, facts, board.account(call.facts), board.policy(call.facts));
  const leads = verdict.allowed && verdict.kind === 'sip' && words === 'foreign';
  return (leads && refuseKnownLead(board, verdict.uri)) || verdict;
}

/** Who is to be called in whose place. */
interface Asked {
  readonly transferor: Leg;
  readonly verdict: ReferTarget;
  /** Whose words the target is. */
  readonly words: Words;
  /** For the INVITE. */
  readonly fields: [name: string, value: string][];
  readonly by: Transfer['by'];
}

/** Makes the transfer; a pending one makes room for it (P24). `dial` sends the INVITE. */
function begin(
  board: Board,
  call: Call,
  { transferor, verdict, words, fields, by }: Asked,
): { transfer: Transfer; dial: () => void } {
  const { options } = board;
  const transferee = call.peerOf(transferor);
  if (!transferee) throw new Error('the transferor talks to nobody');
  const pending = call.pendingTransfer;
  if (pending) advance(board, call, pending, { type: 'superseded' });
  const callerId = board.policy(call.facts).callerId(call.facts, verdict, board.account(call.facts));
  const route = routeToTarget(board, verdict, words);
  const target = board.addLeg(call, { role: route.role, identity: route.identity, direction: 'out' });
  const draft = board.beginRecord(call, {
    kind: 'transfer',
    from: callerId.identity,
    to: route.identity,
    referred: by === 'refer',
    billable: verdict.billable,
    counted: verdict.kind === 'pstn',
    callerIdRule: callerId.rule,
    far: route.role === 'target' ? 'carrier' : 'customer',
  });
  const transfer: Transfer = {
    id: options.id(),
    by,
    transferor,
    transferee,
    target,
    number: route.identity,
    startedAt: options.clock.wall(),
    draft,
    state: 'calling',
    reporter: undefined,
    hunt: undefined,
    timer: undefined,
    status: undefined,
    steps: [],
  };
  call.transfers.push(transfer);
  transfer.hunt = huntTarget(board, call, transfer, route, { from: callerId.identity, fields });
  return { transfer, dial: () => inItsTurn(board, call, transfer) };
}

/** At once, or when the rate allows (P25): until then the transferor has heard 100 Trying. */
function inItsTurn(board: Board, call: Call, transfer: Transfer): void {
  const { clock } = board.options;
  const until = transfer.draft.queuedUntil;
  const ring = () => {
    transfer.hunt?.begin();
    board.changed(call);
  };
  if (until === undefined) return ring();
  transfer.timer = clock.after(until - clock.now(), ring, callOwner(board, call));
  board.changed(call);
}

/** P17, P29: who rings and is not answered is not followed by somebody else. */
function huntTarget(board: Board, call: Call, transfer: Transfer, route: TargetRoute, dialling: Dialling): Hunt {
  const limits = { ringMs: board.options.ringSeconds() * 1000, stepsRingOut: true, afterRinging: 'over' } as const;
  const line = { route, lookUp: route.lookUp, dialling, first: transfer.target, role: route.role };
  return new Hunt(board, call, [line], limits, {
    placed: (leg, _, { hop }) => {
      transfer.target = leg;
      call.conversation.ring(leg, transfer.transferee);
      transfer.draft.transport = hop.transport;
      board.changed(call);
    },
    rang: (leg, { status, reason }) => {
      transfer.target = leg;
      advance(board, call, transfer, { type: 'targetRang', status, reason });
    },
    canceled: () => note(board, transfer, { kind: 'cancel', text: 'CANCEL' }),
    answered: (leg) => {
      transfer.target = leg;
      advance(board, call, transfer, { type: 'targetAnswered' });
    },
    failed: (failure) => targetFailed(board, call, transfer, failure),
  });
}

function targetFailed(board: Board, call: Call, transfer: Transfer, { by, status, reason, why }: HuntFailure): void {
  const result = resultOf(status);
  closeLeg(board, transfer.target, { by, result, status, why });
  board.endRecord(transfer.draft, { result, endedBy: by, sipStatus: status, why });
  // P17: as it came. A status in a report sends the transferor nowhere.
  advance(board, call, transfer, { type: 'targetFailed', status, reason });
}

/** Tells the transfer that the leg is part of. */
function legEnded(board: Board, call: Call, leg: Leg): boolean {
  const transfer = call.transfers.findLast(
    ({ state, transferor, transferee, target }) =>
      (state === 'calling' || state === 'ringing' || state === 'releasing') &&
      [transferor, transferee, target].includes(leg),
  );
  if (!transfer) return false;
  if (leg === transfer.transferor) advance(board, call, transfer, { type: 'transferorHungUp' });
  else if (leg === transfer.transferee) advance(board, call, transfer, { type: 'transfereeHungUp' });
  else advance(board, call, transfer, { type: 'targetHungUp' });
  return true;
}

function advance(board: Board, call: Call, transfer: Transfer, input: TransferInput): void {
  // Without a REFER there is no transferor to leave by itself.
  const releases = transfer.by === 'api' ? 'trunk' : board.options.policy(transfer.draft.provider).releases;
  const [state, effects] = stepTransfer(transfer.state, input, releases);
  transfer.state = state;
  for (const effect of effects) perform(board, call, transfer, effect, input);
  board.changed(call);
}

function perform(board: Board, call: Call, transfer: Transfer, effect: TransferEffect, input: TransferInput): void {
  switch (effect.do) {
    case 'notify':
      transfer.status = effect.status;
      transfer.reporter?.report(effect.status, effect.reason);
      return;
    case 'arm':
      arm(board, call, transfer, transfer.by === 'api' ? 0 : RELEASE_MS[effect.timer], { type: 'releaseTimeOver' });
      return;
    case 'disarm':
      transfer.timer?.cancel();
      return;
    case 'cancelTarget':
      cancelTarget(board, transfer);
      return;
    case 'join':
      join(board, call, transfer);
      return;
    case 'releaseTransferor':
      note(board, transfer, { kind: 'bye', text: 'BYE' });
      dropLeg(board, transfer.transferor, { by: 'trunk', result: 'transferred' });
      return;
    case 'closeRecord':
      // P26: the record of the pair before ends when the transferor is disconnected.
      board.endRecord(call.draftOf(transfer.transferor), {
        result: 'transferred',
        endedBy: input.type === 'transferorHungUp' ? partyOf(transfer.transferor.facts.role) : 'trunk',
        sipStatus: undefined,
      });
      return;
    case 'endCall': {
      const leg =
        input.type === 'transferorHungUp'
          ? transfer.transferor
          : input.type === 'targetHungUp'
            ? transfer.target
            : transfer.transferee;
      const end = leg.lost ? endOfLost(leg, leg.lost) : ({ result: 'answered', reason: leg.reason } as const);
      endCall(board, call, { by: partyOf(leg.facts.role), ...end });
      return;
    }
    default:
      effect satisfies never;
  }
}

function cancelTarget(board: Board, transfer: Transfer): void {
  const end = { by: 'trunk', result: 'canceled', status: 487 } as const;
  transfer.hunt?.stop(end);
  // It may be waiting for its turn.
  dropLeg(board, transfer.target, end);
  board.endRecord(transfer.draft, { result: 'canceled', endedBy: 'trunk', sipStatus: 487 });
}

/** From here on transferee and target are the call. */
function join(board: Board, call: Call, transfer: Transfer): void {
  call.conversation.talk(transfer.transferee, transfer.target);
  call.conversation.leave(transfer.transferor);
  transfer.soundBefore = soundOf(transfer);
  board.answerRecord(transfer.draft);
}

function arm(board: Board, call: Call, transfer: Transfer, ms: number, input: TransferInput): void {
  transfer.timer?.cancel();
  const fire = () => advance(board, call, transfer, input);
  transfer.timer = board.options.clock.after(ms, fire, callOwner(board, call));
}

function note(
  board: Board,
  transfer: Transfer,
  step: { kind: 'refer' | 'response' | 'notify' | 'bye' | 'cancel'; status?: number; text: string },
): void {
  transfer.steps.push({ ...step, atMs: board.options.clock.wall() - transfer.startedAt });
}
