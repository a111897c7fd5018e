/** A call: its legs, who hears whom, its transfers. Times are milliseconds since the Unix epoch unless a name says otherwise. */
import { z } from 'zod';

/** Who stands at the far end of a leg. `target` is any party that the trunk dialled for somebody else. */
export const LegRole = z.enum(['caller', 'console', 'endpoint', 'target']);
export type LegRole = z.infer<typeof LegRole>;

export const LegState = z.enum(['trying', 'ringing', 'early', 'answered', 'ended']);
export type LegState = z.infer<typeof LegState>;

/** How a leg or a record came to its end. */
export const LegResult = z.enum([
  'answered',
  'transferred',
  'busy',
  'no-answer',
  'declined',
  'canceled',
  'not-found',
  'failed',
  /** The far end was there and is gone, without a word. W5. */
  'peer-lost',
  'interrupted',
]);
export type LegResult = z.infer<typeof LegResult>;

export const EndedBy = z.enum(['caller', 'endpoint', 'target', 'trunk', 'unknown']);
export type EndedBy = z.infer<typeof EndedBy>;

/** A number with the name that belongs to it; the name may be empty. */
const Identity = z.object({ number: z.string(), name: z.string() });
export type Identity = Readonly<z.infer<typeof Identity>>;

/** RTP packets, seen from the trunk. */
const PacketCounts = z.object({ received: z.number(), sent: z.number() });
export type PacketCounts = z.infer<typeof PacketCounts>;

/** How the sound of a leg is encrypted between its far end and the trunk: by SDES (RFC 4568), by DTLS (RFC 5763), or not. M5. */
export const EncryptionKind = z.enum(['none', 'sdes', 'dtls']);
export const MediaEncryption = z.object({
  kind: EncryptionKind,
  /** The crypto suite of SDES, as `a=crypto` names it. */
  suite: z.string().optional(),
  /** It was encrypted before, or was to be if the far end can: the far end wants it in the clear. */
  fellBack: z.boolean().optional(),
  /** Packets that were dropped: under another key, changed on the way, or in the clear. */
  rejected: z.number().optional(),
  /** All of the newest packets, half a second at least, were rejected. */
  failing: z.boolean().optional(),
});
export type MediaEncryption = z.infer<typeof MediaEncryption>;

/**
 * Why no sound can pass: plain RTP that does not come; no address of the browser, no way to it, no encryption, and a way
 * that was there and is gone (RFC 8445, RFC 5763).
 */
export const MediaTrouble = z.enum(['no-packets', 'no-candidates', 'ice-failed', 'dtls-failed', 'lost']);
export type MediaTrouble = z.infer<typeof MediaTrouble>;

/**
 * Whether sound can pass between the far end of a leg and the trunk. `failed` after 3 s without it. The leg is not ended
 * for that alone: see `Loss`.
 */
export const LegMedia = z.object({
  state: z.enum(['connecting', 'connected', 'failed']),
  /** Only of failed media. */
  why: MediaTrouble.optional(),
});
export type LegMedia = z.infer<typeof LegMedia>;

/**
 * How it was noticed that the far end of a leg is gone: neither RTP nor RTCP for `seconds`; its WebRTC connection broke off;
 * the console did not come back (W6); its connection for SIP is gone; it answers nothing any more.
 */
export const Loss = z.object({
  why: z.enum(['no-media', 'media-lost', 'console-gone', 'connection-lost', 'no-response']),
  seconds: z.number().optional(),
});
export type Loss = z.infer<typeof Loss>;

export const LegView = z.object({
  id: z.string(),
  role: LegRole,
  /** E.164 where the leg has a number, else the SIP user part. */
  number: z.string(),
  name: z.string(),
  /** Direction of the INVITE seen from the trunk. */
  direction: z.enum(['in', 'out']),
  sipCallId: z.string(),
  state: LegState,
  startedAt: z.number(),
  answeredAt: z.number().optional(),
  endedAt: z.number().optional(),
  held: z.boolean(),
  codec: z.string().optional(),
  /** Last final SIP status of the leg's INVITE, or of its end. */
  sipStatus: z.number().optional(),
  result: LegResult.optional(),
  endedBy: EndedBy.optional(),
  /** Of a leg that ended as `peer-lost`. */
  lost: Loss.optional(),
  /** Absent while the leg has no media yet. */
  media: LegMedia.optional(),
  /** Once a description was agreed. */
  encryption: MediaEncryption.optional(),
  rtp: PacketCounts.optional(),
  /** The console's connection is gone: until then it may take the leg back, by INVITE with this Replaces (W6). */
  orphan: z.object({ since: z.number(), until: z.number(), replaces: z.string() }).optional(),
});
export type LegView = z.infer<typeof LegView>;

/** One thing that SIP reported about a transfer. */
export const TransferStep = z.object({
  /** Milliseconds since the REFER arrived at the trunk. */
  atMs: z.number(),
  kind: z.enum(['refer', 'response', 'notify', 'bye', 'cancel']),
  status: z.number().optional(),
  /** The line as on the wire, e.g. `SIP/2.0 180 Ringing`. */
  text: z.string(),
});
export type TransferStep = z.infer<typeof TransferStep>;

export const TransferView = z.object({
  id: z.string(),
  /** A REFER, or the API (P32). */
  by: z.enum(['refer', 'api']),
  transferorLegId: z.string(),
  transfereeLegId: z.string(),
  targetLegId: z.string().optional(),
  target: Identity,
  startedAt: z.number(),
  state: z.enum(['pending', 'succeeded', 'failed']),
  /** Final status of the target, once there is one. */
  status: z.number().optional(),
  steps: z.array(TransferStep),
  /** What the target is shown, and the rule that chose it (P20). */
  callerId: Identity.extend({ rule: z.string() }),
  /** What the two who talk now have sent and been sent since the target answered. */
  sound: z.object({ transferee: PacketCounts, target: PacketCounts }).optional(),
});
export type TransferView = z.infer<typeof TransferView>;

/** A leg id, or a sound that the trunk itself plays. */
const Speaker = z.union([z.string(), z.enum(['hold-music', 'ring-back'])]);
export type Speaker = z.infer<typeof Speaker>;

export const CallView = z.object({
  id: z.string(),
  /** Shared by all records of the call (P26). */
  sessionId: z.string(),
  direction: z.enum(['inbound', 'outbound']),
  /** Name of the trunk domain whose rules it is under. */
  domain: z.string(),
  from: Identity,
  to: Identity,
  state: z.enum(['ringing', 'answered', 'ended']),
  startedAt: z.number(),
  answeredAt: z.number().optional(),
  endedAt: z.number().optional(),
  legs: z.array(LegView),
  /**
   * Who hears whom, from the bridge: `listener`, a leg id, hears `speaker`. Without the legs whose media is not
   * connected.
   */
  hears: z.array(z.object({ listener: z.string(), speaker: Speaker })),
  transfers: z.array(TransferView),
});
export type CallView = z.infer<typeof CallView>;
