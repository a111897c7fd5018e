/** Keeps a session alive, or ends it when its refresher has gone silent. RFC 4028 §7.2 and §10. */
import { detach } from '../log/owner.ts';
import type { Timer } from '../time/clock.ts';
import { sendBye } from './bye.ts';
import { sendOffer } from './offer-uac.ts';
import {
  expireAfterMs,
  intervalOf,
  printWish,
  raiseWish,
  refreshAfterMs,
  type SessionInterval,
  type SessionWish,
} from './session-interval.ts';
import type { InSession } from './in-session.ts';

export class SessionTimer {
  readonly #session: InSession;
  #interval: SessionInterval | undefined;
  #refresh: Timer | undefined;
  #expiry: Timer | undefined;
  /** How often it has begun anew. */
  #begun = 0;

  constructor(session: InSession) {
    this.#session = session;
  }

  /** What is agreed now; undefined: the session does not expire. */
  get interval(): SessionInterval | undefined {
    return this.#interval;
  }

  /** What a request of ours that is no refresh says of the timer, so that it goes on as it is. */
  get wish(): SessionWish | undefined {
    if (!this.#interval) return undefined;
    const { seconds, refresher } = this.#interval;
    return { seconds, least: undefined, refresher: refresher === 'us' ? 'uac' : 'uas' };
  }

  /** Begins anew with each 2xx to an INVITE or UPDATE; without an interval the session does not expire. */
  run(interval: SessionInterval | undefined): void {
    this.stop();
    this.#begun += 1;
    this.#interval = interval;
    if (!interval || this.#session.state === 'ended') return;
    const { clock } = this.#session.ua;
    const expired = () => {
      this.stop();
      sendBye(this.#session, 'SIP;cause=408;text="Session expired"', 'timeout');
    };
    this.#expiry = clock.after(expireAfterMs(interval), expired, this.#session);
    if (interval.refresher === 'peer') return;
    const wish: SessionWish = { seconds: interval.seconds, least: undefined, refresher: 'uac' };
    this.#refresh = clock.after(refreshAfterMs(interval), () => this.#send(wish), this.#session);
  }

  stop(): void {
    this.#refresh?.cancel();
    this.#expiry?.cancel();
  }

  /** UPDATE needs no description, so it is preferred (§7.4). */
  #send(wish: SessionWish): void {
    const begun = this.#begun;
    // The peer may have refreshed the session while ours was under way: its timer is the one that counts then.
    const later = () => {
      if (begun === this.#begun) this.#later(wish);
    };
    if (this.#session.peerAllows('UPDATE')) this.#update(wish, later);
    else this.#reinvite(wish, later);
  }

  /** A refresh that fails is tried again until the session expires; only a lost dialog ends it at once (§10). */
  #update(wish: SessionWish, later: () => void): void {
    const session = this.#session;
    session.request('UPDATE', [...session.targetHeaders(), ...printWish(wish)], {
      response: (response) => {
        if (response.status < 200 || session.state === 'ended') return;
        if (response.status < 300) {
          session.branches.current?.refresh(response);
          this.run(intervalOf(response));
        } else if (response.status === 481 || response.status === 408) {
          sendBye(session, undefined, 'timeout');
        } else {
          const raised = response.status === 422 ? raiseWish(wish, response) : undefined;
          if (raised) this.#send(raised);
          else later();
        }
      },
      timeout: () => {
        if (session.state !== 'ended') sendBye(session, undefined, 'timeout');
      },
      transportError: later,
    });
  }

  #reinvite(wish: SessionWish, later: () => void): void {
    const session = this.#session;
    if (session.localSdp === undefined) return;
    const refreshed = sendOffer(session, session.localSdp, { retryGlare: true, wish }).then(
      (answer) => session.user.reanswered?.(answer),
      later,
    );
    detach(refreshed, session);
  }

  /** *Chosen here*: ten seconds, so that the shortest session of 90 s has time for two more. */
  #later(wish: SessionWish): void {
    if (this.#session.state === 'ended') return;
    this.#refresh?.cancel();
    this.#refresh = this.#session.ua.clock.after(10_000, () => this.#send(wish), this.#session);
  }
}
