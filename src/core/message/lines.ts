/**
 * Walks the lines of a message's head, which end with CRLF (RFC 3261 §7). A CR or LF on its own ends a line for some readers and not for
 * others, so that the message would mean different things to each: `stray` remembers that one was seen.
 */
export class Lines {
  readonly #text: string;
  /** The current line is text[start, end). */
  start = 0;
  end = 0;
  stray = false;
  #next = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Moves to the next line; false when there is none. */
  next(): boolean {
    const text = this.#text;
    if (this.#next >= text.length) return false;
    this.start = this.#next;
    const carriageReturn = text.indexOf('\r', this.start);
    const lineFeed = text.indexOf('\n', this.start);
    if (carriageReturn >= 0 && lineFeed === carriageReturn + 1) this.end = carriageReturn;
    else this.#findEnd(carriageReturn, lineFeed);
    this.#next = this.end + 2;
    return true;
  }

  /** The first character of the line that follows the current one: a blank there continues the current line. */
  peek(): number {
    return this.#text.charCodeAt(this.#next);
  }

  #findEnd(carriageReturn: number, lineFeed: number): void {
    const crlf = this.#text.indexOf('\r\n', this.start);
    this.end = crlf < 0 ? this.#text.length : crlf;
    if (carriageReturn >= 0 && carriageReturn < this.end) this.stray = true;
    if (lineFeed >= 0 && lineFeed < this.end) this.stray = true;
  }
}
