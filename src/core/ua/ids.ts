/** Makes the tokens that name dialogs. Injected, so that tests can repeat a run. */
export interface Ids {
  tag(): string;
  callId(): string;
  /** A number in [0, 1), for waits that two sides are to choose differently. */
  fraction(): number;
}

/** @param random bytes → unguessable hexadecimal text of twice that length (RFC 3261 §19.3 asks for 32 bits or more) */
export function createIds(random: (bytes: number) => string): Ids {
  return { tag: () => random(6), callId: () => random(14), fraction: () => Number.parseInt(random(4), 16) / 2 ** 32 };
}
