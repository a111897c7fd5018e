/** What the telephone tells of its sessions, as changes of the lines, of the view, and of who has the operator's ears. */
import type { PhoneEvent, SessionChange } from '../phone/phone.ts';
import { stepEars, type EarsEffect, type EarsInput } from './ears.ts';
import { withHold } from './ears-runner.ts';
import { freeSlot, lineToShow, selectedLine, type Line, type Lines } from './line-model.ts';
import type { LinesSlice } from './lines.ts';
import type { ConsoleState } from './store.ts';

type Change = Pick<LinesSlice, 'lines' | 'ears'> & Partial<Pick<LinesSlice, 'selectedLineId' | 'shiftedAt'>>;

/** @returns what changes and what is to be done, or undefined when this event is not about lines */
export function reduceLines(state: ConsoleState, event: PhoneEvent): [Change, readonly EarsEffect[]] | undefined {
  const input = earsInput(event);
  if (!input && event.type !== 'sessionChanged') return undefined;
  const taken = takeIn(state.lines, event);
  // No place for it: it is refused, and no line of ours.
  if (!taken) return undefined;
  const [ears, effects] = input ? stepEars(state.ears, input) : [state.ears, []];
  const lines = withProblem(withHold(taken, ears, state.now()), ears, event);
  return [{ lines, ears, ...view(state, lines, event) }, effects];
}

function earsInput(event: PhoneEvent): EarsInput | undefined {
  switch (event.type) {
    case 'sessionStarted': {
      const { id, direction, movedFrom } = event.session;
      return { is: 'started', id, direction, movedFrom };
    }
    case 'sessionChanged':
      return changeInput(event.id, event.change);
    case 'sessionEnded':
      return { is: 'ended', id: event.id };
    default:
      return undefined;
  }
}

function changeInput(id: string, change: SessionChange): EarsInput | undefined {
  switch (change.to) {
    case 'answering':
      return { is: 'answering', id };
    case 'established':
      return { is: 'established', id };
    case 'held':
      return { is: 'agreed', id, on: change.on ? 'held' : 'open' };
    case 'hold-failed':
      return { is: 'refused', id, what: change.on ? 'held' : 'open', crossed: change.status === 491 };
    case 'ringing':
    case 'early-media':
    case 'muted':
    case 'media':
    case 'held-by-remote':
      return undefined;
    default:
      return change satisfies never;
  }
}

/** @returns the lines with this event in them; undefined when there is no place for a new one */
function takeIn(lines: Lines, event: PhoneEvent): Lines | undefined {
  switch (event.type) {
    case 'sessionStarted':
      return withNew(lines, event.session);
    case 'sessionChanged': {
      const line = lines[event.id];
      return line ? { ...lines, [line.id]: { ...line, ...applyChange(event.change) } } : lines;
    }
    case 'sessionEnded': {
      const line = lines[event.id];
      return line ? { ...lines, [line.id]: { ...line, state: 'ended', end: event.end } } : lines;
    }
    default:
      return lines;
  }
}

function withNew(
  lines: Lines,
  { id, direction, number, name, at, movedFrom }: Extract<PhoneEvent, { type: 'sessionStarted' }>['session'],
): Lines | undefined {
  const slot = freeSlot(lines);
  if (slot === undefined) return undefined;
  const line: Line = {
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
  return { ...lines, [id]: line };
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
      return { problem: undefined };
    case 'muted':
      return { muted: change.on };
    case 'held-by-remote':
      return { heldByRemote: change.on };
    case 'hold-failed':
      return {};
    default:
      return change satisfies never;
  }
}

/** Said only when it is not tried again. */
function withProblem(lines: Lines, { lines: heard }: LinesSlice['ears'], event: PhoneEvent): Lines {
  if (event.type !== 'sessionChanged' || event.change.to !== 'hold-failed') return lines;
  const line = lines[event.id];
  if (!line || heard[event.id]?.refused === undefined) return lines;
  const { on, status, reason } = event.change;
  const problem = on
    ? `Hold was refused (${status} ${reason}): the other side hears silence, not music.`
    : `Resume was refused (${status} ${reason}).`;
  return { ...lines, [line.id]: { ...line, problem } };
}

function view(state: ConsoleState, lines: Lines, event: PhoneEvent): Partial<Change> {
  if (event.type === 'sessionStarted') return viewOfNew(state, event.session);
  if (event.type !== 'sessionEnded' || state.selectedLineId !== event.id) return {};
  const { movedFrom } = lines[event.id] ?? {};
  const next = lineToShow(lines, movedFrom);
  if (next) return { selectedLineId: next.id, shiftedAt: event.end.at };
  // The card that tells of both stands at the line that was left.
  const failed = movedFrom !== undefined && lines[event.id]?.answeredAt === undefined;
  return failed && lines[movedFrom] ? { selectedLineId: movedFrom } : {};
}

/** Ringing never takes the operator away from a call; it takes an empty view, and one of a call that is over. */
function viewOfNew(
  state: ConsoleState,
  { id, direction, movedFrom }: Extract<PhoneEvent, { type: 'sessionStarted' }>['session'],
): Partial<Change> {
  const current = selectedLine(state);
  // The operator dialled it, or looks at the call whose place it is to take.
  const wanted = direction === 'out' && (movedFrom === undefined || movedFrom === state.selectedLineId);
  if (current && current.state !== 'ended') return wanted ? { selectedLineId: id } : {};
  return { selectedLineId: id, ...(direction === 'in' && current?.end ? { shiftedAt: current.end.at } : {}) };
}
