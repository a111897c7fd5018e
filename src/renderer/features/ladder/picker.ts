/** The calls that the picker offers: those of this session, and those of the records that are loaded. */
import type { CallRecord } from '../../../contract/model.ts';
import type { RecentCall } from '../../store/ladder-state.ts';

const FROM_RECORDS = 50;

/** @param chosen a call that is offered however old its record is */
export function pickableCalls(
  recent: readonly RecentCall[],
  records: readonly CallRecord[],
  chosen: string | undefined,
): { live: RecentCall[]; ended: RecentCall[] } {
  const known = new Map(recent.map((call) => [call.id, call]));
  const wanted = [...records.slice(0, FROM_RECORDS), ...records.filter((record) => record.callId === chosen)];
  for (const record of wanted) {
    const call = known.get(record.callId);
    // The original leg names the call; a transfer leg does so only until that is known.
    if (call !== undefined && record.startedAt >= call.startedAt) continue;
    known.set(record.callId, {
      id: record.callId,
      from: { number: record.from, name: record.fromName },
      to: { number: record.to, name: record.toName },
      live: false,
      startedAt: record.startedAt,
    });
  }
  const calls = [...known.values()].sort((a, b) => b.startedAt - a.startedAt);
  return { live: calls.filter((call) => call.live), ended: calls.filter((call) => !call.live) };
}
