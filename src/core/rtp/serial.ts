/**
 * Numbers of RTP that begin again at zero. Two of them can only be compared while they are less than half the way round
 * apart: 32,768 packets (655 s of 20 ms) or 2^31 samples. So each is compared with the newest one, never with the first.
 * RFC 1982.
 */
export const uint16 = (n: number): number => n & 0xffff;
export const uint32 = (n: number): number => n >>> 0;

/** How far the sequence number `to` is ahead of `from`, taking the shorter way round. */
export const sequenceStep = (from: number, to: number): number => ((to - from) << 16) >> 16;

/** The same for timestamps. */
export const timestampStep = (from: number, to: number): number => (to - from) | 0;
