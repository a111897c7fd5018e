/** What is measured of a leg's stream, both ways, since its media was made. */
import { noCounts, type StreamCounts } from '../rtp/received-stream.ts';
import type { PeerReport } from './rtcp-reports.ts';

export interface MediaFigures {
  /** What came from the peer. */
  readonly received: StreamCounts & {
    /** Now. RFC 3550 §A.8. */
    readonly jitterMs: number;
  };
  /** How loud the peer's newest packet was, in dB below full scale; absent where that cannot be told. */
  readonly levelDb?: number | undefined;
  /** Packets. */
  readonly sent: number;
  /** What the peer says of that; absent until its first report. */
  readonly reported?: PeerReport | undefined;
  /** Absent until the peer has answered a report of ours. */
  readonly roundTripMs?: number | undefined;
}

/** Before anything has passed. */
export const noFigures = (): MediaFigures => ({ received: { ...noCounts(), jitterMs: 0 }, sent: 0 });
