import { explained, printWarning } from '../message/index.ts';

/** How a request is refused before anybody looks at what it wants. */
export interface Refusal {
  readonly status: number;
  /** By default the one that belongs to the status. */
  readonly reason?: string;
  readonly headers?: [string, string][];
}

/** What goes with the refusal of an offer: why, for whoever reads the trace (RFC 3261 §20.43). */
export function warningsOf(error: unknown): [string, string][] {
  if (!(error instanceof Error) || !('warning' in error) || typeof error.warning !== 'number') return [];
  return [['Warning', printWarning(error.warning, error.message)]];
}

/** 400 that says why. */
export function badRequest(detail: string): Refusal {
  return { status: 400, ...explained(detail) };
}
