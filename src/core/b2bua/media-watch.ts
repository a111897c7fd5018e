/**
 * Whether the legs of a call have sound, as far as the trunk can know. W28. A leg that is up and stays without connected
 * media has failed after three seconds; it is not ended for that.
 */
import type { LegMedia, LegState } from '../../nouns/call.ts';
import type { MediaSession } from '../media/session.ts';
import type { Clock, Timer } from '../time/clock.ts';

/**
 * Time that a browser's handshake, or a telephone's first packet, may take after the answer, in milliseconds. The operator
 * must be able to read about it within three seconds (W28).
 */
const PATIENCE_MS = 2900;

/** A leg, as far as its media is concerned. */
interface Watched {
  readonly live: boolean;
  readonly state: LegState;
  readonly media: MediaSession | undefined;
  whenOver(act: () => void): void;
}

export class MediaWatch {
  /** As it was last looked at: what a leg had when it ended is kept. */
  view: LegMedia = { state: 'connecting' };
  #timer: Timer | undefined;
  #overdue = false;
  #media: MediaSession | undefined;

  /** Looks at the leg again. @param changed called later, when its media has changed by itself */
  follow(leg: Watched, clock: Clock, changed: () => void): void {
    const { media } = leg;
    if (!media || !leg.live) return;
    if (this.#media !== media) this.#begin(leg, media, changed);
    const { connection } = media;
    if (connection.state !== 'connecting') {
      this.#calm();
    } else if (leg.state === 'answered' && !this.#overdue) {
      this.#timer ??= clock.after(PATIENCE_MS, () => {
        this.#timer = undefined;
        this.#overdue = true;
        changed();
      });
    }
    if (connection.state === 'connected') this.view = { state: 'connected' };
    else if (connection.state === 'failed' || this.#overdue) this.view = { state: 'failed', why: connection.why };
    else this.view = { state: 'connecting' };
  }

  /** A leg that is redirected or taken back has other media, and with it all its time again. */
  #begin(leg: Watched, media: MediaSession, changed: () => void): void {
    if (this.#media) this.#calm();
    else leg.whenOver(() => this.#calm());
    this.#media = media;
    media.onConnection(changed);
  }

  #calm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#overdue = false;
  }
}
