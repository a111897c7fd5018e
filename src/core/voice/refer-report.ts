/** What an application is told of a `<Refer>`: T5–T9. A step function over what SIP said of it; pure. */
import type { Parameters } from '../webhook/exchange.ts';

/** How far a REFER has come, and how it ended. */
export interface ReferProgress {
  /** Final status of the REFER itself. */
  readonly response?: number;
  /** Status of the newest NOTIFY. */
  readonly notified?: number;
  /** Why there is nothing more to wait for (T12). */
  readonly over?: 'reported' | 'refused' | 'unreported' | 'hung-up';
}

export type ReferNews =
  /** A 2xx to the REFER. */
  | { readonly type: 'accepted'; readonly status: number }
  /** Any other final status; 408 when there was no answer, 503 when it could not be sent. */
  | { readonly type: 'refused'; readonly status: number }
  | { readonly type: 'notified'; readonly status: number }
  /** The endpoint ended the subscription without a final status, or let it run out. */
  | { readonly type: 'subscriptionEnded' }
  | { readonly type: 'hungUp' };

/** What comes after the end changes nothing. */
export function stepRefer(refer: ReferProgress, news: ReferNews): ReferProgress {
  if (refer.over !== undefined) return refer;
  switch (news.type) {
    case 'accepted':
      return { ...refer, response: news.status };
    case 'refused':
      return { ...refer, response: news.status, over: 'refused' };
    case 'notified': {
      // RFC 3515 §2.4.4: it may overtake the response, which it implies.
      const next = { ...refer, response: refer.response ?? 202, notified: news.status };
      return news.status < 200 ? next : { ...next, over: 'reported' };
    }
    case 'subscriptionEnded':
      return { ...refer, over: 'unreported' };
    case 'hungUp':
      return { ...refer, over: 'hung-up' };
    default:
      return news satisfies never;
  }
}

/** Parameters for the request to `action`; one with nothing to report is left out (T9). */
export function referReport(refer: ReferProgress): Parameters {
  const { response, notified } = refer;
  return [
    ['ReferCallStatus', statusOf(refer)],
    ...(response === undefined ? [] : [['ReferSipResponseCode', String(response)] as const]),
    ...(notified === undefined ? [] : [['NotifySipResponseCode', String(notified)] as const]),
  ];
}

/** That nothing final was reported counts as `failed`: *chosen here*. */
function statusOf({ over, notified = 0 }: ReferProgress): string {
  if (over === 'hung-up') return 'canceled';
  if (over !== 'reported') return 'failed';
  if (notified < 300) return 'in-progress';
  if (notified === 486) return 'busy';
  return notified === 408 || notified === 480 ? 'no-answer' : 'failed';
}
