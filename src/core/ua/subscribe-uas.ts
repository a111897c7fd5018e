/** SUBSCRIBE inside a dialog: it can only mean the subscription of a REFER. RFC 6665 §4.2.1, RFC 3515 §2.4.4. */
import { parseEvent, parseSeconds } from '../message/index.ts';
import { REFER_EXPIRES_SECONDS } from '../subscription/refer-state.ts';
import type { ServerTransaction } from '../transaction/index.ts';
import type { InSession } from './in-session.ts';

export function receiveSubscribe(session: InSession, transaction: ServerTransaction): void {
  const { headers } = transaction.request;
  const event = parseEvent(headers.get('Event') ?? '');
  if (!event.ok || event.value.eventType !== 'refer') {
    session.respond(transaction, 489, undefined, [['Allow-Events', 'refer']]);
    return;
  }
  const notifier = session.subscriptions.notifier(event.value.id);
  if (!notifier) {
    session.respond(transaction, 481);
    return;
  }
  const seconds = parseSeconds(headers.get('Expires') ?? '') ?? REFER_EXPIRES_SECONDS;
  const { granted, notify } = notifier.subscribed(seconds);
  session.respond(transaction, 200, undefined, [
    ['Expires', String(granted)],
    ['Contact', session.contact(transaction.arrival)],
  ]);
  notify();
}
