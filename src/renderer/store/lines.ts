/** The console's own SIP sessions as fixed slots, and what the operator does with them. */
import type { MediaState } from '../phone/media-health.ts';
import type { PhoneEvent, SessionChange, SessionEnd } from '../phone/phone.ts';
import type { ConsoleState, Slice } from './store.ts';

const SLOTS = 9;
/** How long an ended line stays to be read, in milliseconds. */
export const ENDED_STAYS_MS = 12_000;

export type LineState = 'ringing' | 'dialing' | 'ring-back' | 'early-media' | 'answering' | 'live' | 'ended';

export interface Line {
  /** SIP Call-ID of the session. */
  id: string;
  /** 1 to 9: the key that picks it. Never changes while the line exists. */
  slot: number;
  direction: 'in' | 'out';
  number: string;
  name: string;
  state: LineState;
  held: boolean;
  heldByRemote: boolean;
  muted: boolean;
  startedAt: number;
  answeredAt?: number;
  /** What has become of its sound since the answer. */
  media?: MediaState;
  /** The line whose place it is to take, because a REFER came to that. */
  movedFrom?: string;
  /** Something that was tried and refused, in words. */
  problem?: string;
  end?: SessionEnd;
}

export interface LinesSlice {
  lines: Readonly<Record<string, Line>>;
  selectedLineId: string | undefined;
  selectLine(id: string): void;
  selectSlot(slot: number): void;
  /** Answers this line, else the selected one if it rings, else the one that has rung longest. */
  answer(id?: string): Promise<void>;
  hangUp(id: string): Promise<void>;
  /** Holds a live line, or resumes a held one and holds the other that was live. */
  toggleHold(id: string): Promise<void>;
  toggleMute(id: string): void;
  sendDtmf(id: string, digit: string): void;
  /** What stands in the keypad's field. */
  dialNumber: string;
  setDialNumber(number: string): void;
  dial(number: string): Promise<void>;
  /** Clears an ended line from its slot. */
  forgetLine(id: string): void;
}

export const createLinesSlice: Slice<LinesSlice> = (set, get) => {
  /** Two people must not hear one operator: whoever talks is held first. */
  const holdOthers = (id: string | undefined) =>
    Promise.all(
      Object.values(get().lines)
        .filter((line) => line.id !== id && isTalking(line))
        .map((line) => get().phone.hold(line.id, true)),
    );
  return {
    lines: {},
    selectedLineId: undefined,
    selectLine: (id) => {
      if (get().lines[id]) set({ selectedLineId: id });
    },
    selectSlot: (slot) => {
      const line = Object.values(get().lines).find((each) => each.slot === slot);
      if (line) set({ selectedLineId: line.id });
    },
    answer: async (wanted) => {
      const line = wanted === undefined ? lineToAnswer(get()) : get().lines[wanted];
      if (line?.state !== 'ringing') return;
      set({ selectedLineId: line.id });
      await holdOthers(line.id);
      await get().phone.answer(line.id);
    },
    hangUp: (id) => get().phone.hangUp(id),
    toggleHold: async (id) => {
      const line = get().lines[id];
      if (line?.state !== 'live') return;
      if (line.held) await holdOthers(id);
      await get().phone.hold(id, !line.held);
    },
    toggleMute: (id) => {
      const line = get().lines[id];
      if (line && line.state !== 'ended') get().phone.mute(id, !line.muted);
    },
    sendDtmf: (id, digit) => get().phone.dtmf(id, digit),
    dialNumber: '',
    setDialNumber: (dialNumber) => set({ dialNumber }),
    dial: async (number) => {
      await holdOthers(undefined);
      set({ dialNumber: '' });
      await get().phone.dial(number);
    },
    forgetLine: (id) => set((state) => withoutLine(state, id)),
  };
};

function isTalking(line: Line): boolean {
  return line.state === 'live' && !line.held;
}

/** Lines by slot, the empty ones too. */
export function linesBySlot(lines: LinesSlice['lines']): (Line | undefined)[] {
  const bySlot = new Map(Object.values(lines).map((line) => [line.slot, line]));
  return Array.from({ length: SLOTS }, (_, index) => bySlot.get(index + 1));
}

export function selectedLine(state: LinesSlice): Line | undefined {
  return state.selectedLineId === undefined ? undefined : state.lines[state.selectedLineId];
}

/** The line that F3 answers. */
export function lineToAnswer(state: LinesSlice): Line | undefined {
  const selected = selectedLine(state);
  if (selected?.state === 'ringing') return selected;
  return Object.values(state.lines)
    .filter((line) => line.state === 'ringing')
    .toSorted((a, b) => a.startedAt - b.startedAt)[0];
}

/** @returns what changes, or undefined when this event is not about lines */
export function reduceLines(state: ConsoleState, event: PhoneEvent): Partial<LinesSlice> | undefined {
  switch (event.type) {
    case 'sessionStarted': {
      const { id, direction, number, name, at, movedFrom } = event.session;
      const slot = freeSlot(state.lines);
      const lines = Object.fromEntries(Object.entries(state.lines).filter(([, line]) => line.slot !== slot));
      lines[id] = {
        id,
        slot,
        direction,
        number,
        name,
        state: direction === 'in' ? 'ringing' : 'dialing',
        held: false,
        heldByRemote: false,
        muted: false,
        startedAt: at,
        ...(movedFrom === undefined ? {} : { movedFrom }),
      };
      // Ringing never takes the operator away from a call; it may take an empty or finished view.
      const current = selectedLine(state);
      const free = !current || (current.state === 'ended' && !state.cards[current.id]);
      // The operator dialled it, or looks at the call whose place it is to take.
      const wanted = direction === 'out' && (movedFrom === undefined || movedFrom === state.selectedLineId);
      return { lines, ...(wanted || free ? { selectedLineId: id } : {}) };
    }
    case 'sessionChanged':
      return changeLine(state, event.id, (line) => ({ ...line, ...applyChange(event.change) }));
    case 'sessionEnded':
      return {
        ...changeLine(state, event.id, (line) => ({ ...line, state: 'ended', end: event.end })),
        ...backTo(state, event.id),
      };
    default:
      return undefined;
  }
}

/** A call that was to take the place of another came to nothing: the view goes back to that one. */
function backTo(state: LinesSlice, id: string): Partial<LinesSlice> {
  const { movedFrom, answeredAt } = state.lines[id] ?? {};
  if (movedFrom === undefined || answeredAt !== undefined || state.selectedLineId !== id) return {};
  return state.lines[movedFrom] ? { selectedLineId: movedFrom } : {};
}

function applyChange(change: SessionChange): Partial<Line> {
  switch (change.to) {
    case 'ringing':
      return { state: 'ring-back' };
    case 'early-media':
    case 'answering':
      return { state: change.to };
    case 'established':
      return { state: 'live', answeredAt: change.at, media: { state: 'connecting' } };
    case 'media': {
      const { to: _to, ...media } = change;
      return { media };
    }
    case 'held':
      return { held: change.on, problem: '' };
    case 'hold-failed': {
      const what = change.on ? 'Hold' : 'Resume';
      return { held: !change.on, problem: `${what} was refused (${change.status} ${change.reason})` };
    }
    case 'muted':
      return { muted: change.on };
    case 'held-by-remote':
      return { heldByRemote: change.on };
    default:
      return change satisfies never;
  }
}

function changeLine(state: LinesSlice, id: string, change: (line: Line) => Line): Partial<LinesSlice> {
  const line = state.lines[id];
  return line ? { lines: { ...state.lines, [id]: change(line) } } : {};
}

/** The lowest empty slot; with none empty, the one that ended first. */
function freeSlot(lines: LinesSlice['lines']): number {
  const empty = linesBySlot(lines).findIndex((line) => line === undefined);
  if (empty >= 0) return empty + 1;
  const ended = Object.values(lines)
    .filter((line) => line.state === 'ended')
    .toSorted((a, b) => (a.end?.at ?? 0) - (b.end?.at ?? 0));
  return ended[0]?.slot ?? SLOTS;
}

/** Removes an ended line and its card; the view goes to a line that still lives. */
export function withoutLine(state: ConsoleState, id: string): Partial<ConsoleState> {
  if (state.lines[id]?.state !== 'ended') return {};
  const { [id]: _line, ...lines } = state.lines;
  const { [id]: _card, ...cards } = state.cards;
  // A card goes with the last of its two lines.
  const follows = Object.fromEntries(
    Object.entries(state.follows).filter(
      ([lineId, { newLineId }]) => lines[lineId] !== undefined || (newLineId !== undefined && lines[newLineId]),
    ),
  );
  if (state.selectedLineId !== id) return { lines, cards, follows };
  const next = Object.values(lines).find((line) => line.state !== 'ended');
  return { lines, cards, follows, selectedLineId: next?.id };
}
