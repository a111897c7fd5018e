/** When to send RTCP. RFC 3550 §6.2, §6.3 and §A.7. */

/** The least time between two reports, and half of it before the first. RFC 3550 §6.2. */
const MIN_MS = 5000;
/** RTCP's share of the session's bandwidth, and of that what senders share when they are a quarter or fewer. */
const SHARE = 0.05;
const SENDERS_SHARE = 0.25;
/** Reconsideration makes intervals longer than they would have to be; this evens it out: e − 3/2. */
const COMPENSATION = Math.E - 1.5;

export interface Traffic {
  /** Who is heard, we among them. */
  readonly members: number;
  readonly senders: number;
  /** We have sent RTP in the last two intervals. */
  readonly weSent: boolean;
  /** Of the session, in bytes a second. */
  readonly bandwidth: number;
  /** Of RTCP datagrams with IP and UDP headers, in bytes. */
  readonly averageSize: number;
  /** No RTCP has been sent yet. */
  readonly initial: boolean;
}

/** @param chance from 0 to 1 @returns milliseconds */
export function rtcpInterval(traffic: Traffic, chance: number): number {
  const { members, senders, weSent, bandwidth, averageSize, initial } = traffic;
  let sharing = members;
  let share = SHARE * bandwidth;
  if (senders <= members * SENDERS_SHARE) {
    share *= weSent ? SENDERS_SHARE : 1 - SENDERS_SHARE;
    sharing = weSent ? senders : members - senders;
  }
  const least = initial ? MIN_MS / 2 : MIN_MS;
  const fair = (1000 * averageSize * sharing) / share;
  return (Math.max(least, fair) * (chance + 0.5)) / COMPENSATION;
}
