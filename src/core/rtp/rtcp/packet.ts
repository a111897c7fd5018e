/** RTCP packets, as far as we read and write them. RFC 3550 §6.4–6.6. Times of others are NTP's: seconds since 1900. */

/** What a receiver tells a sender. RFC 3550 §6.4.1. */
export interface ReportBlock {
  /** Whose stream it is about. */
  readonly ssrc: number;
  /** Lost since the report before, in 1/256. */
  readonly fractionLost: number;
  /** Since the stream began; negative where duplicates outweigh loss. */
  readonly cumulativeLost: number;
  /** Sequence number, with the count of its wraps in the upper 16 bits. */
  readonly highestSequence: number;
  /** In units of the stream's timestamps. */
  readonly jitter: number;
  /** Middle 32 bits of the NTP time of the newest SR that came; 0 for none. */
  readonly lastSr: number;
  /** Since that SR came, in 1/65536 s. */
  readonly delaySinceLastSr: number;
}

export interface SenderReport {
  readonly type: 'SR';
  readonly ssrc: number;
  readonly ntpSeconds: number;
  readonly ntpFraction: number;
  /** The same instant in the stream's timestamps. */
  readonly rtpTimestamp: number;
  readonly packets: number;
  /** Of payload. */
  readonly octets: number;
  readonly blocks: readonly ReportBlock[];
}

export interface ReceiverReport {
  readonly type: 'RR';
  readonly ssrc: number;
  readonly blocks: readonly ReportBlock[];
}

/** Only the CNAME is read or written: no names of people. */
export interface Sdes {
  readonly type: 'SDES';
  readonly chunks: readonly { readonly ssrc: number; readonly cname: string | undefined }[];
}

export interface Bye {
  readonly type: 'BYE';
  readonly ssrcs: readonly number[];
}

export type RtcpPacket = SenderReport | ReceiverReport | Sdes | Bye;

export const PACKET_TYPE = { SR: 200, RR: 201, SDES: 202, BYE: 203 } as const;
/** SDES item. RFC 3550 §6.5.1. */
export const CNAME = 1;
/** Bytes. */
export const BLOCK_LENGTH = 24;
/** A count has five bits. */
export const MOST_BLOCKS = 31;
