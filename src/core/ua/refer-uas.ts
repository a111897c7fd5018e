/** Receiving REFER: accept it and report, or refuse it. RFC 3515 §2.4, RFC 4488. */
import { isSipUri, parseNameAddr, type SipRequest } from '../message/index.ts';
import type { ReferReporter, ReferReporterUser } from '../subscription/notifier.ts';
import type { ReferSubscriptions } from '../subscription/refer-subscriptions.ts';
import type { ServerTransaction } from '../transaction/index.ts';
import type { IncomingRefer } from './incoming-refer.ts';
import type { InSession } from './in-session.ts';

export class ReceivedRefer implements IncomingRefer {
  readonly request: SipRequest;
  readonly #session: InSession;
  readonly #transaction: ServerTransaction;
  /** Of the dialog in which it came. */
  readonly #subscriptions: ReferSubscriptions;
  readonly #first: boolean;
  #answered = false;

  static receive(session: InSession, transaction: ServerTransaction): void {
    const method = referredMethod(transaction.request);
    if (method !== undefined && method !== 'INVITE') {
      session.respond(transaction, 403, `Cannot Send ${/^[\w-]+$/.test(method) ? method : 'That Method'}`);
      return;
    }
    session.user.referred(new ReceivedRefer(session, transaction));
  }

  constructor(session: InSession, transaction: ServerTransaction) {
    this.#session = session;
    this.#transaction = transaction;
    this.#subscriptions = session.subscriptions;
    this.#first = this.#subscriptions.receive();
    this.request = transaction.request;
  }

  /** 202 alone, where something has to come between it and the first NOTIFY; `accept` then sends the rest. */
  answer(): void {
    const session = this.#session;
    const contact: [string, string] = ['Contact', session.contact(this.#transaction.arrival)];
    session.respond(this.#transaction, 202, undefined, this.#unwanted ? [contact, ['Refer-Sub', 'true']] : [contact]);
    this.#answered = true;
  }

  /** 202, then at once NOTIFY 100 (P3). Whoever accepts owes a final report; without one the subscription runs out. */
  accept(user: ReferReporterUser): ReferReporter {
    if (!this.#answered) this.answer();
    const reporter = this.#subscriptions.notify(this.request.head.cseq.number, this.#first, user);
    reporter.report(100);
    return reporter;
  }

  /**
   * The peer wants no subscription. It gets one all the same, and is told so (RFC 4488 §4): whoever has none hangs up at once,
   * and a BYE before the target has answered drops the caller (P9, W23).
   */
  get #unwanted(): boolean {
    return this.request.headers.get('Refer-Sub')?.split(';')[0]?.trim().toLowerCase() === 'false';
  }

  reject(status: number, reason?: string, headers: [string, string][] = []): void {
    this.#session.respond(this.#transaction, status, reason, headers);
  }
}

/** The method that Refer-To asks for; undefined when it names none, or cannot be read. RFC 3261 §19.1.1. */
function referredMethod({ headers }: SipRequest): string | undefined {
  const parsed = parseNameAddr(headers.get('Refer-To') ?? '');
  if (!parsed.ok || !isSipUri(parsed.value.uri)) return undefined;
  return parsed.value.uri.params.get('method')?.toUpperCase();
}
