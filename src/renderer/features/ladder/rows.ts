/** From messages to what is drawn: which ones, their times, and where each lifeline stands. */
import type { Finding, LadderMessage, Lifeline } from '../../../contract/model.ts';
import { formatClockTime } from '../../ui/dates.ts';
import type { LadderFilter, TimeMode } from '../../store/ladder-state.ts';

/** What passes the filter; undefined when everything does. */
export function filterOf(filter: LadderFilter): ((message: LadderMessage) => boolean) | undefined {
  const text = filter.text.trim().toLowerCase();
  if (filter.hiddenLegs.length === 0 && filter.method === '' && text === '') return undefined;
  const hidden = new Set(filter.hiddenLegs);
  return (message) =>
    !hidden.has(message.legId) &&
    (filter.method === '' || methodOf(message) === filter.method) &&
    (text === '' || message.label.toLowerCase().includes(text) || message.text.toLowerCase().includes(text));
}

/** The method of the transaction, which `CSeq` names in requests and responses alike. */
export function methodOf(message: LadderMessage): string {
  return message.cseq.split(' ')[1] ?? message.method;
}

const order: Record<Lifeline['role'], number> = { caller: 0, trunk: 1, console: 2, endpoint: 2, target: 3 };

/** Caller on the left, then the trunk, who answered, and targets in the order they were called. */
export function orderLifelines(lifelines: readonly Lifeline[]): Lifeline[] {
  return [...lifelines].sort((a, b) => order[a.role] - order[b.role]);
}

/** Middle of the lifeline's column, in percent of the drawing's width. */
export function lifelineX(index: number, count: number): number {
  return ((index + 0.5) / count) * 100;
}

export interface Arrow {
  /** Percent of the drawing's width. */
  readonly left: number;
  readonly width: number;
  readonly pointsRight: boolean;
}

/** In rem. */
const CHARACTER_WIDTH = 7.8 / 16;
const TIPS_AND_GAPS = 44 / 16;

/**
 * Where the label goes: on its arrow, or beside it when the arrow is too short.
 * @param drawingWidth rem from the first to the last column's edge
 */
export function labelPlace(arrow: Arrow, characters: number, drawingWidth: number): 'on' | 'right' | 'left' {
  const room = (arrow.width / 100) * drawingWidth;
  if (characters * CHARACTER_WIDTH + TIPS_AND_GAPS <= room) return 'on';
  const roomRight = drawingWidth * (1 - (arrow.left + arrow.width) / 100);
  return roomRight >= (arrow.left / 100) * drawingWidth ? 'right' : 'left';
}

/** By message, what it is the first proof of. */
export function findingsByMessage(findings: readonly Finding[]): ReadonlyMap<number, readonly Finding[]> {
  const marked = new Map<number, Finding[]>();
  for (const finding of findings) {
    const [seq] = finding.messageSeqs;
    if (seq !== undefined) marked.set(seq, [...(marked.get(seq) ?? []), finding]);
  }
  return marked;
}

/** Undefined when an end of the message has no lifeline. */
export function arrowOf(
  message: Pick<LadderMessage, 'from' | 'to'>,
  lifelines: readonly Lifeline[],
): Arrow | undefined {
  const from = lifelines.findIndex((lifeline) => lifeline.id === message.from);
  const to = lifelines.findIndex((lifeline) => lifeline.id === message.to);
  if (from < 0 || to < 0) return undefined;
  const start = lifelineX(Math.min(from, to), lifelines.length);
  const end = lifelineX(Math.max(from, to), lifelines.length);
  return { left: start, width: end - start, pointsRight: to > from };
}

/** The arrows between all lifelines, by `from to`. */
export function arrowsOf(lifelines: readonly Lifeline[]): ReadonlyMap<string, Arrow> {
  const ways = lifelines.flatMap(({ id: from }) => lifelines.map(({ id: to }) => ({ from, to })));
  return new Map(ways.map((way) => [`${way.from} ${way.to}`, arrowOf(way, lifelines)!]));
}

/** Index of the leg among the lifelines that are legs: its colour and its number. */
export function legIndexes(lifelines: readonly Lifeline[]): ReadonlyMap<string, number> {
  const legs = lifelines.filter((lifeline) => lifeline.role !== 'trunk');
  return new Map(legs.map((leg, index) => [leg.id, index]));
}

/**
 * The earlier message of the dialog that is worth comparing with: the last of the same sender and kind
 * (NOTIFY with NOTIFY, 200 with 180), else the last there was. Retransmissions do not count.
 */
export function comparableInDialog(
  messages: readonly LadderMessage[],
  message: LadderMessage,
): LadderMessage | undefined {
  const earlier = messages.filter(
    (other) => other.seq < message.seq && other.sipCallId === message.sipCallId && !other.retransmission,
  );
  const alike = earlier.findLast(
    (other) =>
      other.from === message.from &&
      methodOf(other) === methodOf(message) &&
      (other.kind === 'request') === (message.kind === 'request'),
  );
  return alike ?? earlier.at(-1);
}

/**
 * @param start time that `start` counts from
 * @param previous time of the row above, undefined in the first row
 */
export function formatTime(mode: TimeMode, at: number, start: number, previous: number | undefined): string {
  if (mode === 'absolute') return formatClockTime(at, 'milliseconds');
  return formatElapsed(at - (mode === 'start' ? start : (previous ?? at)));
}

/** `+0.042`, from a minute on `+1:02.042`. */
export function formatElapsed(ms: number): string {
  const sign = ms < 0 ? '−' : '+';
  const whole = Math.abs(Math.round(ms));
  const minutes = Math.floor(whole / 60_000);
  const seconds = (whole % 60_000) / 1000;
  if (minutes === 0) return `${sign}${seconds.toFixed(3)}`;
  return `${sign}${minutes}:${seconds.toFixed(3).padStart(6, '0')}`;
}
