/**
 * Ending a leg, and ending a call with all its legs. `closeLeg` where the far end knows, `dropLeg` where it has to be told;
 * then `legOver` decides what that means for the others; `endCall` ends them all.
 */
import { guarded, ownerOf } from '../log/owner.ts';
import type { CallerAnswer } from './caller-answer.ts';
import type { Board } from './board.ts';
import type { Call } from './call.ts';
import type { Leg } from './leg.ts';
import type { LegEnd } from './leg-end.ts';
import type { RecordDraft } from './record-draft.ts';

/** Takes note that a leg is over and lets its media go; says nothing to the far end. */
export function closeLeg(board: Board, leg: Leg, { by, result, status, reason }: LegEnd): void {
  if (!leg.live) return;
  leg.state = 'ended';
  leg.endedAt = board.options.clock.wall();
  leg.endedBy = by;
  leg.result = result;
  leg.reason = reason;
  if (status !== undefined) leg.sipStatus = status;
  leg.media?.close().catch((error: unknown) => {
    board.options.log.warn({ error, leg: leg.id }, 'media did not close cleanly');
  });
  leg.over();
}

/**
 * Closes a leg, and tells its far end (BYE, CANCEL or a refusal) with the reason of the end.
 * @param answer what a caller who still waits for one is told; by default the status of the end, or 480
 */
export function dropLeg(board: Board, leg: Leg, end: LegEnd, answer?: CallerAnswer): void {
  if (!leg.live) return;
  const { session } = leg;
  const { status = 480, reason } = end;
  closeLeg(board, leg, end);
  const waiting = session?.state === 'early' ? session.incoming : undefined;
  if (answer && waiting) waiting.reject(answer.status, answer.reason, answer.headers);
  else session?.hangUp(status, reason);
}

/** A leg is over: its application or its transfer goes on without it, or else the call ends. */
export function legOver(board: Board, call: Call, leg: Leg, end: LegEnd): void {
  const { applications, transfers } = board.options;
  if (applications?.legEnded(board, call, leg) || transfers.legEnded(board, call, leg)) return;
  endCall(board, call, end);
}

/**
 * Ends a call with every leg that is left. The record says who did it. What fails for one leg or record keeps no other from its
 * end (W3).
 */
export function endCall(board: Board, call: Call, end: LegEnd): void {
  if (!call.live) return;
  call.queueTimer?.cancel();
  call.leaveHunts();
  call.state = 'ended';
  call.endedAt = board.options.clock.wall();
  const owner = ownerOf(board.options.log, { call: call.id }, 'something in the end of a call failed');
  guarded(() => call.arrangeAudio(), owner);
  for (const draft of call.drafts) guarded(() => settleRecord(board, call, draft, end), owner);
  for (const transfer of call.transfers) {
    transfer.timer?.cancel();
    if (transfer.state === 'calling' || transfer.state === 'ringing') {
      transfer.state = 'failed';
      transfer.status = 487;
      // W2: whoever sent the REFER hears how it ended, before the BYE.
      guarded(() => transfer.reporter?.report(487), owner);
    }
    if (transfer.state === 'releasing') transfer.state = 'succeeded';
  }
  for (const leg of call.legs) {
    const result = leg.answeredAt === undefined ? 'canceled' : 'answered';
    guarded(() => dropLeg(board, leg, { ...end, result }), owner);
  }
  board.calls.delete(call.id);
  guarded(() => board.options.events.callEnded(call), owner);
}

/** The pair that talks has the call's end as its own; who was on the way in was cancelled, who was on the way out was transferred. */
function settleRecord(board: Board, call: Call, draft: RecordDraft, { by, result, status, why }: LegEnd): void {
  if (draft === call.currentDraft) board.endRecord(draft, { result, endedBy: by, sipStatus: status, why });
  else if (draft.answeredAt === undefined) board.endRecord(draft, { result: 'canceled', endedBy: by, sipStatus: 487 });
  else board.endRecord(draft, { result: 'transferred', endedBy: 'trunk', sipStatus: undefined });
}
