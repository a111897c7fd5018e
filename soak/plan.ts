/** What the users of a soak do: a plan for each call, made from a seed. Pure: both ends of a call make the same plan. */

import { seeded } from '../test/support/random.ts';

/** Domain of the trunk in a soak. */
export const DOMAIN = 'soak.zt.patchcord.test';

/** Numbers of the trunk in a soak. */
export const AGENT_NUMBERS = ['+14155550101', '+14155550102', '+14155550103'] as const;
/** The calls of this number are recorded. */
export const RECORDED = AGENT_NUMBERS[0];
export const TARGET_NUMBER = '+14155550111';
/** What agents transfer to when they transfer to nobody. */
const UNKNOWN_NUMBER = '+14155550199';
/** A simulated party of the trunk. */
export const PARTY_NUMBER = '+14155550142';

export interface Plan {
  /** The caller's number: names the call on both sides. */
  readonly caller: string;
  readonly dials: string;
  /** Milliseconds from the first ringing to the answer. */
  readonly ringMs: number;
  /** How the agent answers: a final status that is no 2xx, or 200. */
  readonly status: 200 | 486 | 603;
  /** Milliseconds from the answer to the hang-up. */
  readonly talkMs: number;
  readonly hangsUp: 'caller' | 'agent';
  /** The caller gives up while it rings. */
  readonly cancels: boolean;
  /** Milliseconds after the answer, and for how long. */
  readonly hold: { readonly by: 'caller' | 'agent'; readonly afterMs: number; readonly forMs: number } | undefined;
  /** Keys that the caller presses. */
  readonly keys: { readonly afterMs: number; readonly digits: string } | undefined;
  /** The agent transfers the caller. */
  readonly transfer: { readonly afterMs: number; readonly to: string; readonly leavesEarly: boolean } | undefined;
}

/** Digits of a caller's number that count the calls. */
const INDEX_DIGITS = 6;

export function callerOf(index: number): string {
  return `+14156${String(index).padStart(INDEX_DIGITS, '0')}`;
}

/** The number of a call by its caller; undefined for a number that no caller of a soak has. */
export function indexOf(caller: string): number | undefined {
  const digits = /^\+14156(\d{6})$/.exec(caller)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Of every hundred calls about four are long: a peer that dies is noticed on those. */
export function planOf(seed: number, index: number): Plan {
  const random = seeded(seed * 1_000_003 + index);
  const between = (least: number, most: number): number => Math.round(least + random() * (most - least));
  const chance = (part: number): boolean => random() < part;
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const dials = pick(AGENT_NUMBERS);
  const ringMs = between(50, 600);
  const status = chance(0.04) ? 486 : chance(0.03) ? 603 : 200;
  const talkMs = chance(0.04) ? between(20_000, 40_000) : between(1500, 6000);
  const hangsUp = pick(['caller', 'agent'] as const);
  const cancels = chance(0.05);
  const holds = chance(0.2);
  const hold = { by: pick(['caller', 'agent'] as const), afterMs: between(300, 1000), forMs: between(300, 1500) };
  const presses = chance(0.2);
  const keys = { afterMs: between(300, 1200), digits: String(between(1000, 9999)) };
  const transfers = chance(0.2);
  const to = pick([TARGET_NUMBER, TARGET_NUMBER, PARTY_NUMBER, UNKNOWN_NUMBER]);
  const transfer = { afterMs: between(300, 1200), to, leavesEarly: chance(0.15) };
  return {
    caller: callerOf(index),
    dials,
    ringMs,
    status,
    talkMs,
    hangsUp: transfers ? 'caller' : hangsUp,
    cancels,
    // A leg on hold is not transferred here: what its owner hears then is hold music.
    hold: holds && !transfers ? hold : undefined,
    keys: presses ? keys : undefined,
    transfer: transfers && status === 200 ? transfer : undefined,
  };
}
