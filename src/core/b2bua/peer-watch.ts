/**
 * Notices that the far end of a leg is gone although nothing was said: no RTP and no RTCP for a time, or a WebRTC
 * connection that broke off (ICE consent of RFC 7675, DTLS). W5. What is on hold may be silent for long.
 */
import type { MediaSession } from '../media/session.ts';
import type { Clock, Timer } from '../time/clock.ts';
import type { Owner } from '../time/owner.ts';
import type { LegState, Loss } from '../../nouns/call.ts';

/** How long a peer may give no sign of life, in seconds; 0 for ever. */
export interface PeerTimeouts {
  readonly timeoutSeconds: number;
  /** While it is on hold, or has said that it will be silent. */
  readonly heldTimeoutSeconds: number;
}

export interface WatchedPeer {
  readonly state: LegState;
  readonly media: MediaSession | undefined;
  /** Its connection is gone, and its time to come back runs: that is another watch. */
  readonly orphan: object | undefined;
}

export interface PeerWatchUser {
  readonly clock: Clock;
  /** Whom its timer belongs to. */
  readonly owner: Owner;
  /** Asked each time, so that a change of the settings reaches live calls. */
  limits(): PeerTimeouts;
  lost(loss: Loss): void;
}

/** The settings may change meanwhile, and a peer may be put on hold or resumed by its own packets alone. */
const LOOK_MS = 10_000;
/** A browser whose page is reloaded closes its media before its connection: what is lost alone counts after this. */
const BROKEN_MS = 5000;

export class PeerWatch {
  readonly #leg: WatchedPeer;
  readonly #user: PeerWatchUser;
  #media: MediaSession | undefined;
  /** From when on signs of life are asked for. */
  #since = 0;
  /** When the connection for its media broke off. */
  #brokenAt: number | undefined;
  #timer: Timer | undefined;
  #dueAt = Infinity;

  constructor(leg: WatchedPeer, user: PeerWatchUser) {
    this.#leg = leg;
    this.#user = user;
  }

  /** Looks at the leg now, and from now on until `stop`. */
  look(): void {
    const { media, state, orphan } = this.#leg;
    if (state !== 'answered' || orphan || !media) {
      this.#media = undefined;
      return this.stop();
    }
    const { clock, owner } = this.#user;
    const now = clock.now();
    if (this.#media !== media) {
      this.#media = media;
      this.#since = now;
      this.#brokenAt = undefined;
    }
    const broken = media.connection.state === 'failed' && media.connection.why === 'lost';
    this.#brokenAt = broken ? (this.#brokenAt ?? now) : undefined;
    const [loss, leftMs] = this.#judge(media, now);
    if (leftMs <= 0) {
      this.stop();
      return this.#user.lost(loss);
    }
    const dueAt = now + Math.min(leftMs, LOOK_MS);
    if (this.#timer && this.#dueAt <= dueAt) return;
    this.#timer?.cancel();
    this.#dueAt = dueAt;
    const again = (): void => {
      this.#timer = undefined;
      this.look();
    };
    this.#timer = clock.after(dueAt - now, again, owner);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** @returns what it would be, and how long it still takes */
  #judge(media: MediaSession, now: number): [Loss, number] {
    const { timeoutSeconds, heldTimeoutSeconds } = this.#user.limits();
    const seconds = media.expected ? timeoutSeconds : heldTimeoutSeconds;
    const silentMs = Math.min(media.silentMs, now - this.#since);
    const leftMs = seconds === 0 ? Infinity : seconds * 1000 - silentMs;
    const brokenMs = this.#brokenAt === undefined ? Infinity : BROKEN_MS - (now - this.#brokenAt);
    if (brokenMs < leftMs) return [{ why: 'media-lost' }, brokenMs];
    return [{ why: 'no-media', seconds }, leftMs];
  }
}
