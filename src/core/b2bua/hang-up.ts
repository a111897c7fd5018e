/** Ending a leg, and ending a call with all its legs. */
import type { Board } from './board.ts';
import type { Call } from './call.ts';
import type { Leg } from './leg.ts';
import type { LegEnd } from './leg-end.ts';

/** Takes note that a leg is over and lets its media go; says nothing to the far end. */
export function closeLeg(board: Board, leg: Leg, { by, result, status, reason }: LegEnd): void {
  if (!leg.live) return;
  leg.state = 'ended';
  leg.endedAt = board.options.clock.wall();
  leg.endedBy = by;
  leg.result = result;
  leg.reason = reason;
  if (status !== undefined) leg.sipStatus = status;
  leg.media?.pipe(undefined);
  leg.media?.close().catch((error: unknown) => {
    board.options.log.warn({ error, leg: leg.id }, 'media did not close cleanly');
  });
  leg.over();
}

/**
 * Tells the far end that its leg is over (BYE, CANCEL or a refusal), and closes it.
 * @param status what a caller who is still waiting for an answer is told
 */
export function dropLeg(board: Board, leg: Leg, end: LegEnd, status = 480, reason?: string): void {
  if (!leg.live) return;
  const { session } = leg;
  closeLeg(board, leg, end);
  session?.hangUp(status, reason);
}

/** Ends a call with every leg that is left. The record says who did it. */
export function endCall(board: Board, call: Call, end: LegEnd): void {
  if (!call.live) return;
  call.queueTimer?.cancel();
  call.leaveHunts();
  call.state = 'ended';
  call.endedAt = board.options.clock.wall();
  call.arrangeAudio();
  settleRecords(board, call, end);
  for (const transfer of call.transfers) {
    transfer.timer?.cancel();
    if (transfer.state === 'calling' || transfer.state === 'ringing') {
      transfer.state = 'failed';
      transfer.status = 487;
      // W2: whoever sent the REFER hears how it ended, before the BYE.
      transfer.reporter?.report(487);
    }
    if (transfer.state === 'releasing') transfer.state = 'succeeded';
  }
  for (const leg of call.legs) {
    dropLeg(
      board,
      leg,
      { ...end, result: leg.answeredAt === undefined ? 'canceled' : 'answered' },
      end.status,
      end.reason,
    );
  }
  board.calls.delete(call.id);
  board.options.events.callEnded(call);
}

/** The pair that talks has the call's end as its own; who was on the way in was cancelled, who was on the way out was transferred. */
function settleRecords(board: Board, call: Call, { by, result, status, why }: LegEnd): void {
  const current = call.currentDraft;
  for (const draft of call.drafts) {
    if (draft === current) board.endRecord(draft, { result, endedBy: by, sipStatus: status, why });
    else if (draft.answeredAt === undefined)
      board.endRecord(draft, { result: 'canceled', endedBy: by, sipStatus: 487 });
    else board.endRecord(draft, { result: 'transferred', endedBy: 'trunk', sipStatus: undefined });
  }
}
