/** Sending REFER and hearing what became of it. RFC 3515 §2.4, RFC 6665 §4.1. */
import { bodyText, parseEvent, parseSubscriptionState, type SipResponse } from '../message/index.ts';
import { parseSipfrag, type StatusLine } from '../subscription/sipfrag.ts';
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
  /** The subscription ended without a final status. */
  subscriptionEnded?(reason: string | undefined): void;
}

/** One REFER of ours and its subscription. */
export interface OutgoingRefer {
  /** CSeq number of the REFER that was taken: of the last one, when it had to be sent again with credentials. */
  id: number;
  readonly user: ReferUser;
}

export function sendRefer(
  session: Session,
  referTo: string,
  headers: [string, string][],
  user: ReferUser,
): OutgoingRefer {
  const refer: OutgoingRefer = { id: (session.dialog?.localSeq ?? 0) + 1, user };
  session.refers.push(refer);
  const refuse = (status: number, reason: string) => {
    forget(session, refer);
    user.refused(status, reason);
  };
  session.request('REFER', [['Refer-To', referTo], ['Contact', contact(session)], ...headers], {
    response: (response) => {
      if (response.status < 200) return;
      if (response.status < 300) user.accepted?.(response);
      else refuse(response.status, response.reason);
    },
    timeout: () => refuse(408, 'Request Timeout'),
    transportError: (why) => refuse(503, why.message),
    resent: (request) => {
      refer.id = request.head.cseq.number;
    },
  });
  return refer;
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
  const state = parseSubscriptionState(request.headers.get('Subscription-State') ?? '');
  const terminated = state.ok && state.value.state === 'terminated';
  const line = parseSipfrag(bodyText(request));
  if (line) refer.user.notified(line, terminated);
  if (line ? line.status >= 200 : terminated) forget(session, refer);
  if (!line && terminated) refer.user.subscriptionEnded?.(state.value.reason);
}

/** By id when there is one; without, the subscription of the oldest REFER (RFC 3515 §2.4.6). */
function find(session: Session, id: string | undefined): OutgoingRefer | undefined {
  if (id === undefined) return session.refers[0];
  return session.refers.find((refer) => String(refer.id) === id);
}

function forget(session: Session, refer: OutgoingRefer): void {
  const index = session.refers.indexOf(refer);
  if (index >= 0) session.refers.splice(index, 1);
}

function contact(session: Session): string {
  return session.ua.contact(session.hop()?.transport ?? 'UDP');
}
