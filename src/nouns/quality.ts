/** How well a leg is heard, both ways. `docs/QUALITY.md` has the formula and the thresholds. */
import { z } from 'zod';
import { EncryptionKind, LegRole } from './call.ts';

export const QualityWarningName = z.enum(['round-trip', 'jitter', 'loss', 'mos', 'constant-level']);
export type QualityWarningName = z.infer<typeof QualityWarningName>;

/** The network on the way to the trunk, or on the way from it; the far end itself; the trunk, which was late. */
export const QualitySide = z.enum(['network-in', 'network-out', 'endpoint', 'trunk']);
export type QualitySide = z.infer<typeof QualitySide>;

export const QualityWarning = z.object({
  name: QualityWarningName,
  side: QualitySide,
  /** Epoch milliseconds. */
  since: z.number(),
  /** Absent while it lasts. */
  until: z.number().optional(),
  /** What was measured when it began: milliseconds, percent, MOS, or dB below full scale. */
  value: z.number(),
});
export type QualityWarning = z.infer<typeof QualityWarning>;

/** One direction of a leg. */
export const StreamQuality = z.object({
  /** RTP packets since the leg has media. */
  packets: z.number(),
  /** Packets that never came, since then. */
  lost: z.number(),
  lossPercent: z.number(),
  jitterMs: z.number(),
  /** 1 to 4.41; absent where nothing was to be heard. */
  mos: z.number().optional(),
});
export type StreamQuality = z.infer<typeof StreamQuality>;

/** Of a live leg: loss, jitter and MOS of the last seven seconds. In a record: of all its time. */
export const LegQuality = z.object({
  legId: z.string(),
  role: LegRole,
  number: z.string(),
  codec: z.string().optional(),
  /** Of its sound between the far end and the trunk (M5); absent in records of earlier versions. */
  encryption: EncryptionKind.optional(),
  /** From the trunk to the far end and back; absent until the far end has reported. */
  roundTripMs: z.number().optional(),
  /** What the trunk hears of the far end. */
  received: StreamQuality.extend({ duplicates: z.number(), reordered: z.number() }),
  /** What the far end reports of what it hears; absent until it has reported, or where it never does. */
  sent: StreamQuality.optional(),
  /** The worse of both directions. */
  mos: z.number().optional(),
  /** Those that last, of a live leg; all of them in a record. Oldest first. */
  warnings: z.array(QualityWarning),
});
export type LegQuality = z.infer<typeof LegQuality>;

export const CallQuality = z.object({ callId: z.string(), legs: z.array(LegQuality) });
export type CallQuality = z.infer<typeof CallQuality>;

/** Of one call: as it is now, or as its records have it. */
export const CallQualityReport = CallQuality.extend({ live: z.boolean() });
export type CallQualityReport = z.infer<typeof CallQualityReport>;

/** Warnings of one kind, over all calls. */
export interface QualityCount {
  readonly name: QualityWarningName;
  readonly side: QualitySide;
  /** That last now. */
  readonly lasting: number;
  /** That have begun since the start. */
  readonly total: number;
}

/** Sums over all legs since the start, of those that have ended. */
export interface QualitySums {
  readonly packets: number;
  readonly lost: number;
  /** How many legs had at most this MOS; the last counts all. */
  readonly mos: readonly { readonly atMost: number; readonly legs: number }[];
  readonly mosSum: number;
  readonly warnings: readonly QualityCount[];
}
