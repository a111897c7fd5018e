/** What a line is, and which of them a key or the view means. Pure. */
import type { MediaState } from '../phone/media-health.ts';
import type { SessionEnd } from '../phone/phone.ts';

/** One row and one number key each. */
const SLOTS = 9;

export type LineState = 'ringing' | 'dialing' | 'ring-back' | 'early-media' | 'answering' | 'live' | 'ended';

export interface Line {
  /** SIP Call-ID of the session. */
  id: string;
  /** 1 to 9: the key that picks it. Never changes while the line exists; an ended one gives it up to a new call. */
  slot: number;
  direction: 'in' | 'out';
  number: string;
  name: string;
  state: LineState;
  /** The operator is not on it: nothing passes in either direction. */
  held: boolean;
  /** Epoch ms, while it is held. */
  heldSince?: number | undefined;
  heldByRemote: boolean;
  muted: boolean;
  startedAt: number;
  answeredAt?: number;
  /** What has become of its sound since the answer. */
  media?: MediaState;
  /** The line whose place it is to take, because a REFER came to that. */
  movedFrom?: string;
  /** Something that was tried and refused, in words. */
  problem?: string | undefined;
  end?: SessionEnd;
}

export type Lines = Readonly<Record<string, Line>>;

export interface LinesView {
  lines: Lines;
  selectedLineId: string | undefined;
}

export function isOngoing(line: Line | undefined): line is Line {
  return line !== undefined && line.state !== 'ended';
}

/** Lines by slot, the empty ones too. An ended line is shown as long as nobody needs its place. */
export function linesBySlot(lines: Lines): (Line | undefined)[] {
  const bySlot = new Map(
    Object.values(lines)
      .toSorted((a, b) => endOf(a) - endOf(b))
      .map((line) => [line.slot, line]),
  );
  return Array.from({ length: SLOTS }, (_, index) => bySlot.get(index + 1));
}

export function selectedLine({ lines, selectedLineId }: LinesView): Line | undefined {
  return selectedLineId === undefined ? undefined : lines[selectedLineId];
}

/** The line that F3 answers: the selected one if it rings, else the one that has rung longest. */
export function lineToAnswer(state: LinesView): Line | undefined {
  const selected = selectedLine(state);
  if (selected?.state === 'ringing') return selected;
  return Object.values(state.lines)
    .filter((line) => line.state === 'ringing')
    .toSorted((a, b) => a.startedAt - b.startedAt)[0];
}

/** The line to look at when nobody has chosen one: who is talked with, else called, else has waited longest. */
export function lineToShow(lines: Lines, movedFrom?: string): Line | undefined {
  const up = Object.values(lines).filter(isOngoing);
  const talking = up.find((line) => line.state === 'live' && !line.held);
  const before = movedFrom === undefined ? undefined : up.find(({ id }) => id === movedFrom);
  const answering = up.find(({ state }) => state === 'answering');
  const held = up
    .filter(({ state }) => state === 'live')
    .toSorted((a, b) => (a.heldSince ?? 0) - (b.heldSince ?? 0))[0];
  const called = up.find(({ direction }) => direction === 'out');
  return talking ?? answering ?? before ?? held ?? called ?? lineToAnswer({ lines, selectedLineId: undefined });
}

/** A line that is up and has this number. */
export function lineWith(lines: Lines, number: string): Line | undefined {
  return Object.values(lines).find((line) => isOngoing(line) && line.number === number);
}

/** The lowest empty slot; with none empty, that of the line that ended first; none while nine lines are up. */
export function freeSlot(lines: Lines): number | undefined {
  const bySlot = linesBySlot(lines);
  const empty = bySlot.indexOf(undefined);
  if (empty >= 0) return empty + 1;
  return bySlot.filter((line) => line?.state === 'ended').toSorted((a, b) => endOf(a!) - endOf(b!))[0]?.slot;
}

/** Epoch ms; an ongoing line ends after all others. */
function endOf({ end }: Line): number {
  return end?.at ?? Number.MAX_SAFE_INTEGER;
}
