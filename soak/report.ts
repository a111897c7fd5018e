/** What the processes of a soak tell each other. */
import type { Gap } from './sound.ts';

/** What one side of a call went through. Times are epoch milliseconds. */
export interface SideReport {
  readonly side: 'caller' | 'agent' | 'target';
  /** Number of the call; undefined at a target, which is not told. */
  readonly index: number | undefined;
  readonly beganAt: number;
  readonly answeredAt: number | undefined;
  readonly endedAt: number;
  /** Final status of the INVITE, for a caller. */
  readonly status: number | undefined;
  /** Who ended it once it was answered. */
  readonly endedBy: string | undefined;
  readonly framesHeard: number;
  readonly heardAt: number;
  readonly gaps: readonly Gap[];
  /** Keys that were heard. */
  readonly keys: string;
  readonly refer: ReferReport | undefined;
  /** What this side itself found wrong. */
  readonly faults: readonly string[];
}

/** What an agent saw of its REFER. */
export interface ReferReport {
  readonly sentAt: number;
  /** Final answer to the REFER; undefined when none came. */
  readonly status: number | undefined;
  /** Final sipfrags, or the end of the subscription without one. RFC 3515: there is to be exactly one. */
  readonly ends: readonly string[];
}

export type ToPhones =
  | { readonly type: 'call'; readonly index: number }
  | { readonly type: 'loss'; readonly part: number }
  /** Hang up whatever is left, and say what became of it. */
  | { readonly type: 'finish' };

export type FromPhones =
  | { readonly type: 'ready'; readonly port: number }
  | { readonly type: 'side'; readonly report: SideReport }
  | { readonly type: 'finished' }
  | { readonly type: 'broken'; readonly why: string };

export interface PhonesSettings {
  readonly role: 'callers' | 'agents' | 'targets';
  readonly transport: 'UDP' | 'TCP';
  readonly port: number;
  readonly trunkPort: number;
  readonly seed: number;
}
