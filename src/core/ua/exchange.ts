/**
 * What is under way in a dialog between INVITEs, UPDATEs and offers, and which of them may come in between.
 * RFC 3261 §13.2.1 and §14, RFC 3264 §4, RFC 3311 §5.2. Pure.
 */

/** `sent`: we wait for the peer. `received`: the peer waits for us. */
type Side = 'sent' | 'received' | undefined;

export interface Exchange {
  /** An INVITE without final response. */
  readonly invite: Side;
  /** An UPDATE of the peer's that we have not answered. */
  readonly update: boolean;
  /** An offer without answer, whatever carried it. */
  readonly offer: Side;
}

export const idle: Exchange = { invite: undefined, update: false, offer: undefined };

/** Status for an INVITE or UPDATE that comes in the middle of something, or undefined when it may go ahead. */
export function clash(exchange: Exchange, method: 'INVITE' | 'UPDATE', offers: boolean): 491 | 500 | undefined {
  if (method === 'INVITE') {
    if (exchange.invite === 'sent') return 491;
    if (exchange.invite === 'received') return 500;
  } else if (exchange.update) {
    return 500;
  }
  if (!offers && method === 'UPDATE') return undefined;
  if (exchange.offer === 'sent') return 491;
  return exchange.offer === 'received' ? 500 : undefined;
}

/** May we send an INVITE or an offer in an UPDATE now? */
export function mayOffer(exchange: Exchange, method: 'INVITE' | 'UPDATE'): boolean {
  return exchange.offer === undefined && (method === 'UPDATE' || exchange.invite === undefined);
}

/**
 * Milliseconds to wait after a 491, in steps of 10: the owner of the Call-ID waits longer, so that the two do not
 * meet again. RFC 3261 §14.1.
 * @param fraction a random number in [0, 1)
 */
export function glareWaitMs(ownsCallId: boolean, fraction: number): number {
  return ownsCallId ? 2100 + 10 * Math.floor(fraction * 191) : 10 * Math.floor(fraction * 201);
}
