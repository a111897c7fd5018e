/** How the end of a leg is put into a provider's words. */

import type { EndedBy, LegResult } from '../../nouns/call.ts';
/**
 * What ended a leg where its status does not tell:
 * `codec` – the descriptions had nothing in common for us; `media` – we had none to offer;
 * `console-gone` – its connection was lost and it did not come back (W6);
 * `rtp-timeout` – neither RTP nor RTCP came any more, or the connection for them broke off (W5);
 * `peer-gone` – its connection for SIP is gone, or it answers nothing any more (W5);
 * the others – a limit of the account refused the call.
 */
export type EndWhy =
  | 'codec'
  | 'media'
  | 'console-gone'
  | 'rtp-timeout'
  | 'peer-gone'
  | 'country'
  | 'caller-id'
  | 'concurrent-calls'
  | 'calls-per-second';

/** Whose equipment it is: the trunk's customer's, or that of the telephone network behind the carrier. */
export type Side = 'customer' | 'carrier';

export interface EndFacts {
  readonly result: LegResult;
  readonly endedBy: EndedBy;
  /** Final SIP status, where one ended it. */
  readonly status: number | undefined;
  readonly answered: boolean;
  /** Whom the leg was placed to. */
  readonly far: Side;
  readonly why: EndWhy | undefined;
}

/** A hangup cause as records show it. */
export interface Hangup {
  /** Undefined where the provider has names only. */
  readonly code: number | undefined;
  readonly name: string;
  readonly source: string;
}

/** Who ended it: one of the sides, or the trunk in between; a leg that simply went silent is the trunk's to end. */
export function sourceOf({ endedBy, far, result }: Pick<EndFacts, 'endedBy' | 'far' | 'result'>): Side | 'trunk' {
  if (result === 'peer-lost') return 'trunk';
  switch (endedBy) {
    case 'endpoint':
      return 'customer';
    case 'caller':
      return 'carrier';
    case 'target':
      return far;
    case 'trunk':
    case 'unknown':
      return 'trunk';
    default:
      return endedBy satisfies never;
  }
}
