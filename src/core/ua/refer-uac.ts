/** Sending REFER and hearing what became of it. RFC 3515 §2.4, RFC 6665 §4.1. */
import { bodyText, parseEvent, parseNameAddr, parseSubscriptionState, printNameAddr } from '../message/index.ts';
import type { SipResponse } from '../message/index.ts';
import { readBody } from './body.ts';
import { REFER_EXPIRES_SECONDS } from '../subscription/refer-notifier.ts';
import { parseSipfrag, type StatusLine } from '../subscription/sipfrag.ts';
import type { Timer } from '../time/clock.ts';
import type { ServerTransaction } from '../transaction/index.ts';
import type { Session } from './session.ts';

export interface ReferUser {
  accepted?(response: SipResponse): void;
  /** The REFER itself was refused, timed out (408) or could not be sent (503). */
  refused(status: number, reason: string): void;
  /**
   * A NOTIFY with a sipfrag came. Some user agents mark every NOTIFY `terminated`: the status line decides,
   * so a provisional status is no end.
   */
  notified(line: StatusLine, terminated: boolean): void;
  /** The subscription ended without a final status: the peer said why, or it fell silent (`timeout`). */
  subscriptionEnded?(reason: string | undefined): void;
}

/** One REFER of ours and its subscription. */
export interface OutgoingRefer {
  /** CSeq number of the REFER that was taken: of the last one, when it had to be sent again with credentials. */
  id: number;
  readonly user: ReferUser;
  /** When the peer has been silent too long. */
  expiry: Timer | undefined;
}

/** Why a subscription that reported nothing final will not report any more, however the peer marks its NOTIFYs. RFC 6665 §4.1.3. */
const GONE = new Set(['deactivated', 'probation', 'rejected', 'timeout', 'giveup', 'invariant']);

/** It goes out once the ACK of our 2xx has come. Without Referred-By among the headers, our own address is named (RFC 3892). */
export function sendRefer(
  session: Session,
  referTo: string,
  headers: [string, string][],
  user: ReferUser,
): OutgoingRefer {
  const refer: OutgoingRefer = { id: 0, user, expiry: undefined };
  session.whenAcknowledged(() => send(session, refer, referTo, headers));
  return refer;
}

function send(session: Session, refer: OutgoingRefer, referTo: string, headers: [string, string][]): void {
  const { user } = refer;
  refer.id = (session.dialog?.localSeq ?? 0) + 1;
  session.refers.push(refer);
  session.referIds.add(String(refer.id));
  const refuse = (status: number, reason: string) => {
    if (forget(session, refer)) user.refused(status, reason);
  };
  const has = (field: string) => headers.some(([name]) => name.toLowerCase() === field);
  const fields: [string, string][] = [
    ['Refer-To', referTo],
    ...(has('referred-by') ? [] : referredBy(session)),
    ...headers,
  ];
  session.request('REFER', [['Contact', session.contact()], ...fields], {
    response: (response) => {
      if (response.status < 200) return;
      if (response.status >= 300) return refuse(response.status, response.reason);
      user.accepted?.(response);
      if (response.headers.get('Refer-Sub')?.trim().toLowerCase() === 'false') {
        // RFC 4488 §4: no NOTIFY will come. A peer that was not asked to keep silent has ended the subscription.
        if (forget(session, refer) && !has('refer-sub')) user.subscriptionEnded?.('norefersub');
      } else if (!refer.expiry) {
        // RFC 6665 §4.1.2.4, Timer N: the first NOTIFY follows within 64·T1.
        expireAfter(session, refer, 64 * session.ua.timers.T1);
      }
    },
    timeout: () => {
      // A NOTIFY has come, so the REFER was taken: its response was lost (RFC 3515 §2.4.4).
      if (!refer.expiry) refuse(408, 'Request Timeout');
    },
    transportError: (why) => refuse(503, why.message),
    resent: (request) => {
      refer.id = request.head.cseq.number;
      session.referIds.add(String(refer.id));
    },
  });
}

/** A NOTIFY inside the dialog. One that belongs to no REFER of ours is answered with 481. */
export function receiveNotify(session: Session, transaction: ServerTransaction): void {
  const { request } = transaction;
  const event = parseEvent(request.headers.get('Event') ?? '');
  if (!event.ok || event.value.eventType !== 'refer') {
    session.respond(transaction, 489, undefined, [['Allow-Events', 'refer']]);
    return;
  }
  const refer = find(session, event.value.id);
  if (!refer) {
    session.respond(transaction, 481);
    return;
  }
  session.respond(transaction, 200);
  const parsed = parseSubscriptionState(request.headers.get('Subscription-State') ?? '');
  const state = parsed.ok ? parsed.value : { state: 'active' };
  const terminated = state.state === 'terminated';
  const line = parseSipfrag(readBody(request, 'message/sipfrag').text ?? bodyText(request));
  const final = line !== undefined && line.status >= 200;
  const over = final || (terminated && (line === undefined || GONE.has(state.reason ?? '')));
  if (over) forget(session, refer);
  // The last NOTIFY may be lost once or twice: it has the time that a request has.
  else expireAfter(session, refer, 1000 * (state.expiresSeconds ?? REFER_EXPIRES_SECONDS) + 64 * session.ua.timers.T1);
  if (line) refer.user.notified(line, terminated);
  if (over && !final) refer.user.subscriptionEnded?.(state.reason);
}

/** What ended with a session: nothing more will be heard. */
export function forgetRefers(session: Session): void {
  for (const { expiry } of session.refers) expiry?.cancel();
  session.refers.length = 0;
}

function expireAfter(session: Session, refer: OutgoingRefer, ms: number): void {
  refer.expiry?.cancel();
  const expired = () => {
    if (forget(session, refer)) refer.user.subscriptionEnded?.('timeout');
  };
  refer.expiry = session.ua.clock.after(ms, expired, session);
}

/**
 * By id when there is one; without, the subscription of the oldest REFER (RFC 3515 §2.4.6). Some user agents put an id of
 * their own there: it is taken for the only subscription that there is, unless it names a REFER whose subscription is over.
 */
function find(session: Session, id: string | undefined): OutgoingRefer | undefined {
  const { refers, referIds } = session;
  if (id === undefined) return refers[0];
  const named = refers.find((refer) => String(refer.id) === id);
  return named ?? (refers.length === 1 && !referIds.has(id) ? refers[0] : undefined);
}

/** @returns false when the subscription was over before */
function forget(session: Session, refer: OutgoingRefer): boolean {
  refer.expiry?.cancel();
  const index = session.refers.indexOf(refer);
  if (index >= 0) session.refers.splice(index, 1);
  return index >= 0;
}

function referredBy(session: Session): [string, string][] {
  const local = parseNameAddr(session.dialog?.local ?? '');
  return local.ok ? [['Referred-By', printNameAddr({ uri: local.value.uri, params: new Map() })]] : [];
}
