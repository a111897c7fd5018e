/**
 * The implicit subscription that a REFER sets up, at the side that was asked, as a value: what each NOTIFY says.
 * RFC 3515 §2.4, RFC 6665. `notifier.ts` sends what comes out, and keeps the time. Pure.
 */
import { printStatusLine, SIPFRAG_TYPE } from './sipfrag.ts';

/** Seconds that a subscription lives without a final report. *Chosen here*: longer than any ring time. */
export const REFER_EXPIRES_SECONDS = 180;

export interface ReferState {
  readonly state: 'active' | 'terminated';
  /** CSeq number of the REFER; names the subscription when the dialog has had more than one (RFC 3515 §2.4.6). */
  readonly id: number;
  readonly withId: boolean;
  readonly expiresAt: number;
  /** The last status that was reported, for a refresh. */
  readonly status: number;
  readonly reason: string | undefined;
}

export interface Notification {
  /** It ends the subscription. */
  readonly final: boolean;
  readonly status: number;
  readonly headers: [string, string][];
  readonly body: string;
}

/** @param now clock time in milliseconds */
export function openReferState(id: number, first: boolean, now: number): ReferState {
  const expiresAt = now + REFER_EXPIRES_SECONDS * 1000;
  return { state: 'active', id, withId: !first, expiresAt, status: 100, reason: undefined };
}

/** Reports a status of the referred request: `active` below 200, else the end with `noresource`. */
export function report(
  notifier: ReferState,
  status: number,
  reason: string | undefined,
  now: number,
): [ReferState, Notification | undefined] {
  if (notifier.state === 'terminated') return [notifier, undefined];
  const state = status < 200 ? 'active' : 'terminated';
  const next: ReferState = { ...notifier, state, status, reason };
  const left = Math.max(0, Math.ceil((notifier.expiresAt - now) / 1000));
  const subscription = state === 'active' ? `active;expires=${left}` : 'terminated;reason=noresource';
  return [next, notification(next, subscription)];
}

/** Ends the subscription because its time is over; the last status is said again. RFC 6665 §4.2.2. */
export function expire(notifier: ReferState): [ReferState, Notification | undefined] {
  if (notifier.state === 'terminated') return [notifier, undefined];
  const next: ReferState = { ...notifier, state: 'terminated' };
  return [next, notification(next, 'terminated;reason=timeout')];
}

/**
 * A SUBSCRIBE in the dialog: sets a new expiry and says the last status again; 0 seconds ends the subscription.
 * RFC 6665 §4.2.1.
 * @returns the seconds that are granted: never more than a subscription gets at first
 */
export function refresh(
  notifier: ReferState,
  seconds: number,
  now: number,
): [ReferState, Notification | undefined, number] {
  if (notifier.state === 'terminated') return [notifier, undefined, 0];
  if (seconds === 0) {
    const [next, last] = expire(notifier);
    return [next, last, 0];
  }
  const granted = Math.min(seconds, REFER_EXPIRES_SECONDS);
  const next: ReferState = { ...notifier, expiresAt: now + granted * 1000 };
  return [next, notification(next, `active;expires=${granted}`), granted];
}

/** Statuses with which the peer says that it will not take NOTIFYs of this subscription. RFC 6665 §4.2.2, RFC 5057 §5.1. */
const ENDING = new Set([404, 405, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 604]);

/** Whether this answer to a NOTIFY ends the subscription; others may pass. */
export function endsSubscription(status: number): boolean {
  return ENDING.has(status);
}

function notification(notifier: ReferState, subscription: string): Notification {
  return {
    final: notifier.state === 'terminated',
    status: notifier.status,
    headers: [
      ['Event', notifier.withId ? `refer;id=${notifier.id}` : 'refer'],
      ['Subscription-State', subscription],
      ['Content-Type', SIPFRAG_TYPE],
    ],
    body: `${printStatusLine(notifier.status, notifier.reason)}\r\n`,
  };
}
