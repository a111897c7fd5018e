/** The subscriptions of the REFERs of one dialog, at both sides: each is a usage of it. RFC 3515 §2.4.6. */
import type { UsageDialog, Usages } from '../dialog/usage.ts';
import { Notifier, type ReferReporterUser } from './notifier.ts';
import { Subscriber, type ReferUser } from './subscriber.ts';

export class ReferSubscriptions {
  readonly #dialog: UsageDialog;
  readonly #usages: Usages;
  /** Of the peer's REFERs, by their CSeq number. */
  readonly #notifiers = new Map<number, Notifier>();
  /** Of our own REFERs, newest last. */
  readonly #subscribers: Subscriber[] = [];
  /** CSeq numbers of all of them, those whose subscription is over included. */
  readonly #ids = new Set<string>();
  #received = 0;

  constructor(dialog: UsageDialog, usages: Usages) {
    this.#dialog = dialog;
    this.#usages = usages;
  }

  /** REFERs of ours whose outcome is still to come. */
  get awaited(): number {
    return this.#subscribers.length;
  }

  /** A REFER came, whatever becomes of it; @returns whether it is the first: the NOTIFYs of later ones name theirs. */
  receive(): boolean {
    this.#received += 1;
    return this.#received === 1;
  }

  /** Opens the subscription of a REFER that is accepted. @param id its CSeq number */
  notify(id: number, first: boolean, user: ReferReporterUser): Notifier {
    const notifier = new Notifier(this.#dialog, { id, first }, user, () => {
      this.#notifiers.delete(id);
      this.#usages.end(notifier);
    });
    this.#notifiers.set(id, notifier);
    this.#usages.begin(notifier);
    return notifier;
  }

  /** Without an id the first REFER is meant, whose NOTIFYs carry none. */
  notifier(id: string | undefined): Notifier | undefined {
    return id === undefined ? this.#notifiers.values().next().value : this.#notifiers.get(Number(id));
  }

  /** Opens the subscription of a REFER that is about to be sent. */
  subscribe(user: ReferUser): Subscriber {
    const subscriber = new Subscriber(this.#dialog, user, () => {
      this.#subscribers.splice(this.#subscribers.indexOf(subscriber), 1);
      this.#usages.end(subscriber);
    });
    this.#subscribers.push(subscriber);
    this.#usages.begin(subscriber);
    return subscriber;
  }

  /** The REFER went out with this CSeq number. */
  sent(subscriber: Subscriber, id: number): void {
    subscriber.id = id;
    this.#ids.add(String(id));
  }

  /**
   * By id when there is one; without, the subscription of the oldest REFER. Some user agents put an id of their own there:
   * it is taken for the only subscription that there is, unless it names a REFER whose subscription is over.
   */
  subscriber(id: string | undefined): Subscriber | undefined {
    const subscribers = this.#subscribers;
    if (id === undefined) return subscribers[0];
    const named = subscribers.find((each) => String(each.id) === id);
    return named ?? (subscribers.length === 1 && !this.#ids.has(id) ? subscribers[0] : undefined);
  }

  /** The call is over; the dialog lives until its subscriptions are. */
  callEnded(): void {
    for (const subscriber of this.#subscribers) subscriber.callEnded();
  }
}
