import { isV6 } from './description.ts';

/**
 * The o= line of one session's descriptions, offers and answers alike. Its version rises by one whenever the rest
 * changed, and only then. RFC 3264 §8.
 */
export class Origin {
  readonly #address: string;
  readonly #sessionId: number;
  #version: number;
  #last: string | undefined;

  /** @param sessionId any number; random, so that two sessions of one host differ */
  constructor(host: string, sessionId: number) {
    this.#address = `IN ${isV6(host) ? 'IP6' : 'IP4'} ${host}`;
    this.#sessionId = sessionId;
    this.#version = sessionId;
  }

  /** A whole description, from its m= lines on. */
  describe(media: readonly string[]): string {
    return this.#around('v=0\r\n', ['', 's=-', `c=${this.#address}`, 't=0 0', ...media, ''].join('\r\n'));
  }

  /** Puts our o= line in the place of a description's own. */
  stamp(sdp: string): string {
    const [before = '', after = ''] = sdp.split(/^o=.*$/m, 2);
    return this.#around(before, after);
  }

  #around(before: string, after: string): string {
    if (this.#last !== undefined && this.#last !== after) this.#version += 1;
    this.#last = after;
    return `${before}o=patchcord ${this.#sessionId} ${this.#version} ${this.#address}${after}`;
  }
}
