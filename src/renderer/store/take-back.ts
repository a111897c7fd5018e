/** Calls of this console whose window was reloaded, or whose connection broke: the trunk keeps them for a while (W6). */
import type { CallView, LegView } from '../../contract/model.ts';
import type { CallsSlice } from './calls.ts';
import type { LinesSlice } from './lines.ts';
import type { Slice } from './slice.ts';

/** A call that waits to be taken back. Nothing is joined by itself: nobody is to be overheard. */
export interface Orphan {
  callId: string;
  legId: string;
  /** Who is still there. */
  number: string;
  name: string;
  /** When the call was answered, and until when it is kept; epoch ms. */
  answeredAt: number;
  until: number;
  /** Value of the Replaces header that takes it. */
  replaces: string;
  /** Whom it is being transferred to. */
  pending?: { number: string; name: string };
}

export interface TakeBackSlice {
  /** Legs that are being taken back. */
  takingBack: readonly string[];
  /** This leg, else the one that ends first. */
  takeBack(legId?: string): Promise<void>;
}

export const createTakeBackSlice: Slice<TakeBackSlice, Pick<CallsSlice, 'calls'> & Pick<LinesSlice, 'dial'>> = (
  set,
  get,
) => ({
  takingBack: [],
  takeBack: async (legId) => {
    const waiting = orphansOf(get()).filter((each) => !get().takingBack.includes(each.legId));
    const orphan = legId === undefined ? waiting[0] : waiting.find((each) => each.legId === legId);
    if (!orphan) return;
    set(({ takingBack }) => ({ takingBack: [...takingBack, orphan.legId] }));
    try {
      await get().dial(orphan.number, orphan);
    } finally {
      // Once it is taken it is no orphan any more; when that failed it may be tried again.
      setTimeout(
        () => set(({ takingBack }) => ({ takingBack: takingBack.filter((each) => each !== orphan.legId) })),
        1500,
      );
    }
  },
});

/** The one that ends first comes first. */
export function orphansOf({ calls }: Pick<CallsSlice, 'calls'>): Orphan[] {
  return Object.values(calls)
    .flatMap((call) => call.legs.flatMap((leg) => orphanOf(call, leg)))
    .toSorted((a, b) => a.until - b.until);
}

function orphanOf(call: CallView, leg: LegView): Orphan[] {
  if (leg.orphan === undefined || leg.state !== 'answered' || call.state === 'ended') return [];
  const other = call.legs.find((each) => each !== leg && each.state === 'answered');
  const { number, name } = other ?? (leg.direction === 'out' ? call.from : call.to);
  const pending = call.transfers.find(({ state }) => state === 'pending')?.target;
  return [
    {
      callId: call.id,
      legId: leg.id,
      number,
      name,
      answeredAt: call.answeredAt ?? leg.startedAt,
      until: leg.orphan.until,
      replaces: leg.orphan.replaces,
      ...(pending ? { pending } : {}),
    },
  ];
}
