/**
 * The operator has one pair of ears. This machine decides which line has them: whatever is answered, dialled, resumed
 * or transferred, and whatever the other sides say meanwhile, at most one line is open.
 *
 * A step function: state and input in, next state and effects out. Others are put on hold first; the wanted line is
 * answered, resumed or dialled when they have agreed, or when that takes too long. Until SIP has agreed, the telephone
 * keeps every line but the one named by `audible` silent in both directions: nothing depends on who answers first.
 */

/** How long an answer waits for the others to agree to hold. They hear nothing of the operator meanwhile. *Chosen here.* */
export const PATIENCE_MS = 1500;
/** A re-INVITE that crosses another gets 491 and is tried again (RFC 3261 §14.1), so often. *Chosen here.* */
const TRIES = 4;

type Direction = 'in' | 'out';
type Agreed = 'open' | 'held';

export interface EarLine {
  stage: 'ringing' | 'calling' | 'answering' | 'live';
  direction: Direction;
  /** What the last offer and answer said. */
  agreed: Agreed;
  /** The re-INVITE that is under way. */
  asked?: Agreed | undefined;
  /** Refusals in a row. */
  refusals: number;
  /** Waits before it asks again; `due` until that has begun. */
  rest?: 'due' | 'begun' | undefined;
  /** What was refused for good: it is asked again only after something else was wanted. */
  refused?: Agreed | undefined;
  /** The line whose place it takes once it is answered. */
  movedFrom?: string | undefined;
  /** Another line has taken its place, and it is about to be released. */
  left?: boolean;
}

export interface Ears {
  lines: Readonly<Record<string, EarLine>>;
  /** The line that is to have the operator, or the name of a call that is to be placed. */
  wanted: string | undefined;
  /** Calls to be placed, by the name of the wish; `sent` until their session exists. */
  placing: readonly { call: string; sent: boolean }[];
  /** The others have had their time to agree. */
  hasty: boolean;
}

export type EarsInput =
  /** The operator turns to this line: answers it, or resumes it. */
  | { is: 'wanted'; id: string }
  /** The operator puts this line on hold. */
  | { is: 'unwanted'; id: string }
  /** The operator calls somebody; `call` names the wish. */
  | { is: 'calls'; call: string }
  /** That call could not be placed. */
  | { is: 'not-placed'; call: string }
  | { is: 'started'; id: string; direction: Direction; movedFrom?: string | undefined }
  | { is: 'answering'; id: string }
  /** The answer could not be sent. */
  | { is: 'not-answered'; id: string }
  | { is: 'established'; id: string }
  | { is: 'agreed'; id: string; on: Agreed }
  /** `crossed`: another re-INVITE was under way (491). */
  | { is: 'refused'; id: string; what: Agreed; crossed: boolean }
  | { is: 'rested'; id: string }
  | { is: 'patience-over' }
  | { is: 'ended'; id: string };

export type EarsEffect =
  /** What `audible` says has changed. */
  | { do: 'focus' }
  | { do: 'hold'; id: string; on: boolean }
  | { do: 'answer'; id: string }
  | { do: 'place'; call: string }
  /** `rested` is due after the time that RFC 3261 §14.1 gives to who made the call, or to who was called. */
  | { do: 'rest'; id: string; direction: Direction }
  | { do: 'arm-patience' };

type Step = [Ears, readonly EarsEffect[]];

export const noEars: Ears = { lines: {}, wanted: undefined, placing: [], hasty: false };

/** The one line that may carry sound at this moment: talked with, or called and not yet answered. */
export function audible({ lines, wanted }: Ears): string | undefined {
  const line = wanted === undefined ? undefined : lines[wanted];
  if (!line || line.stage === 'ringing') return undefined;
  return line.stage === 'live' && line.agreed === 'held' ? undefined : wanted;
}

/** Answered, and the operator is elsewhere, or not back yet. */
export function isHeld(ears: Ears, id: string): boolean {
  return ears.lines[id]?.stage === 'live' && audible(ears) !== id;
}

export function stepEars(state: Ears, input: EarsInput): Step {
  const heard = hear(state, input);
  if (heard === state) return [state, []];
  const [next, effects] = settle(heard.wanted === state.wanted ? heard : { ...heard, hasty: false });
  return audible(next) === audible(state) ? [next, effects] : [next, [{ do: 'focus' }, ...effects]];
}

function hear(state: Ears, input: EarsInput): Ears {
  switch (input.is) {
    case 'wanted': {
      const line = state.lines[input.id];
      if (!line || line.left) return state;
      const next = change(state, input.id, (was) => ({ ...was, refused: undefined, refusals: 0, rest: undefined }));
      return { ...next, wanted: input.id };
    }
    case 'unwanted':
      return state.wanted === input.id ? { ...state, wanted: undefined } : state;
    case 'calls':
      return { ...state, wanted: input.call, placing: [...state.placing, { call: input.call, sent: false }] };
    case 'not-placed':
      return {
        ...state,
        placing: state.placing.filter(({ call }) => call !== input.call),
        wanted: state.wanted === input.call ? undefined : state.wanted,
      };
    case 'started':
      return started(state, input);
    case 'answering':
      // Answered here, by whatever means; the ears are taken only if they are free.
      return {
        ...change(state, input.id, (line) => ({ ...line, stage: 'answering' })),
        wanted: state.wanted ?? input.id,
      };
    case 'not-answered':
      return {
        ...change(state, input.id, (line) => ({ ...line, stage: 'ringing' })),
        wanted: state.wanted === input.id ? undefined : state.wanted,
      };
    case 'established':
      return established(state, input.id);
    case 'agreed':
      return change(state, input.id, (line) => ({ ...line, agreed: input.on, asked: undefined, refusals: 0 }));
    case 'refused':
      return refused(state, input);
    case 'rested':
      return change(state, input.id, (line) => ({ ...line, rest: undefined }));
    case 'patience-over':
      return { ...state, hasty: true };
    case 'ended': {
      const { [input.id]: ended, ...lines } = state.lines;
      return ended ? { ...state, lines, wanted: state.wanted === input.id ? undefined : state.wanted } : state;
    }
    default:
      return input satisfies never;
  }
}

function started(state: Ears, { id, direction, movedFrom }: Extract<EarsInput, { is: 'started' }>): Ears {
  const stage = direction === 'in' ? 'ringing' : 'calling';
  const line: EarLine = { stage, direction, agreed: 'open', refusals: 0, movedFrom };
  const next = { ...state, lines: { ...state.lines, [id]: line } };
  if (direction === 'in' || movedFrom !== undefined) return next;
  const wish = state.placing.find(({ sent }) => sent)?.call;
  return {
    ...next,
    placing: state.placing.filter(({ call }) => call !== wish),
    // Who calls somebody means to hear them, unless something else has been asked for since.
    wanted: state.wanted === wish ? id : state.wanted,
  };
}

function established(state: Ears, id: string): Ears {
  const line = state.lines[id];
  if (!line || line.stage === 'live') return state;
  const lines: Record<string, EarLine> = { ...state.lines, [id]: { ...line, stage: 'live' } };
  const from = line.movedFrom === undefined ? undefined : lines[line.movedFrom];
  if (!from || line.movedFrom === undefined) return { ...state, lines };
  lines[line.movedFrom] = { ...from, left: true };
  // The conversation goes on, on the new line; who was on hold stays so.
  return { ...state, lines, wanted: state.wanted === line.movedFrom ? id : state.wanted };
}

function refused(state: Ears, { id, what, crossed }: Extract<EarsInput, { is: 'refused' }>): Ears {
  const again = crossed && (state.lines[id]?.refusals ?? 0) + 1 < TRIES;
  const next = change(state, id, (line) => ({
    ...line,
    asked: undefined,
    refusals: again ? line.refusals + 1 : 0,
    rest: again ? 'due' : undefined,
    refused: again ? undefined : what,
  }));
  return !again && what === 'open' && state.wanted === id ? { ...next, wanted: undefined } : next;
}

function change(state: Ears, id: string, how: (line: EarLine) => EarLine): Ears {
  const line = state.lines[id];
  return line ? { ...state, lines: { ...state.lines, [id]: how(line) } } : state;
}

/** Asks of every line what it ought to be and is not. */
function settle(state: Ears): Step {
  const effects: EarsEffect[] = [];
  const lines: Record<string, EarLine> = {};
  for (const [id, line] of Object.entries(state.lines)) {
    lines[id] = id === state.wanted ? line : keepAway(id, line, effects);
    if (lines[id].rest !== 'due') continue;
    effects.push({ do: 'rest', id, direction: line.direction });
    lines[id] = { ...lines[id], rest: 'begun' };
  }
  const calm = Object.entries(lines).every(([id, line]) => id === state.wanted || isAway(line));
  if (!calm && !state.hasty) {
    const next = { ...state, lines };
    const waits = state.wanted !== undefined && audible(next) === undefined;
    return [next, waits || state.placing.length > 0 ? [...effects, { do: 'arm-patience' }] : effects];
  }
  const placing = state.placing.map(({ call, sent }) => {
    if (!sent) effects.push({ do: 'place', call });
    return { call, sent: true };
  });
  const line = state.wanted === undefined ? undefined : lines[state.wanted];
  if (line && state.wanted !== undefined) lines[state.wanted] = turnTo(state.wanted, line, effects);
  return [{ ...state, lines, placing, hasty: state.hasty && !calm }, effects];
}

/** Nobody on this line hears the operator by what SIP has agreed on, or everything possible has been tried. */
function isAway({ stage, agreed, asked, refused: given, rest, left }: EarLine): boolean {
  if (stage === 'ringing' || stage === 'calling' || left) return true;
  if (stage === 'answering') return false;
  return asked === undefined && (agreed === 'held' || given === 'held' || rest !== undefined);
}

function keepAway(id: string, line: EarLine, effects: EarsEffect[]): EarLine {
  if (line.stage !== 'live' || line.left || line.asked || line.rest || line.agreed === 'held') return line;
  if (line.refused === 'held') return line;
  effects.push({ do: 'hold', id, on: true });
  return { ...line, asked: 'held', refused: undefined };
}

function turnTo(id: string, line: EarLine, effects: EarsEffect[]): EarLine {
  if (line.stage === 'ringing') {
    effects.push({ do: 'answer', id });
    return { ...line, stage: 'answering' };
  }
  if (line.stage !== 'live' || line.asked || line.rest || line.agreed === 'open') return line;
  effects.push({ do: 'hold', id, on: false });
  return { ...line, asked: 'open', refused: undefined };
}
