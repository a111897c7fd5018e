/** A REFER inside a call: carries out what the transfer machine decides. P3–P9, P17–P20, P24. */
import type { IncomingRefer } from '../ua/refer-uas.ts';
import type { Board, TransferControl } from './board.ts';
import type { Call, Transfer } from './call.ts';
import { carriedByRefer } from './carried.ts';
import { dialLeg } from './dial-leg.ts';
import { closeLeg, dropLeg, endCall } from './hang-up.ts';
import { partyOf, resultOf, type Leg } from './leg.ts';
import { stepTransfer, type TransferEffect, type TransferInput } from './transfer-machine.ts';

/**
 * Milliseconds that the transferor's leg is kept. *Chosen here.*
 * `report`: for the answer to the final NOTIFY, so that BYE does not overtake it: T2, within which a lost NOTIFY
 * is repeated three times. `farewell`: for a BYE of its own (P8), so that the two do not cross.
 */
const RELEASE_MS = { report: 4000, farewell: 100 };

export const blindTransfer: TransferControl = { refer: receiveRefer, legEnded };

/** Decides about a REFER, and begins the transfer when it may go ahead. */
function receiveRefer(board: Board, call: Call, transferor: Leg, refer: IncomingRefer): void {
  const { options } = board;
  const values = refer.request.headers.all('Refer-To');
  const verdict = options.policy().authoriseRefer(values, options.account());
  if (!verdict.allowed) {
    refer.reject(verdict.status, verdict.reason, [['Warning', warning(board, verdict.explanation)]]);
    return;
  }
  const transferee = call.peerOf(transferor);
  if (!transferee || transferee.state !== 'answered' || transferor.state !== 'answered') {
    refer.reject(403, 'Call Not Answered', [['Warning', warning(board, 'there is nobody to transfer yet')]]);
    return;
  }
  const pending = call.pendingTransfer;
  if (pending) advance(board, call, pending, { type: 'superseded' });
  begin(board, call, transferor, transferee, verdict.number, refer);
}

/** RFC 3261 §20.43; 399 is the code for text that is meant for people. */
function warning(board: Board, text: string): string {
  return `399 ${board.options.account().domain} "${text.replaceAll(/["\\]/g, "'")}"`;
}

function begin(board: Board, call: Call, transferor: Leg, transferee: Leg, number: string, refer: IncomingRefer): void {
  const { options } = board;
  const callerId = options.policy().transferCallerId(call.facts);
  const route = options.route(number);
  const identity = route?.identity ?? { number, name: options.nameOf(number) };
  const role = route?.destinations[0]?.role ?? 'target';
  const target = board.addLeg(call, { role: role === 'caller' ? 'target' : role, identity, direction: 'out' });
  const transfer: Transfer = {
    id: options.id(),
    transferor,
    transferee,
    target,
    number: identity,
    startedAt: options.clock.wall(),
    draft: board.beginRecord(call, 'transfer', callerId, identity),
    state: 'calling',
    reporter: undefined,
    timer: undefined,
    status: undefined,
    steps: [],
  };
  call.transfers.push(transfer);
  note(board, transfer, { kind: 'refer', text: `REFER to ${number}` });
  note(board, transfer, { kind: 'response', status: 202, text: 'SIP/2.0 202 Accepted' });
  transfer.reporter = refer.accept({
    notified: (status, line) => note(board, transfer, { kind: 'notify', status, text: line }),
    subscriptionEnded: () => advance(board, call, transfer, { type: 'subscriptionEnded' }),
  });
  board.changed(call);
  const destination = route?.destinations[0];
  if (!destination) {
    targetFailed(board, call, transfer, route ? 480 : 404, route ? 'Temporarily Unavailable' : 'Not Found');
    return;
  }
  arm(board, call, transfer, options.ringSeconds() * 1000, { type: 'ringTimeOver' });
  void dialLeg(
    board,
    call,
    target,
    destination,
    { from: callerId, fields: carriedByRefer(refer.request) },
    {
      rang: ({ status, reason }) => advance(board, call, transfer, { type: 'targetRang', status, reason }),
      answered: () => advance(board, call, transfer, { type: 'targetAnswered' }),
      failed: (status, reason) => targetFailed(board, call, transfer, status, reason),
    },
  );
}

function targetFailed(board: Board, call: Call, transfer: Transfer, status: number, reason: string): void {
  closeLeg(board, transfer.target, { by: 'target', result: resultOf(status), status });
  board.endRecord(transfer.draft, { result: resultOf(status), endedBy: 'target', sipStatus: status });
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
  const [state, effects] = stepTransfer(transfer.state, input, board.options.policy().releases);
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
      arm(board, call, transfer, RELEASE_MS[effect.timer], { type: 'releaseTimeOver' });
      return;
    case 'disarm':
      transfer.timer?.cancel();
      return;
    case 'cancelTarget':
      cancelTarget(board, transfer, input.type === 'ringTimeOver' ? 408 : 487);
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
      endCall(board, call, { by: partyOf(leg.facts.role), result: 'answered', reason: leg.reason });
      return;
    }
    default:
      effect satisfies never;
  }
}

function cancelTarget(board: Board, transfer: Transfer, status: 408 | 487): void {
  note(board, transfer, { kind: 'cancel', text: 'CANCEL' });
  const result = resultOf(status);
  dropLeg(board, transfer.target, { by: 'trunk', result, status });
  board.endRecord(transfer.draft, { result, endedBy: 'trunk', sipStatus: status });
}

/** From here on transferee and target are the call. */
function join(board: Board, call: Call, transfer: Transfer): void {
  call.pair = [transfer.transferee, transfer.target];
  board.answerRecord(transfer.draft);
}

function arm(board: Board, call: Call, transfer: Transfer, ms: number, input: TransferInput): void {
  transfer.timer?.cancel();
  transfer.timer = board.options.clock.after(ms, () => advance(board, call, transfer, input));
}

function note(
  board: Board,
  transfer: Transfer,
  step: { kind: 'refer' | 'response' | 'notify' | 'bye' | 'cancel'; status?: number; text: string },
): void {
  transfer.steps.push({ ...step, atMs: board.options.clock.wall() - transfer.startedAt });
}
