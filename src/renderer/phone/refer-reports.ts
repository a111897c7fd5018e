/**
 * The NOTIFYs with which we report on a REFER that we follow. RFC 3515 §2.4.4 to §2.4.6, RFC 6665 §4.2. Pure.
 * sip.js would mark each of them `terminated`.
 */

/** Seconds that the subscription of a REFER lives. *Chosen here*: time to ask the operator, and to let a phone ring. */
export const SUBSCRIPTION_SECONDS = 300;

export interface ReferSubscription {
  /** CSeq number of the REFER. */
  readonly id: number;
  /** The dialog has had a REFER before: then the NOTIFYs have to name theirs (RFC 3515 §2.4.6). */
  readonly withId: boolean;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

export interface Report {
  readonly status: number;
  readonly reason: string;
  /** Why the subscription is over with this report; without it, more will follow. RFC 6665 §4.1.3. */
  readonly end?: 'noresource' | 'timeout' | undefined;
}

export interface ReportMessage {
  readonly headers: readonly string[];
  readonly contentType: string;
  readonly body: string;
}

/** The report on a status of the new call: the last one if that is final. */
export function reportOf(status: number, reason: string): Report {
  return status < 200 ? { status, reason } : { status, reason, end: 'noresource' };
}

export function printReport({ id, withId, expiresAt }: ReferSubscription, report: Report, now: number): ReportMessage {
  const left = Math.max(0, Math.ceil((expiresAt - now) / 1000));
  const state = report.end === undefined ? `active;expires=${left}` : `terminated;reason=${report.end}`;
  return {
    headers: [`Event: ${withId ? `refer;id=${id}` : 'refer'}`, `Subscription-State: ${state}`],
    contentType: 'message/sipfrag;version=2.0',
    body: `SIP/2.0 ${report.status} ${report.reason}\r\n`,
  };
}
