/** Applications that give TwiML: their documents, the requests to them, what is wrong with them. */
import { z } from 'zod';

export const HttpMethod = z.enum(['GET', 'POST']);
export type HttpMethod = z.infer<typeof HttpMethod>;

/** What made a request necessary. */
export const WebhookReason = z.enum([
  'voice-url',
  'action',
  'redirect',
  'refer-url',
  'number-url',
  'play',
  'api',
  'replay',
]);
export type WebhookReason = z.infer<typeof WebhookReason>;

/** A request that the trunk made to an application, and what came of it. Holds no secrets. */
export const WebhookExchange = z.object({
  id: z.string(),
  /** When it began. */
  at: z.number(),
  callId: z.string().optional(),
  callSid: z.string().optional(),
  why: WebhookReason,
  method: HttpMethod,
  /** The first URL, a password in it replaced. */
  url: z.string(),
  /** In the order in which they were sent. */
  parameters: z.array(z.tuple([z.string(), z.string()]).readonly()).readonly(),
  /** It had an X-Twilio-Signature. */
  signed: z.boolean(),
  /** 1, or 2 when a connection failed and was tried once more; 0 when none was tried. */
  attempts: z.number(),
  /** The URLs to which it was redirected, in order. */
  redirects: z.array(z.string()).readonly(),
  /** Milliseconds from its begin to the end of the answer. */
  ms: z.number(),
  response: z
    .object({
      status: z.number(),
      contentType: z.string().optional(),
      /** The first 64 kB as text; empty for what is not text. */
      body: z.string(),
      /** The answer was longer than `body` shows. */
      truncated: z.boolean(),
    })
    .optional(),
  problem: z.object({ code: z.number(), text: z.string() }).optional(),
});
export type WebhookExchange = z.infer<typeof WebhookExchange>;

/** Something that an application should know about its documents, or about the way to them. */
export const ApplicationNotice = z.object({
  id: z.string(),
  at: z.number(),
  callId: z.string(),
  callSid: z.string(),
  /** Twilio's error code; 0 for what is none of theirs. */
  code: z.number(),
  text: z.string(),
  /** Line of the document, from 1. */
  line: z.number().optional(),
  /** Where the document came from. */
  url: z.string().optional(),
  /** `error`: the document could not go on. */
  severity: z.enum(['error', 'warning']),
});
export type ApplicationNotice = z.infer<typeof ApplicationNotice>;

/** A TwiML document, or where it is to be had; a relative URL counts from the document that runs. */
export const TwimlSource = z.union([
  z.strictObject({ xml: z.string().min(1) }),
  z.strictObject({ url: z.string().min(1).max(4096), method: HttpMethod.optional() }),
]);
export type TwimlSource = z.infer<typeof TwimlSource>;
