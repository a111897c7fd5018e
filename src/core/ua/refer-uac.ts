/** Sending REFER and hearing what became of it. RFC 3515 §2.4, RFC 6665 §4.1. */
import { bodyText, parseEvent, parseNameAddr, parseSubscriptionState, printNameAddr } from '../message/index.ts';
import { parseSipfrag } from '../subscription/sipfrag.ts';
import type { ReferUser } from '../subscription/subscriber.ts';
import type { ServerTransaction } from '../transaction/index.ts';
import { readBody } from './body.ts';
import type { InSession } from './in-session.ts';

/** It goes out once the ACK of our 2xx has come. Without Referred-By among the headers, our own address is named (RFC 3892). */
export function sendRefer(session: InSession, referTo: string, headers: [string, string][], user: ReferUser): void {
  if (session.state === 'ended') return user.refused(487, 'Request Terminated');
  const forget = session.whenOver(() => user.refused(487, 'Request Terminated'));
  session.whenAcknowledged(() => {
    forget();
    send(session, referTo, headers, user);
  });
}

function send(session: InSession, referTo: string, headers: [string, string][], user: ReferUser): void {
  const { subscriptions } = session;
  const subscriber = subscriptions.subscribe(user);
  subscriptions.sent(subscriber, (session.dialog?.localSeq ?? 0) + 1);
  const has = (field: string) => headers.some(([name]) => name.toLowerCase() === field);
  const fields: [string, string][] = [
    ['Refer-To', referTo],
    ...(has('referred-by') ? [] : referredBy(session)),
    ...headers,
  ];
  session.request('REFER', [['Contact', session.contact()], ...fields], {
    response: (response) => {
      if (response.status < 200) return;
      if (response.status >= 300) return subscriber.refused(response.status, response.reason);
      const silent = response.headers.get('Refer-Sub')?.trim().toLowerCase() === 'false';
      subscriber.accepted(response, { silent, asked: has('refer-sub') });
    },
    timeout: () => subscriber.unanswered(),
    transportError: (why) => subscriber.refused(503, why.message),
    resent: (request) => subscriptions.sent(subscriber, request.head.cseq.number),
  });
}

/** A NOTIFY inside the dialog. One that belongs to no REFER of ours is answered with 481. */
export function receiveNotify(session: InSession, transaction: ServerTransaction): void {
  const { request } = transaction;
  const event = parseEvent(request.headers.get('Event') ?? '');
  if (!event.ok || event.value.eventType !== 'refer') {
    session.respond(transaction, 489, undefined, [['Allow-Events', 'refer']]);
    return;
  }
  const subscriber = session.subscriptions.subscriber(event.value.id);
  if (!subscriber) {
    session.respond(transaction, 481);
    return;
  }
  session.respond(transaction, 200);
  const parsed = parseSubscriptionState(request.headers.get('Subscription-State') ?? '');
  const state = parsed.ok ? parsed.value : { state: 'active' };
  const line = parseSipfrag(readBody(request, 'message/sipfrag').text ?? bodyText(request));
  subscriber.notified({ ...state, line });
}

function referredBy(session: InSession): [string, string][] {
  const local = parseNameAddr(session.dialog?.local ?? '');
  return local.ok ? [['Referred-By', printNameAddr({ uri: local.value.uri, params: new Map() })]] : [];
}
