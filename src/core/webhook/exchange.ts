import type { HttpMethod, WebhookReason } from '../../nouns/application.ts';
import type { Result } from '../message/result.ts';
import type { TwimlProblem } from '../twiml/problem.ts';

/** Named values in the order in which they are sent. */
export type Parameters = readonly (readonly [name: string, value: string])[];

export interface WebhookRequest {
  /** Absolute, http or https. */
  readonly url: URL;
  readonly method: HttpMethod;
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

/** Asks applications over HTTP. */
export interface Webhooks {
  /** Never rejects. An aborted signal, or `close()`, makes it a problem at once. */
  request(request: WebhookRequest, signal?: AbortSignal): Promise<Result<WebhookAnswer, TwimlProblem>>;
  /** Ends every request under way; later ones fail at once. */
  close(): void;
}
