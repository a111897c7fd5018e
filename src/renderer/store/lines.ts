/** The console's own SIP sessions as nine places, and what the operator does with them. */
import type { TakenBack } from '../phone/phone.ts';
import type { DirectorySlice } from './directory.ts';
import { noEars, type EarsEffect } from './ears.ts';
import { createEarsRunner, type EarsState } from './ears-runner.ts';
import { freeSlot, isOngoing, lineToAnswer, linesBySlot, lineWith, type Line, type LinesView } from './line-model.ts';
import { withOutcome, type Outcomes, type RecentSlice } from './recent.ts';
import type { OutsideSlice, Slice } from './slice.ts';
import type { UiSlice } from './ui.ts';
import { lineTitle } from './words.ts';

/** How long an ended line stays to be read, in milliseconds. */
export const ENDED_STAYS_MS = 12_000;
/** Lines that have ended and wait with their card to be read; what is older is among the recent calls. */
const ENDED_KEPT = 3;
/** A second press within this time belongs to the first: it answers or declines nobody else. *Chosen here.* */
const NEXT_MS = 600;
/** A toggle pressed twice within this time was meant once. *Chosen here.* */
const TOGGLE_MS = 350;
/** A key pressed so soon after the view went to another line was meant for the line before. *Chosen here.* */
const SHIFT_MS = 700;

export interface LinesSlice extends LinesView, EarsState {
  /** When the view last left a call that was over for another one, by itself; epoch ms. */
  shiftedAt: number;
  /** Shows this line. One that is over is not shown while another goes on. */
  selectLine(id: string): void;
  selectSlot(slot: number): void;
  /** Answers this line, else the selected one if it rings, else the one that has rung longest. */
  answer(id?: string): Promise<void>;
  /** Refuses a ringing line (603) without leaving the call: this one, else the one that `answer` would answer. */
  decline(id?: string): Promise<void>;
  hangUp(id: string): Promise<void>;
  /** Holds a live line, or resumes a held one; whoever else was talked with is held. */
  toggleHold(id: string): Promise<void>;
  resume(id: string): void;
  toggleMute(id: string): void;
  sendDtmf(id: string, digit: string): void;
  /**
   * Calls a number. Whoever is on a line already is shown instead of called a second time.
   * @param back the call that is taken back by it (W6)
   * @throws when all lines are taken, or the telephone cannot call
   */
  dial(number: string, back?: TakenBack): Promise<void>;
  /** Clears an ended line from its slot. */
  forgetLine(id: string): void;
  /** Carries out what the ears machine asks for. */
  performEars(effects: readonly EarsEffect[]): void;
  /** Ends its timers. */
  stopEars(): void;
}

/** A line goes, and with it what was shown of it. */
type WithTraces = Pick<LinesSlice, 'lines' | 'selectedLineId'> & RecentSlice & Outcomes;
type Needs = WithTraces & OutsideSlice & DirectorySlice & Pick<UiSlice, 'say' | 'attempt'>;

export const createLinesSlice: Slice<LinesSlice, Needs> = (set, get) => {
  const ears = createEarsRunner(set, get);
  const pressedAt = new Map<string, number>();
  /** A hand that is in a hurry presses twice. */
  const pressedAgain = (what: string, withinMs: number) => {
    const { now } = get();
    const again = now() - (pressedAt.get(what) ?? -Infinity) < withinMs;
    if (!again) pressedAt.set(what, now());
    return again;
  };
  /** Who began to ring after the first press may be meant by the second, however soon that comes. */
  const meantBefore = (what: string, { startedAt }: Line) =>
    pressedAgain(what, startedAt > (pressedAt.get(what) ?? -Infinity) ? TOGGLE_MS : NEXT_MS);
  return {
    lines: {},
    selectedLineId: undefined,
    ears: noEars,
    shiftedAt: 0,
    selectLine: (id) =>
      set(({ lines }) => {
        const others = Object.values(lines).some(isOngoing);
        return isOngoing(lines[id]) || (lines[id] && !others) ? { selectedLineId: id } : {};
      }),
    selectSlot: (slot) => {
      const line = linesBySlot(get().lines)[slot - 1];
      if (line) get().selectLine(line.id);
    },
    answer: async (wanted) => {
      const line = wanted === undefined ? lineToAnswer(get()) : get().lines[wanted];
      if (line?.state !== 'ringing' || (wanted === undefined && meantBefore('answer', line))) return;
      set({ selectedLineId: line.id });
      ears.tell({ is: 'wanted', id: line.id });
    },
    decline: async (id) => {
      const line = id === undefined ? lineToAnswer(get()) : get().lines[id];
      if (line?.state !== 'ringing' || (id === undefined && meantBefore('decline', line))) return;
      await get().phone.hangUp(line.id);
    },
    hangUp: (id) => get().phone.hangUp(id),
    toggleHold: async (id) => {
      if (get().lines[id]?.state !== 'live' || pressedAgain(`hold ${id}`, TOGGLE_MS)) return;
      ears.tell({ is: get().ears.wanted === id ? 'unwanted' : 'wanted', id });
    },
    resume: (id) => {
      if (get().lines[id]?.state === 'live') ears.tell({ is: 'wanted', id });
    },
    toggleMute: (id) => {
      const line = get().lines[id];
      if (isOngoing(line) && !pressedAgain(`mute ${id}`, TOGGLE_MS)) get().phone.mute(id, !line.muted);
    },
    sendDtmf: (id, digit) => get().phone.dtmf(id, digit),
    dial: async (number, back) => {
      const { lines, directory, say, selectLine } = get();
      const there = back ? undefined : lineWith(lines, number);
      if (there) {
        selectLine(there.id);
        say(`${lineTitle(there, directory)} is on line ${there.slot} already.`);
        return;
      }
      if (freeSlot(lines) === undefined) throw new Error('All nine lines are in use. End a call to make another one.');
      await ears.place(number, back);
    },
    forgetLine: (id) => set((state) => withoutLine(state, id)),
    performEars: ears.perform,
    stopEars: ears.stop,
  };
};

/** The view has just gone to another line by itself: a hang-up that was meant for the one before must not reach it. */
export function hasJustShifted({ shiftedAt, now }: Pick<LinesSlice, 'shiftedAt'> & Pick<OutsideSlice, 'now'>): boolean {
  return now() - shiftedAt < SHIFT_MS;
}

/** Ended lines that have been there so long that nobody will read them here. */
export function staleLines({ lines, selectedLineId }: LinesView): readonly string[] {
  return Object.values(lines)
    .filter(({ state, id }) => state === 'ended' && id !== selectedLineId)
    .toSorted((a, b) => (b.end?.at ?? 0) - (a.end?.at ?? 0))
    .slice(ENDED_KEPT)
    .map(({ id }) => id);
}

/** Removes an ended line and its card. */
export function withoutLine(state: WithTraces, id: string): Partial<WithTraces> {
  if (state.lines[id]?.state !== 'ended') return {};
  const { [id]: _line, ...lines } = state.lines;
  const { [id]: _card, ...cards } = state.cards;
  // Its card goes with it: what that says in the end stays among the recent calls.
  const { recent } = withOutcome(state, id);
  // A request to move goes with the last of its two lines.
  const follows = Object.fromEntries(
    Object.entries(state.follows).filter(
      ([lineId, { newLineId }]) => lines[lineId] !== undefined || (newLineId !== undefined && lines[newLineId]),
    ),
  );
  return { lines, cards, follows, recent, ...(state.selectedLineId === id ? { selectedLineId: undefined } : {}) };
}
