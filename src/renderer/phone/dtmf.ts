/** The keys of one call, sent one after another. */

/** What every platform hears at the first try: ITU-T Q.24 asks for 40 ms each; most senders use these. */
const TONE_MS = 100;
const GAP_MS = 70;
/** A tone whose end was not told is over by then. */
const LATE_MS = 400;
/** How often it is tried again while the media is not ready to send. */
const AGAIN_MS = 100;

export type ToneSender = Pick<RTCDTMFSender, 'canInsertDTMF' | 'insertDTMF'> & EventTarget;

/**
 * `insertDTMF` replaces what is still queued in the browser, so the queue is ours: the browser has one tone at a time.
 * Keys that are pressed before the media is ready wait for it.
 */
export class ToneQueue {
  readonly #sender: () => ToneSender | undefined;
  #waiting = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  #listening: ToneSender | undefined;

  /** @param sender of the call's audio, as soon as there is one */
  constructor(sender: () => ToneSender | undefined) {
    this.#sender = sender;
  }

  push(digit: string): void {
    this.#waiting += digit;
    if (this.#timer === undefined) this.#next();
  }

  /** The call is over: nothing more is sent. */
  clear(): void {
    this.#waiting = '';
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#listening?.removeEventListener('tonechange', this.#changed);
    this.#listening = undefined;
  }

  #next(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const [digit] = this.#waiting;
    if (digit === undefined) return;
    const sent = this.#send(digit);
    if (sent) this.#waiting = this.#waiting.slice(1);
    this.#timer = setTimeout(() => this.#next(), sent ? TONE_MS + GAP_MS + LATE_MS : AGAIN_MS);
  }

  #send(digit: string): boolean {
    const sender = this.#sender();
    if (!sender?.canInsertDTMF) return false;
    if (this.#listening !== sender) {
      this.#listening?.removeEventListener('tonechange', this.#changed);
      sender.addEventListener('tonechange', this.#changed);
      this.#listening = sender;
    }
    try {
      sender.insertDTMF(digit, TONE_MS, GAP_MS);
      return true;
    } catch {
      // Between the question and the order the media has gone: later.
      return false;
    }
  }

  /** An empty tone: the one before and its gap are over. https://www.w3.org/TR/webrtc/#dom-rtcdtmftonechangeevent-tone */
  readonly #changed = (event: Event): void => {
    if ((event as RTCDTMFToneChangeEvent).tone === '' && this.#timer !== undefined) this.#next();
  };
}
