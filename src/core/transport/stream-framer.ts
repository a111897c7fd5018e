/** Cutting a byte stream into SIP messages. RFC 3261 §18.3, keep-alive RFC 5626 §3.5.1. Pure: bytes in, pieces out. */
import { reasonPhrase, type Problem } from '../message/index.ts';

/**
 * What a limit of the stream answers. After all of these but the first two the stream is of no use any more, because
 * nobody can say where the next message begins: the connection is closed.
 *
 * | what came                                         | piece     | answer                                 |
 * |---------------------------------------------------|-----------|----------------------------------------|
 * | a whole message                                   | `message` | whoever reads it decides               |
 * | CRLF CRLF between messages                        | `ping`    | CRLF; a single CRLF is passed over     |
 * | head longer than `headBytes`                      | `refusal` | 513 Message Too Large, then close      |
 * | Content-Length missing, no number, or two of them | `refusal` | 400 Bad Request, then close            |
 * | Content-Length above `bodyBytes`                  | `refusal` | 413 Request Entity Too Large, then close |
 * | a first line that is none of SIP                  | `junk`    | nothing, close                         |
 * | less than Content-Length says, and no more        | `refusal` | 400 Bad Request once time is up, then close |
 *
 * A response is never answered, nor an ACK, nor a request that lacks the header fields which an answer copies: then
 * the connection is just closed.
 */
export type Piece =
  | { readonly kind: 'message'; readonly bytes: Buffer }
  | { readonly kind: 'ping' }
  /** `bytes`: the head, or its beginning. */
  | { readonly kind: 'refusal'; readonly bytes: Buffer; readonly problem: Problem }
  | { readonly kind: 'junk' };

export interface FramerLimits {
  /** Start-line and header fields, the empty line included. */
  readonly headBytes: number;
  readonly bodyBytes: number;
}

/** Together what the longest datagram holds. */
export const FRAMER_LIMITS: FramerLimits = { headBytes: 32 * 1024, bodyBytes: 32 * 1024 - 1 };

/** Longest first line: a Request-URI may be long, but not without end. */
const FIRST_LINE_BYTES = 8 * 1024;
const CR = 13;
const LF = 10;
const EMPTY = Buffer.alloc(0);

export class StreamFramer {
  readonly #limits: FramerLimits;
  /** What came and is not cut yet lies between `#start` and `#end`. */
  #room: Buffer = EMPTY;
  #start = 0;
  #end = 0;
  /** Up to here there is no end of the head. */
  #searched = 0;
  /** Where the message that has begun will end, once its head is known. */
  #messageEnd: number | undefined;
  #firstLineSeen = false;
  #over = false;

  constructor(limits: FramerLimits = FRAMER_LIMITS) {
    this.#limits = limits;
  }

  /** A message has begun and is not complete. */
  get midMessage(): boolean {
    return !this.#over && this.#end > this.#start && this.#room[this.#start] !== CR;
  }

  /** After a refusal or junk nothing more is cut. */
  push(chunk: Uint8Array): Piece[] {
    const pieces: Piece[] = [];
    if (this.#over) return pieces;
    this.#append(chunk);
    for (let piece = this.#next(); piece !== undefined; piece = this.#next()) {
      pieces.push(piece);
      if (piece.kind === 'refusal' || piece.kind === 'junk') {
        this.#over = true;
        this.#room = EMPTY;
        break;
      }
    }
    return pieces;
  }

  /** Time is up for the message that has begun: what to answer to it, if its head is there. */
  giveUp(): Piece | undefined {
    const headEnd = this.#messageEnd === undefined ? -1 : this.#room.indexOf('\r\n\r\n', this.#start, 'latin1') + 4;
    if (headEnd < 0) return undefined;
    const refusal = this.#refusal(headEnd, 400, 'the body is shorter than Content-Length says');
    this.#over = true;
    this.#room = EMPTY;
    return refusal;
  }

  /** Makes room by moving and doubling, so that a message in single bytes costs no more than its length. */
  #append(chunk: Uint8Array): void {
    const held = this.#end - this.#start;
    if (this.#end + chunk.length > this.#room.length) {
      const needed = held + chunk.length;
      const room = needed * 2 <= this.#room.length ? this.#room : Buffer.allocUnsafe(Math.max(1024, needed * 2));
      this.#room.copy(room, 0, this.#start, this.#end);
      this.#searched = Math.max(0, this.#searched - this.#start);
      if (this.#messageEnd !== undefined) this.#messageEnd -= this.#start;
      this.#room = room;
      this.#start = 0;
      this.#end = held;
    }
    this.#room.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  #next(): Piece | undefined {
    if (this.#messageEnd === undefined) {
      if (this.#start === this.#end) {
        this.#release();
        return undefined;
      }
      if (this.#room[this.#start] === CR && !this.#firstLineSeen) return this.#betweenMessages();
      const stop = this.#readHead();
      if (stop !== undefined) return stop;
    }
    if (this.#messageEnd === undefined || this.#messageEnd > this.#end) return undefined;
    const bytes = Buffer.from(this.#room.subarray(this.#start, this.#messageEnd));
    this.#skipTo(this.#messageEnd);
    return { kind: 'message', bytes };
  }

  /** Line ends before a start-line. A lone CRLF waits for its second half: it may be a ping that came in two. */
  #betweenMessages(): Piece | undefined {
    const [, second, third, fourth] = this.#room.subarray(this.#start, this.#end);
    if (second === undefined) return undefined;
    if (second !== LF) return { kind: 'junk' };
    if (third === undefined) return undefined;
    if (third !== CR) {
      this.#skipTo(this.#start + 2);
      return this.#next();
    }
    if (fourth === undefined) return undefined;
    if (fourth !== LF) return { kind: 'junk' };
    this.#skipTo(this.#start + 4);
    return { kind: 'ping' };
  }

  /** Finds the end of the head and of the message, or says why there is none. */
  #readHead(): Piece | undefined {
    if (!this.#firstLineSeen) {
      const junk = this.#readFirstLine();
      if (junk !== undefined || !this.#firstLineSeen) return junk;
    }
    const { headBytes, bodyBytes } = this.#limits;
    const from = Math.max(this.#start, this.#searched - 3);
    const blank = this.#room.subarray(0, this.#end).indexOf('\r\n\r\n', from, 'latin1');
    const headEnd = blank < 0 ? this.#end : blank + 4;
    if (headEnd - this.#start > headBytes) return this.#refusal(headEnd, 513, `the head is longer than ${headBytes}`);
    if (blank < 0) {
      this.#searched = this.#end;
      return undefined;
    }
    const length = contentLength(this.#room.toString('latin1', this.#start, blank + 2));
    if (typeof length === 'string') return this.#refusal(headEnd, 400, length);
    if (length > bodyBytes) return this.#refusal(headEnd, 413, `the body is longer than ${bodyBytes}`);
    this.#messageEnd = headEnd + length;
    return undefined;
  }

  /** Tells other protocols apart before they can fill a head. */
  #readFirstLine(): Piece | undefined {
    const end = this.#room.subarray(0, this.#end).indexOf('\r\n', this.#start, 'latin1');
    const line = this.#room.toString('latin1', this.#start, end < 0 ? this.#end : end);
    if (line.length > FIRST_LINE_BYTES || !/^[\w!%*+`'~.-]/.test(line)) return { kind: 'junk' };
    if (end < 0) return undefined;
    if (!/(?:^SIP\/\d)|(?: SIP\/\d+\.\d+[ \t]*$)/i.test(line)) return { kind: 'junk' };
    this.#firstLineSeen = true;
    return undefined;
  }

  #refusal(headEnd: number, status: number, detail: string): Piece {
    const end = Math.min(headEnd, this.#start + this.#limits.headBytes);
    const bytes = Buffer.from(this.#room.subarray(this.#start, end));
    return { kind: 'refusal', bytes, problem: { status, reason: reasonPhrase(status), detail } };
  }

  #skipTo(position: number): void {
    this.#start = position;
    this.#searched = position;
    this.#messageEnd = undefined;
    this.#firstLineSeen = false;
  }

  /** An idle connection holds no memory. */
  #release(): void {
    this.#room = EMPTY;
    this.#start = this.#end = this.#searched = 0;
  }
}

const CONTENT_LENGTH = /\r\n(?:content-length|l)[ \t]*:([^\r\n]*(?:\r\n[ \t][^\r\n]*)*)/gi;

/** The number of bytes, or what is wrong with it. */
function contentLength(head: string): number | string {
  const values = Array.from(head.matchAll(CONTENT_LENGTH), ([, value = '']) => value.trim());
  const [value] = values;
  if (value === undefined) return 'a message on a stream needs Content-Length';
  if (values.length > 1) return 'more than one Content-Length header field';
  return /^\d{1,15}$/.test(value) ? Number(value) : 'Content-Length is not a number of bytes';
}
