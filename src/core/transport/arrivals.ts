/**
 * What has come and waits for its turn, over every transport. Messages that nobody reads wait in the sockets' buffers, where their age
 * is unknown and where a BYE stands behind a thousand INVITEs: they are taken out at once, and handled in short turns
 * between which more is taken out. What belongs to a call that is up comes first; who wants to begin something waits.
 */
export interface ArrivalsOptions<Item> {
  /** Clock time in milliseconds. */
  readonly now: () => number;
  /** Runs this after the sockets have been read again. */
  readonly later: (turn: () => void) => void;
  readonly handle: (item: Item, waitedMs: number) => void;
}

/** Milliseconds of one turn. In the pause after it Node reads 32 datagrams at most. */
const TURN_MS = 1;
/** Bound on what may wait to begin something, in messages. */
const MOST_WAITING = 20_000;

interface Waiting<Item> {
  readonly item: Item;
  readonly at: number;
}

export class Arrivals<Item> {
  readonly #options: ArrivalsOptions<Item>;
  readonly #urgent = new Line<Waiting<Item>>();
  readonly #others = new Line<Waiting<Item>>();
  #scheduled = false;
  #closed = false;

  constructor(options: ArrivalsOptions<Item>) {
    this.#options = options;
  }

  /**
   * @param urgent it belongs to something that has begun
   * @returns false when too much waits, and this is not kept
   */
  add(item: Item, urgent: boolean): boolean {
    if (!urgent && this.#others.length >= MOST_WAITING) return false;
    this.#keep(urgent ? this.#urgent : this.#others, item);
    return true;
  }

  /** Its turn comes after that of all that waits now. It is kept however much that is. */
  addLast(item: Item): void {
    this.#keep(this.#others, item);
  }

  #keep(line: Line<Waiting<Item>>, item: Item): void {
    if (this.#closed) return;
    line.push({ item, at: this.#options.now() });
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#options.later(this.#turn);
  }

  /** What waits is forgotten. */
  close(): void {
    this.#closed = true;
  }

  readonly #turn = (): void => {
    const { now, later, handle } = this.#options;
    const end = now() + TURN_MS;
    let at = end - TURN_MS;
    try {
      while (!this.#closed && at < end) {
        const next = this.#urgent.shift() ?? this.#others.shift();
        if (next === undefined) break;
        handle(next.item, at - next.at);
        at = now();
      }
    } finally {
      // Also when one could not be handled: the others still get their turn.
      this.#scheduled = this.#urgent.length + this.#others.length > 0;
      if (this.#scheduled && !this.#closed) later(this.#turn);
    }
  };
}

/** First in, first out. An array's own `shift` moves all that is left once the array is long. */
class Line<Item> {
  #items: (Item | undefined)[] = [];
  #first = 0;

  get length(): number {
    return this.#items.length - this.#first;
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  shift(): Item | undefined {
    const item = this.#items[this.#first];
    if (item === undefined) return undefined;
    this.#items[this.#first] = undefined;
    this.#first += 1;
    if (this.#first === this.#items.length) {
      this.#items.length = 0;
      this.#first = 0;
    } else if (this.#first > 1024 && this.#first * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    return item;
  }
}

/** Requests that may begin something; all others belong to a dialog or to a transaction, or are responses. */
const BEGINNERS = ['INVITE ', 'REGISTER ', 'OPTIONS ', 'SUBSCRIBE ', 'MESSAGE ', 'PUBLISH ', 'REFER ', 'CANCEL '];

/**
 * A look at the bytes that decides about the order alone: whether a message belongs to something that has begun. A CANCEL
 * does not, since it may not overtake its INVITE; nor does what is not as usual.
 */
export function isUrgent(bytes: Buffer): boolean {
  const begin = bytes.toString('latin1', 0, 10);
  if (!BEGINNERS.some((method) => begin.startsWith(method))) return true;
  const to = bytes.indexOf('\nTo:');
  if (to < 0) return false;
  const end = bytes.indexOf(10, to + 1);
  const tag = bytes.indexOf(';tag=', to + 4);
  return tag >= 0 && tag < end && !begin.startsWith('CANCEL');
}
