/** Calls that are over, newest first: who, when, how long and why. What was missed is counted until it was seen. */
import type { PhoneEvent, SessionEnd } from '../phone/phone.ts';
import { callOfSession, type CallsSlice } from './calls.ts';
import { followVerdict } from './follow-verdict.ts';
import type { FollowSlice } from './follow.ts';
import type { Line, LinesView } from './line-model.ts';
import type { Slice } from './slice.ts';
import type { TransferCards } from './transfer-card.ts';
import type { UiSlice } from './ui.ts';
import { verdict, type Verdict } from './verdict.ts';

/** Older ones are in the records. */
export const RECENT_KEPT = 200;

export interface RecentCall {
  /** SIP Call-ID of the session. */
  id: string;
  direction: 'in' | 'out';
  number: string;
  name: string;
  /** Epoch ms. */
  startedAt: number;
  answeredAt?: number | undefined;
  end: SessionEnd;
  /** It rang here, or would have, and nobody here or elsewhere took it. */
  missed: boolean;
  /** The operator has looked at the list since. */
  seen: boolean;
  /** What became of its transfer. */
  outcome?: Pick<Verdict, 'tone' | 'headline' | 'detail'> | undefined;
}

export interface RecentSlice {
  recent: readonly RecentCall[];
  /** The list is being looked at: nothing in it is news any more. */
  markRecentSeen(): void;
  clearRecent(): void;
}

export const createRecentSlice: Slice<RecentSlice> = (set) => ({
  recent: [],
  markRecentSeen: () =>
    set(({ recent }) =>
      recent.some(({ seen }) => !seen) ? { recent: recent.map((call) => ({ ...call, seen: true })) } : {},
    ),
  clearRecent: () => set({ recent: [] }),
});

/** What became of the calls. */
export type Outcomes = TransferCards & Pick<FollowSlice, 'follows'> & Pick<CallsSlice, 'calls'>;
type RecentState = RecentSlice & Outcomes & Pick<LinesView, 'lines'> & Pick<UiSlice, 'sideTab'>;

export function missedCount({ recent }: Pick<RecentSlice, 'recent'>): number {
  return recent.filter(({ missed, seen }) => missed && !seen).length;
}

/** @param state with everything else that the event has changed */
export function reduceRecent(state: RecentState, event: PhoneEvent): Partial<RecentSlice> | undefined {
  switch (event.type) {
    case 'sessionStarted': {
      const { id, direction, number, name, at } = event.session;
      if (state.lines[id] || direction === 'out') return undefined;
      const end: SessionEnd = { at, by: 'us', method: 'response', status: 486, reason: 'Busy Here' };
      return withCall(state, { id, direction, number, name, startedAt: at, end, missed: true, seen: false });
    }
    case 'sessionEnded': {
      const line = state.lines[event.id];
      return line ? withCall(state, recentCall(state, line, event.end)) : undefined;
    }
    default:
      return undefined;
  }
}

/** What the card of an ended line says now: the target may have left since. */
export function withOutcome(state: RecentSlice & Outcomes, id: string): Pick<RecentSlice, 'recent'> {
  const outcome = outcomeOf(state, id);
  return { recent: state.recent.map((call) => (call.id === id && outcome ? { ...call, outcome } : call)) };
}

function withCall({ recent }: RecentSlice, call: RecentCall): Partial<RecentSlice> {
  return { recent: [call, ...recent.filter(({ id }) => id !== call.id)].slice(0, RECENT_KEPT) };
}

function recentCall(state: RecentState, line: Line, end: SessionEnd): RecentCall {
  const { id, direction, number, name, startedAt, answeredAt } = line;
  const missed = isMissed(line, end);
  const seen = !missed || state.sideTab === 'recent';
  return { id, direction, number, name, startedAt, answeredAt, end, missed, seen, outcome: outcomeOf(state, id) };
}

function isMissed({ direction, answeredAt }: Line, end: SessionEnd): boolean {
  if (direction === 'out' || answeredAt !== undefined || end.by === 'us') return false;
  // RFC 3326: cause 200 in a CANCEL means that somebody else has answered.
  return end.status !== 200;
}

function outcomeOf({ cards, follows, calls }: Outcomes, id: string): RecentCall['outcome'] {
  const [card, follow] = [cards[id], follows[id]];
  if (card) {
    const { tone, headline, detail } = verdict(card, callOfSession(calls, id));
    return { tone, headline, detail };
  }
  if (!follow) return undefined;
  const { tone, headline } = followVerdict(follow);
  return { tone: tone === 'question' ? 'warn' : tone, headline, detail: '' };
}
