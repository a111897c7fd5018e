/**
 * The messages of a ladder. They grow in place: at hundreds a second nothing is copied. Readers take those below
 * `count`, and know by it that there are more.
 */
import type { Ladder, LadderMessage, Lifeline } from '../../contract/model.ts';

export interface LoggedLadder extends Omit<Ladder, 'messages'> {
  /** In the order of their `seq`; grows in place. */
  readonly messages: LadderMessage[];
  /** How many there are: rises with each append. */
  readonly count: number;
}

/** Beyond this the trunk is asked for what it keeps itself: the beginning and the newest. */
const MAX_MESSAGES = 10_000;

export function logged(ladder: Ladder, messages: LadderMessage[]): LoggedLadder {
  return { ...ladder, messages, count: messages.length };
}

/** @returns those that do not follow; `undefined` when all were appended, or were here already */
export function append(
  ladder: LoggedLadder,
  added: readonly LadderMessage[],
  lifelines: readonly Lifeline[],
): { ladder: LoggedLadder; rest: readonly LadderMessage[] | undefined } {
  const { messages } = ladder;
  let rest: LadderMessage[] | undefined;
  for (const message of added) {
    const last = messages.at(-1)?.seq;
    if (rest === undefined && (last === undefined || message.seq === last + 1)) messages.push(message);
    else if (rest !== undefined || placeBySeq(messages, message.seq, seqOf) < 0) (rest ??= []).push(message);
  }
  if (messages.length > MAX_MESSAGES) rest ??= [];
  const same = sameLifelines(ladder.lifelines, lifelines);
  if (same && messages.length === ladder.count) return { ladder, rest };
  return {
    ladder: { ...ladder, count: messages.length, ...(same ? {} : { lifelines: [...lifelines] }) },
    rest,
  };
}

/** Where the one with this `seq` is in a list ordered by `seq`; -1 when it is not there. */
export function placeBySeq<T>(items: readonly T[], seq: number, seqOfItem: (item: T) => number): number {
  let low = 0;
  let high = items.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const here = seqOfItem(items[middle]!);
    if (here === seq) return middle;
    if (here < seq) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

const seqOf = ({ seq }: LadderMessage): number => seq;

/** How many messages of the call are not here, by what the trunk says and by the numbers that are missing. */
export function leftOut({ dropped, messages }: Pick<LoggedLadder, 'dropped' | 'messages'>): number {
  return Math.max(dropped, (messages.at(-1)?.seq ?? 0) - messages.length);
}

function sameLifelines(before: readonly Lifeline[], after: readonly Lifeline[]): boolean {
  return (
    before === after ||
    (before.length === after.length &&
      before.every(({ id, role, label, number }, index) => {
        const other = after[index]!;
        return id === other.id && role === other.role && label === other.label && number === other.number;
      }))
  );
}
