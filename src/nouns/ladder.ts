/** The ladder of a call: its SIP messages as arrows between lifelines, and what diagnosis says about them. */
import { z } from 'zod';
import { LegRole } from './call.ts';

/** Somebody whose messages are shown: the trunk, or the far end of one leg. */
export const Lifeline = z.object({
  /** `trunk`, or a leg id. */
  id: z.string(),
  role: z.enum([...LegRole.options, 'trunk']),
  label: z.string(),
  number: z.string().optional(),
});
export type Lifeline = z.infer<typeof Lifeline>;

/** One SIP message as the trunk saw it, secrets redacted. */
export const LadderMessage = z.object({
  /** Rises by one with each message of the call, those that were dropped included. */
  seq: z.number(),
  at: z.number(),
  legId: z.string(),
  sipCallId: z.string(),
  /** Lifeline ids. */
  from: z.string(),
  to: z.string(),
  transport: z.string(),
  /** Where it came from or went to, `host:port`; absent in traces of earlier versions. */
  remote: z.string().optional(),
  /** Our own address, as that peer reaches it, `host:port`; absent in traces of earlier versions. */
  local: z.string().optional(),
  kind: z.enum(['request', 'provisional', 'success', 'failure']),
  /** Of a response, the method of its CSeq. */
  method: z.string(),
  status: z.number().optional(),
  /** What the arrow says: `INVITE (sdp)`, `180 Ringing`, `NOTIFY (100 Trying)`. */
  label: z.string(),
  cseq: z.string(),
  /** Seen before on this leg, byte for byte, in the same direction (RFC 3261 §17). */
  retransmission: z.boolean(),
  text: z.string(),
});
export type LadderMessage = z.infer<typeof LadderMessage>;

/** What diagnosis has to say about a transfer of a call. */
export const Finding = z.object({
  /** `D1` to `D7`, or a name such as `notify-refused`. */
  id: z.string(),
  /** `error`: the transfer did not do what it should; `warning`: something to know or to do; `info`: no fault. */
  severity: z.enum(['error', 'warning', 'info']),
  /** A few words. */
  title: z.string(),
  /** What happened, with numbers and addresses, in sentences. */
  text: z.string(),
  /** What to do about it. */
  fix: z.string().optional(),
  /** Of the transfer that it is about; a REFER that was refused began none. */
  transferId: z.string().optional(),
  /** `seq` of the messages that prove it; the one to look at comes first. */
  messageSeqs: z.array(z.number()),
});
export type Finding = z.infer<typeof Finding>;

export const Ladder = z.object({
  callId: z.string(),
  startedAt: z.number(),
  lifelines: z.array(Lifeline),
  messages: z.array(LadderMessage),
  /** Messages that were dropped because the trace is bounded. */
  dropped: z.number(),
  /** What diagnosis has to say about them; absent in traces of earlier versions. */
  findings: z.array(Finding).optional(),
});
export type Ladder = z.infer<typeof Ladder>;
