/**
 * Walks the lines of a message's head, which end with CRLF (RFC 3261 §7). A CR or LF on its own ends a line for some readers and not for
 * others, so that the message would mean different things to each: `stray` remembers that one was seen.
 */
export class Lines {
  readonly text: string;
  /** The current line is text[start, end). */
  start = 0;
  end = 0;
  stray = false;
  /** Where the next line begins: behind the empty line, once that has been met. */
  at: number;
  /** Whether the empty line that ends a head has been met. */
  complete = false;

  constructor(text: string, at: number) {
    this.text = text;
    this.at = at;
  }

  /** Moves to the next line; false when there is none, or the line is empty. */
  next(): boolean {
    const { text, at } = this;
    if (at >= text.length) return false;
    const carriageReturn = text.indexOf('\r', at);
    const lineFeed = text.indexOf('\n', at);
    if (carriageReturn >= 0 && lineFeed === carriageReturn + 1) this.end = carriageReturn;
    else this.#findEnd(carriageReturn, lineFeed);
    this.start = at;
    this.at = this.end + 2;
    this.complete = this.end === at;
    return !this.complete;
  }

  /** The first character of the line that follows the current one: a blank there continues the current line. */
  peek(): number {
    return this.text.charCodeAt(this.at);
  }

  #findEnd(carriageReturn: number, lineFeed: number): void {
    const crlf = this.text.indexOf('\r\n', this.at);
    this.end = crlf < 0 ? this.text.length : crlf;
    if (carriageReturn >= 0 && carriageReturn < this.end) this.stray = true;
    if (lineFeed >= 0 && lineFeed < this.end) this.stray = true;
  }
}
