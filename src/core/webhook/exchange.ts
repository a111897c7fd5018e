import type { Result } from '../message/result.ts';
import type { TwimlProblem } from '../twiml/problem.ts';

/** Named values in the order in which they are sent. */
export type Parameters = readonly (readonly [name: string, value: string])[];

/** What made a request necessary. */
export type WebhookReason =
  | 'voice-url'
  | 'action'
  | 'redirect'
  | 'refer-url'
  | 'number-url'
  | 'play'
  | 'api'
  | 'replay';

export interface WebhookRequest {
  /** Absolute, http or https. */
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly parameters: Parameters;
  readonly why: WebhookReason;
  readonly callId?: string;
  readonly callSid?: string;
  /** What the answer must be, by its content type; anything goes without it. */
  readonly expects?: 'twiml' | 'audio';
}

/** The answer that counts: of the last redirect, with a 2xx status. */
export interface WebhookAnswer {
  readonly status: number;
  /** As the server sent it, parameters included. */
  readonly contentType: string | undefined;
  readonly body: Uint8Array;
  /** Where the answer came from: relative URLs in it start from here. */
  readonly finalUrl: URL;
}

/** One finished request, for people to read: plain data without secrets. The contract has the same shape. */
export interface WebhookExchange {
  readonly id: string;
  /** When it began, epoch milliseconds. */
  readonly at: number;
  readonly callId?: string;
  readonly callSid?: string;
  readonly why: WebhookReason;
  readonly method: 'GET' | 'POST';
  /** The first URL, a password in it replaced. */
  readonly url: string;
  readonly parameters: Parameters;
  /** It had an X-Twilio-Signature. */
  readonly signed: boolean;
  /** 1, or 2 when a connection failed and was tried once more; 0 when none was tried. */
  readonly attempts: number;
  /** The URLs to which it was redirected, in order. */
  readonly redirects: readonly string[];
  /** Milliseconds from its begin to the end of the answer. */
  readonly ms: number;
  readonly response?: {
    readonly status: number;
    readonly contentType?: string;
    /** The first 64 kB as text; empty for what is not text. */
    readonly body: string;
    /** The answer was longer than `body` shows. */
    readonly truncated: boolean;
  };
  readonly problem?: { readonly code: number; readonly text: string };
}

/** Asks applications over HTTP. */
export interface Webhooks {
  /** Never rejects. An aborted signal, or `close()`, makes it a problem at once. */
  request(request: WebhookRequest, signal?: AbortSignal): Promise<Result<WebhookAnswer, TwimlProblem>>;
  /** Ends every request under way; later ones fail at once. */
  close(): void;
}
