import { reasonPhrase } from './reasons.ts';
import { printWarning } from './warning.ts';

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

/** What may not stand in a Reason-Phrase. RFC 3261 §25.1. */
const NO_PHRASE = /[^\w !$&'()*+,\-./:;=?@~%]+|%(?![\da-fA-F]{2})/g;
const LONGEST_PHRASE = 90;

/** A reason phrase that says what is wrong. */
export function phraseOf(detail: string): string {
  return detail.slice(0, LONGEST_PHRASE).replace(NO_PHRASE, ' ').replaceAll(/ {2,}/g, ' ').trim();
}

/** Reason phrase and Warning of a 400: which header field it is, and what is wrong with it, for whoever reads the trace. */
export function explained(detail: string): { readonly reason: string; readonly headers: [string, string][] } {
  return { reason: phraseOf(detail), headers: [['Warning', printWarning(399, detail)]] };
}
