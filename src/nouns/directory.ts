/** Who can be called, and what would become of a call. */
import { z } from 'zod';

/**
 * What a simulated phone does when it is called; `hang-up-while-ringing` and `answer` apply to the calls it places as
 * well.
 */
export const Behaviour = z.enum([
  'answer',
  'echo',
  'busy',
  'no-answer',
  'decline',
  'unknown',
  'answer-then-hang-up',
  'hang-up-while-ringing',
  'transfer-on',
  'press-keys',
]);
export type Behaviour = z.infer<typeof Behaviour>;

/** Someone who can be called or who can call: a row of the directory. */
export const DirectoryEntry = z.object({
  number: z.string(),
  name: z.string(),
  /** `party` is simulated; the others are numbers of the trunk. */
  kind: z.enum(['party', 'console', 'endpoint', 'application']),
  behaviour: Behaviour.optional(),
  /** Delay before the behaviour shows, in milliseconds. */
  afterMs: z.number().optional(),
  /** One sentence for people: what this number will do. */
  willDo: z.string(),
  /** May be chosen as the caller of a practice call. */
  canCall: z.boolean(),
});
export type DirectoryEntry = z.infer<typeof DirectoryEntry>;

/** What another provider would make of the same target. */
const OtherOpinion = z.object({
  provider: z.string(),
  ok: z.boolean(),
  status: z.number(),
  /** A clause for people, e.g. `403, elsewhere.example is a foreign domain (P14)`. */
  says: z.string(),
});
export type OtherOpinion = z.infer<typeof OtherOpinion>;

/** What the trunk would do with a number somebody typed. */
export const TargetCheck = z.object({
  input: z.string(),
  /** The trunk would take it. */
  ok: z.boolean(),
  /** It will ring, it will be refused or fail there, or there is nothing to send. */
  will: z.enum(['ring', 'fail', 'not-sent']),
  /** What to send: E.164, a short code or an address; none when nothing can be sent. */
  target: z.string().optional(),
  /** To be pressed after the answer; a comma waits two seconds. */
  keys: z.string().optional(),
  /** E.164, when it could be understood as a number. */
  number: z.string().optional(),
  name: z.string().optional(),
  /** What would happen, or why it would be refused, in one sentence. */
  says: z.string(),
  /** What the trunk itself would say, with the status and the rule. */
  detail: z.string().optional(),
  /** SIP status the trunk would answer to a REFER or an INVITE with this target. */
  status: z.number(),
  /** Who the target would be shown, and the rule that says so (D7); for a call, and a target that would be taken. */
  callerId: z.object({ number: z.string(), name: z.string(), rule: z.string() }).optional(),
  /** A corrected input that would work. */
  fix: z.string().optional(),
  /** Id of the provider's rule that refuses it, e.g. `P14`. */
  rule: z.string().optional(),
  /** The same under each of the other profiles. */
  others: z.array(OtherOpinion),
});
export type TargetCheck = z.infer<typeof TargetCheck>;
