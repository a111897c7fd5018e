import { explained } from '../message/index.ts';

/** How a request is refused before anybody looks at what it wants. */
export interface Refusal {
  readonly status: number;
  /** By default the one that belongs to the status. */
  readonly reason?: string;
  readonly headers?: [string, string][];
}

/** 400 that says why. */
export function badRequest(detail: string): Refusal {
  return { status: 400, ...explained(detail) };
}
