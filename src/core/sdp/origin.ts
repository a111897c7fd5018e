import { isIPv6 } from 'node:net';

/**
 * Writes one session's descriptions, offers and answers alike. The o= version rises by one whenever the rest changed,
 * and only then. RFC 3264 §8.
 */
export class Origin {
  readonly #address: string;
  readonly #sessionId: number;
  #version: number;
  #last: string | undefined;

  /** @param sessionId any number; random, so that two sessions of one host differ */
  constructor(host: string, sessionId: number) {
    this.#address = `IN ${isIPv6(host) ? 'IP6' : 'IP4'} ${host}`;
    this.#sessionId = sessionId;
    this.#version = sessionId;
  }

  describe(media: readonly string[]): string {
    const body = media.join('\r\n');
    if (this.#last !== undefined && this.#last !== body) this.#version += 1;
    this.#last = body;
    const origin = `o=patchcord ${this.#sessionId} ${this.#version} ${this.#address}`;
    return ['v=0', origin, 's=-', `c=${this.#address}`, 't=0 0', body, ''].join('\r\n');
  }
}
