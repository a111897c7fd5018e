/**
 * Which source of RTP packets is the peer, as a table. W15, RFC 7362 (latching), RFC 4961 (symmetric RTP).
 *
 * What a description names is believed at once. Another source has to prove itself by a run of packets in order. With no
 * stream to continue, only hosts that the peer's own signalling names may do so (restricted latching, RFC 7362 §5).
 */

/** `open`: a description came, and nothing has been heard since. `settled`: one source is the peer. */
export type LatchState = 'open' | 'settled';

/** Whose packet it is, seen from what is known of the peer. */
export type Origin =
  /** The source that is the peer. */
  | 'current'
  /** Where the newest description says that the peer is. */
  | 'announced'
  /** Where the peer was before the newest description: packets that were on their way. */
  | 'before'
  /** Elsewhere, but goes on with the peer's SSRC, sequence numbers and timestamps: a NAT has rebound. */
  | 'continuing'
  /** Another port or host, of those that the peer's description and signalling name. */
  | 'named'
  /** Nothing speaks for it; or it sends what the peer sent before. */
  | 'stranger';

interface Rule {
  /** Its sound is passed on although it is not the peer, or not yet. */
  readonly heard: boolean;
  /** After so many packets in a row it is the peer; without it never. A packet of the current source breaks the row. */
  readonly proof?: number;
  /** The row stands although the current source goes on. */
  readonly prevails?: true;
}

/** RFC 3550 §A.1, MIN_SEQUENTIAL. */
const PROOF = 2;

const ignored: Rule = { heard: false };

export const latching: Readonly<Record<LatchState, Readonly<Record<Origin, Rule>>>> = {
  open: {
    current: { heard: true, proof: 1 },
    announced: { heard: true, proof: 1 },
    before: { heard: true },
    continuing: { heard: false, proof: PROOF },
    named: { heard: false, proof: PROOF },
    stranger: ignored,
  },
  settled: {
    current: { heard: true, proof: 1 },
    announced: { heard: false, proof: PROOF, prevails: true },
    before: ignored,
    continuing: { heard: false, proof: PROOF },
    named: ignored,
    stranger: ignored,
  },
};
