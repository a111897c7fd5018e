/** The keys that the far end of a leg presses: each counts once, whoever listens, and however many packets it has. */
import type { MediaSession } from '../media/session.ts';
import { keyOfEvent } from '../rtp/dtmf.ts';
import { Presses } from '../rtp/presses.ts';

type Listener = (key: string) => void;

/** Keys that may wait for a listener. *Chosen here.* */
const MOST_AHEAD = 32;

export class Keys {
  readonly #presses = new Presses();
  readonly #listeners = new Set<Listener>();
  #tapped: MediaSession | undefined;
  /** Somebody has listened a moment ago, and somebody may again: what is pressed meanwhile is kept. */
  #between = false;
  #ahead: string[] = [];

  /**
   * Calls back with each key, by RFC 4733 or INFO; first with those that were pressed since the last listener stopped, so
   * that people who type fast lose none.
   * @returns stops it
   */
  listen(media: MediaSession | undefined, listener: Listener): () => void {
    this.#tap(media);
    this.#listeners.add(listener);
    // Not before whoever listens knows how to stop.
    if (this.#ahead.length > 0) queueMicrotask(() => this.#deliver());
    return () => {
      if (this.#listeners.delete(listener)) this.#between = true;
    };
  }

  /** Gives the key to the listener, or keeps it for the next one if one may come soon; else drops it. */
  pressed(key: string): void {
    if (this.#listeners.size === 0 && !this.#between) return;
    if (this.#ahead.length < MOST_AHEAD) this.#ahead.push(key);
    this.#deliver();
  }

  /** Drops what was pressed since the last listener, and what is pressed until the next one begins. */
  forget(): void {
    this.#between = false;
    this.#ahead = [];
  }

  /** The far end has other media now, and may be listened to in it. */
  moved(media: MediaSession): void {
    if (this.#tapped) this.#tap(media);
  }

  /** For as long as the media lasts: packets of a key may come after its listener has gone. */
  #tap(media: MediaSession | undefined): void {
    if (!media || this.#tapped === media) return;
    this.#tapped = media;
    media.tap({
      write: (frame) => {
        if (frame.kind !== 'dtmf' || !this.#presses.begins(frame)) return;
        const key = keyOfEvent(frame.event);
        if (key !== undefined) this.pressed(key);
      },
    });
  }

  #deliver(): void {
    while (this.#listeners.size > 0) {
      const key = this.#ahead.shift();
      if (key === undefined) return;
      for (const listener of this.#listeners) listener(key);
    }
  }
}
