/**
 * What a timer, a promise that nobody awaits, or a listener belongs to: a session, a call, an application (W3). When
 * one of them throws, its owner is told, and nobody else is the worse for it.
 */
export interface Owner {
  /** Logs the error with the owner's name and ends what it belongs to. May throw: then that is logged as well. */
  failed(error: unknown): void;
}
