import { Buffer } from 'node:buffer';
import type { Head } from './head.ts';
import { readHeaders } from './head.ts';
import { parseUri } from './uri.ts';
import type { Uri } from './parts.ts';
import { printVia } from './via.ts';
import type { Via } from './parts.ts';
import type { Headers } from './headers.ts';
import type { Problem } from './problem.ts';
import { ok, type Result } from './result.ts';

const noBody = new Uint8Array(0);

/** What requests and responses share. The head is read when first asked for, and again after the headers changed. */
abstract class Message {
  headers: Headers;
  body: Uint8Array;
  #head: Result<Head, Problem> | undefined;
  #readFrom: Headers | undefined;
  #readAt = 0;

  constructor(headers: Headers, body: Uint8Array) {
    this.headers = headers;
    this.body = body;
  }

  /** @throws TypeError when the mandatory fields cannot be read: whoever took the message in should have checked. */
  get head(): Head {
    const head = this.readHead();
    if (!head.ok) throw new TypeError(`the head of a SIP message was used unchecked: ${head.error.detail}`);
    return head.value;
  }

  readHead(): Result<Head, Problem> {
    if (this.#head === undefined || this.#readFrom !== this.headers || this.#readAt !== this.headers.revision) {
      this.#head = readHeaders(this.headers);
      this.#readFrom = this.headers;
      this.#readAt = this.headers.revision;
    }
    return this.#head;
  }

  /** Puts another Via in the place of the topmost one. What was read of the other fields holds. */
  setTopVia(via: Via): void {
    const head = this.readHead();
    this.headers.setFirst('Via', printVia(via));
    if (!head.ok) return;
    this.#head = ok({ ...head.value, via });
    this.#readAt = this.headers.revision;
  }
}

export class SipRequest extends Message {
  readonly kind = 'request';
  method: string;
  /** Request-URI as written. */
  uri: string;
  #uri: { readonly text: string; readonly parsed: Result<Uri, string> } | undefined;

  constructor(method: string, uri: string, headers: Headers, body: Uint8Array = noBody) {
    super(headers, body);
    this.method = method;
    this.uri = uri;
  }

  /** The Request-URI, read when first asked for. */
  readUri(): Result<Uri, string> {
    if (this.#uri?.text !== this.uri) this.#uri = { text: this.uri, parsed: parseUri(this.uri) };
    return this.#uri.parsed;
  }
}

export class SipResponse extends Message {
  readonly kind = 'response';
  /** 100 to 699. */
  status: number;
  reason: string;

  constructor(status: number, reason: string, headers: Headers, body: Uint8Array = noBody) {
    super(headers, body);
    this.status = status;
    this.reason = reason;
  }
}

export type SipMessage = SipRequest | SipResponse;

/** Via, From, To, Call-ID and CSeq, or the problem that keeps them from being read. */
export function readHead(message: SipMessage): Result<Head, Problem> {
  return message.readHead();
}

/** The body as text; bytes that are not UTF-8 become U+FFFD. */
export function bodyText(message: SipMessage): string {
  const { body } = message;
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
}
