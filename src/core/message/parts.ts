/** The parts of messages as values. Their readers and printers are in files of their own. */
import type { Params } from './params.ts';

/** A SIP or SIPS URI, every part unescaped. RFC 3261 §19.1. */
export interface SipUri {
  scheme: 'sip' | 'sips';
  user?: string;
  password?: string;
  /** Lower case; an IPv6 address without its brackets. */
  host: string;
  port?: number;
  params: Params;
  /** Header fields for a request formed from the URI, names as written. */
  headers: ReadonlyArray<[name: string, value: string]>;
  /** How it was written where that differs from how we would write it; absent as a rule. */
  written?: Written;
}

/** A part as it was written, and what it meant: once that is changed, the text stands for nothing. */
export interface WrittenPart<Value> {
  readonly text: string;
  readonly value: Value;
}

export interface Written {
  readonly userInfo?: WrittenPart<string>;
  readonly params: ReadonlyMap<string, WrittenPart<string | undefined>>;
  readonly headers?: WrittenPart<SipUri['headers']>;
}

/** A URI of any other scheme (tel, http, …), kept as written after the colon. */
export interface OtherUri {
  /** Lower case. */
  scheme: string;
  opaque: string;
}

export type Uri = SipUri | OtherUri;

/** The value of From, To, Contact, Refer-To, Referred-By, Route, Record-Route and P-Asserted-Identity. RFC 3261 §20.10. */
export interface NameAddr {
  displayName?: string;
  uri: Uri;
  /** Parameters of the header field; those of the URI are the URI's. */
  params: Params;
}

/** One Via value. RFC 3261 §20.42. */
export interface Via {
  /** Upper case; any token, known to us or not. */
  transport: string;
  /** Lower case; an IPv6 address without its brackets. */
  host: string;
  port?: number;
  params: Params;
}
