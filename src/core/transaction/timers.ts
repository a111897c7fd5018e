/** The values behind the transaction timers, in milliseconds. RFC 3261 §17.1.1.1 and Table 4. */
export interface TimerValues {
  /** Estimate of the round-trip time. */
  readonly T1: number;
  /** Longest interval between retransmissions of a non-INVITE request or an INVITE's final response. */
  readonly T2: number;
  /** Longest time a message stays in the network. */
  readonly T4: number;
  /** How long an INVITE client absorbs repeated final responses on an unreliable transport (Timer D). */
  readonly D: number;
  /** How long our user may think before an INVITE gets an automatic 100. RFC 3261 §17.2.1. */
  readonly trying: number;
}

export const STANDARD_TIMERS: TimerValues = { T1: 500, T2: 4000, T4: 5000, D: 32_000, trying: 200 };

/** What stays the same during one transaction's life. */
export interface Setup {
  readonly reliable: boolean;
  readonly timers: TimerValues;
}

/** 64*T1: how long a request, a response or an ACK is waited for (Timers B, F, H, J, L and M). */
export function patienceMs({ T1 }: TimerValues): number {
  return 64 * T1;
}

/**
 * How long a client takes to slow Timer E down to T2; only then may a server send 100 to a non-INVITE
 * request over an unreliable transport. RFC 4320 §4.1.
 */
export function slowdownMs({ T1, T2 }: TimerValues): number {
  let total = 0;
  for (let interval = T1; interval < T2; interval *= 2) total += interval;
  return total;
}
