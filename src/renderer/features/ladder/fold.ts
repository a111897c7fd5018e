/** The rows of a ladder that grows: each message is looked at once, however many there are already. */
import type { LadderMessage } from '../../../contract/model.ts';
import type { LadderFilter } from '../../store/ladder-state.ts';
import { placeBySeq, type LoggedLadder } from '../../store/message-log.ts';
import { filterOf, methodOf } from './rows.ts';

/** A message with its retransmissions folded into it. */
export interface LadderRow {
  readonly message: LadderMessage;
  /** Grows in place. */
  readonly repeats: LadderMessage[];
}

const folds = new WeakMap<readonly LadderMessage[], Fold>();

/** The rows of a ladder as it is now: a list that grows has one fold. */
export function foldOf({ messages, count }: Pick<LoggedLadder, 'messages' | 'count'>): Fold {
  let fold = folds.get(messages);
  if (fold === undefined) folds.set(messages, (fold = new Fold()));
  return fold.extend(messages, count);
}

/** Where the message with this `seq` stands; a retransmission stands with its original. -1 when it is not among the rows. */
export function placeOfRow(rows: readonly LadderRow[], seq: number): number {
  const own = placeBySeq(rows, seq, ({ message }) => message.seq);
  return own >= 0 ? own : rows.findIndex(({ repeats }) => repeats.some((repeat) => repeat.seq === seq));
}

/** A retransmission belongs to the nearest earlier message with the same way and text. */
export class Fold {
  readonly rows: LadderRow[] = [];
  /** In the order in which they first appear; a response counts as its request's method. */
  readonly methods: string[] = [];
  readonly #byWay = new Map<string, Map<string, LadderRow>>();
  #read = 0;
  #filter: LadderFilter | undefined;
  #shown: LadderRow[] = [];
  #filtered = 0;

  /** Reads the messages from where it stopped up to `count`. */
  extend(messages: readonly LadderMessage[], count = messages.length): this {
    for (; this.#read < count; this.#read += 1) this.#add(messages[this.#read]!);
    return this;
  }

  /** The rows that pass; the same list, grown, while the filter is the same. */
  shown(filter: LadderFilter): readonly LadderRow[] {
    const passes = filterOf(filter);
    if (passes === undefined) return this.rows;
    if (filter !== this.#filter) {
      this.#filter = filter;
      this.#shown = [];
      this.#filtered = 0;
    }
    for (; this.#filtered < this.rows.length; this.#filtered += 1) {
      const row = this.rows[this.#filtered]!;
      if (passes(row.message)) this.#shown.push(row);
    }
    return this.#shown;
  }

  #add(message: LadderMessage): void {
    const way = `${message.from} ${message.to}`;
    let texts = this.#byWay.get(way);
    if (texts === undefined) this.#byWay.set(way, (texts = new Map()));
    const original = message.retransmission ? texts.get(message.text) : undefined;
    if (original !== undefined) {
      original.repeats.push(message);
      return;
    }
    const row = { message, repeats: [] };
    this.rows.push(row);
    texts.set(message.text, row);
    const method = methodOf(message);
    if (!this.methods.includes(method)) this.methods.push(method);
  }
}
