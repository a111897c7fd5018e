/** One call of one party: its session, its media, and what it is doing. */
import { ownerOf } from '../log/owner.ts';
import type { Logger } from '../log/logger.ts';
import type { MediaFactory, MediaSession } from '../media/session.ts';
import type { Clock, Timer } from '../time/clock.ts';
import type { Session } from '../ua/session.ts';
import type { SessionUser } from '../ua/session-user.ts';
import type { UserAgent } from '../ua/user-agent.ts';
import type { Party } from './party.ts';
import type { Voice } from './voice.ts';

/** Why a party talks: it was called, it calls, or it is about to leave. */
export type Occasion = 'called' | 'calling' | 'leaving';

/** What a phone and its calls need of the place where they live. */
export interface PhoneHost {
  readonly clock: Clock;
  readonly log: Logger;
  readonly media: MediaFactory;
  readonly ua: Pick<UserAgent, 'invite'>;
  readonly domain: string;
  ssrc(): number;
  /** Whom `transfer-on` transfers to. */
  transferTarget(from: Party): string | undefined;
  phone(party: Party): PartyPhone;
  forget(phone: PartyPhone): void;
  /** The phone has its media. */
  heard(phone: PartyPhone): void;
  talk(phone: PartyPhone, occasion: Occasion, onFirstLine?: () => void): void;
}

export class PartyPhone {
  readonly host: PhoneHost;
  readonly party: Party;
  session: Session | undefined;
  media: MediaSession | undefined;
  /** Under which the trunk called it: a trunk may have several. */
  domain: string;
  #voice: Voice | undefined;
  #timer: Timer | undefined;
  #over = false;

  constructor(host: PhoneHost, party: Party) {
    this.host = host;
    this.party = party;
    this.domain = host.domain;
  }

  get over(): boolean {
    return this.#over;
  }

  /** Does something later, unless the call is over by then. A later plan replaces an earlier one. */
  after(ms: number, act: () => void): void {
    this.#timer?.cancel();
    const due = () => {
      if (!this.#over) act();
    };
    const name = { party: this.party.number, sipCallId: this.session?.callId };
    const owner = ownerOf(this.host.log, name, 'a simulated phone failed and hangs up', () => this.hangUp());
    this.#timer = this.host.clock.after(ms, due, owner);
  }

  /**
   * Takes its media, which takes a moment to be made.
   * @returns undefined when the call ended meanwhile: the media has been let go again
   */
  async take(making: Promise<MediaSession>): Promise<MediaSession | undefined> {
    const media = await making;
    if (!this.#over) return (this.media = media);
    await media.close();
    return undefined;
  }

  /** What this phone says from now on. */
  say(voice: Voice): void {
    this.#voice?.stop();
    this.#voice = voice;
  }

  hangUp(): void {
    const { session } = this;
    this.end();
    session?.hangUp();
  }

  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#timer?.cancel();
    this.#voice?.stop();
    this.host.forget(this);
    this.media?.close().catch((error: unknown) => {
      this.host.log.warn({ error, party: this.party.number }, 'media of a party did not close cleanly');
    });
  }

  /** What every phone does in a call: end with it, answer re-INVITEs, refuse to be transferred. */
  user(): SessionUser {
    return {
      ended: () => this.end(),
      canceled: () => this.end(),
      offered: async (offer) => {
        if (!this.media) throw Object.assign(new Error('no media yet'), { status: 500 });
        return offer === undefined ? this.media.createOffer() : this.media.answerOffer(offer);
      },
      reanswered: (answer) => {
        this.media?.acceptAnswer(answer).catch((error: unknown) => {
          this.host.log.warn({ error, party: this.party.number }, 'a party could not use an answer during the call');
        });
      },
      referred: (refer) => refer.reject(603),
    };
  }
}
