/** REFERs that come to our lines: what is answered to them, and the card of each. */
import type { PhoneEvent } from '../phone/phone.ts';
import { formatNumber } from '../ui/number.ts';
import { nameOf, type DirectorySlice } from './directory.ts';
import { isOpen, newFollow, reduceFollow, type FollowCard, type ReferPolicy } from './follow-card.ts';
import type { LinesView } from './line-model.ts';
import type { OutsideSlice, Slice } from './slice.ts';
import { lineTitle } from './words.ts';

export interface FollowSlice {
  /** The last REFER that came to each line, by the line's id. */
  follows: Readonly<Record<string, FollowCard>>;
  referPolicy: ReferPolicy;
  setReferPolicy(policy: ReferPolicy): void;
  followRefer(lineId: string): void;
  declineRefer(lineId: string): void;
  /** Takes the card away once it is decided. */
  dismissFollow(lineId: string): void;
}

/** The cards, and whom they name. */
type FollowState = FollowSlice & Pick<LinesView, 'lines'> & Pick<DirectorySlice, 'directory'>;

export const createFollowSlice: Slice<FollowSlice, Pick<OutsideSlice, 'phone'>> = (set, get) => ({
  follows: {},
  referPolicy: 'ask',
  setReferPolicy: (referPolicy) => set({ referPolicy }),
  followRefer: (lineId) => {
    if (get().follows[lineId]?.phase === 'asked') get().phone.followRefer(lineId);
  },
  declineRefer: (lineId) => {
    if (get().follows[lineId]?.phase === 'asked') get().phone.declineRefer(lineId);
  },
  dismissFollow: (lineId) =>
    set((state) => {
      if (isOpen(state.follows[lineId])) return {};
      const { [lineId]: _dismissed, ...follows } = state.follows;
      return { follows };
    }),
});

/** The card that a line has part in: as the one that is left, or as the one that takes its place. */
export function followOf(follows: FollowSlice['follows'], lineId: string | undefined): FollowCard | undefined {
  if (lineId === undefined) return undefined;
  return follows[lineId] ?? Object.values(follows).find(({ newLineId }) => newLineId === lineId);
}

/** Something happened that the operator should read before the line goes away. */
export function keepsLine(follows: FollowSlice['follows'], lineId: string): boolean {
  const phase = follows[lineId]?.phase;
  return phase === 'left' || phase === 'expired';
}

export function reduceFollows(state: FollowState, event: PhoneEvent): Partial<FollowSlice> | undefined {
  switch (event.type) {
    case 'referReceived':
      return { follows: { ...state.follows, [event.id]: receivedCard(state, event) } };
    case 'followStepped': {
      const card = state.follows[event.id];
      return card?.id === event.followId ? withCard(state, reduceFollow(card, event.step)) : {};
    }
    case 'sessionEnded': {
      const { id, end } = event;
      const card = state.follows[id];
      return card ? withCard(state, reduceFollow(card, { at: end.at, kind: 'session-ended', end })) : undefined;
    }
    default:
      return undefined;
  }
}

/** What the telephone does because of a REFER without being asked: the setting, and what the new line takes over. */
export function attendFollow(state: FollowState & Pick<OutsideSlice, 'phone'>, event: PhoneEvent): void {
  const { phone, lines, referPolicy } = state;
  if (event.type === 'referReceived' && !event.refer.refused) {
    if (referPolicy === 'follow') phone.followRefer(event.id);
    if (referPolicy === 'decline') phone.declineRefer(event.id);
  }
  if (event.type !== 'followStepped') return;
  const { step, id } = event;
  const old = lines[id];
  const newLineId = state.follows[id]?.newLineId;
  if (!old || newLineId === undefined) return;
  if (step.kind === 'invite' && old.muted) phone.mute(newLineId, true);
}

function receivedCard(
  { lines, directory, referPolicy }: FollowState,
  { id, refer }: Extract<PhoneEvent, { type: 'referReceived' }>,
): FollowCard {
  const line = lines[id];
  const title = (who: { number: string; name: string } | undefined) => (who ? lineTitle(who, directory) : undefined);
  return newFollow({
    lineId: id,
    refer,
    asker: title(refer.by) ?? title(line) ?? 'The other side',
    target: nameOf(directory, refer.who) ?? (formatNumber(refer.who) || 'nobody'),
    auto: referPolicy === 'ask' || refer.refused ? undefined : referPolicy,
  });
}

function withCard({ follows }: FollowSlice, card: FollowCard): Partial<FollowSlice> {
  return { follows: { ...follows, [card.lineId]: card } };
}
