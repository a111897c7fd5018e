/**
 * Which of a callee's descriptions counts. Each belongs to the dialog of its response: a forked INVITE has several, and the one
 * that answers wins. RFC 3261 §13.2.1, W10. A description in a provisional response that cannot be used costs nothing.
 */
import type { Logger } from '../log/logger.ts';
import type { SipResponse } from '../message/index.ts';
import type { MediaSession } from '../media/session.ts';
import { sends } from '../sdp/direction.ts';
import { sdpOf } from '../ua/description.ts';

/** A usable description, and the To tag of its dialog. */
interface Described {
  readonly tag: string;
  readonly sdp: string;
}

/** The callee took the call without saying where its sound goes. */
class NoDescription extends Error {
  readonly status = 488;
  /** RFC 3261 §20.43: incompatible media format. */
  readonly warning = 305;

  constructor() {
    super('the answer has no session description');
  }
}

export class CalleeAnswer {
  readonly #media: () => MediaSession | undefined;
  readonly #log: Logger;
  /** The newest of each dialog. */
  #known: Described[] = [];
  #inForce: Described | undefined;
  /** Descriptions are taken one after the other, in the order of their responses. */
  #taking: Promise<unknown> = Promise.resolve();

  /** @param media what the leg has now */
  constructor(media: () => MediaSession | undefined, log: Logger) {
    this.#media = media;
    this.#log = log;
  }

  /** The far end sends sound before it answers. */
  get early(): boolean {
    return this.#inForce !== undefined && sends(this.#media()?.remoteDirection ?? 'inactive');
  }

  /**
   * A provisional response. The newest description that can be used is in force, whichever dialog has it.
   * @returns whether this response brought one. Never rejects.
   */
  provisional(response: SipResponse): Promise<boolean> {
    const sdp = sdpOf(response);
    return this.#next(async () => {
      if (sdp === undefined) return false;
      try {
        await this.#use({ tag: response.head.toTag ?? '', sdp });
        return true;
      } catch (error) {
        this.#log.info({ error }, 'the description in a provisional response could not be used');
        return false;
      }
    });
  }

  /**
   * A 2xx: its description, else the one that its dialog gave before.
   * @throws NoCommonCodec, BadSdp or NoDescription when there is none that can be used
   */
  final(response: SipResponse): Promise<void> {
    const sdp = sdpOf(response);
    const tag = response.head.toTag ?? '';
    return this.#next(async () => {
      const earlier = this.#known.find((each) => each.tag === tag);
      if (sdp === undefined) {
        if (!earlier) throw new NoDescription();
        await this.#use(earlier);
        return;
      }
      try {
        await this.#use({ tag, sdp });
      } catch (error) {
        if (!earlier) throw error;
        this.#log.info({ error }, 'the description in the answer could not be used: the one before it stays');
        await this.#use(earlier);
      }
    });
  }

  /** The peer has changed its media by an offer in this dialog (UPDATE): what its response said before is in the past. */
  changed(tag: string): void {
    this.#inForce = this.#known.find((each) => each.tag === tag) ?? { tag, sdp: '' };
  }

  #next<T>(act: () => Promise<T>): Promise<T> {
    const acted = this.#taking.then(act);
    this.#taking = acted.catch(() => {});
    return acted;
  }

  async #use(described: Described): Promise<void> {
    const { tag, sdp } = described;
    if (this.#inForce?.tag === tag && this.#inForce.sdp === sdp) return;
    await this.#media()?.acceptAnswer(sdp);
    this.#known = [...this.#known.filter((each) => each.tag !== tag), described];
    this.#inForce = described;
  }
}
