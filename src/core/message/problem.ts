import { reasonPhrase } from './reasons.ts';

/** Why a request cannot be served, as the answer a UAS gives. */
export interface Problem {
  status: number;
  /** Reason phrase for the response. */
  reason: string;
  /** What exactly is wrong, in words, for people. */
  detail: string;
}

export function problem(status: number, detail: string): Problem {
  return { status, reason: reasonPhrase(status), detail };
}
