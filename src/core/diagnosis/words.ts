/** Names and spans as findings say them. */
import type { SipMessage } from '../message/index.ts';
import type { Attempt } from './attempt.ts';

/** Who a lifeline is, for the middle of a sentence. */
export function nameOf({ ladder }: Pick<Attempt, 'ladder'>, id: string): string {
  const line = ladder.lifelines.find((each) => each.id === id);
  if (!line) return 'a leg that is not in the trace';
  if (line.role === 'trunk') return 'the trunk';
  if (line.role === 'console') return 'the console';
  return line.label;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The target's name where the trunk knows one. */
export function targetName({ transfer, target }: Attempt): string {
  return transfer?.target.name || transfer?.target.number || target || 'the target';
}

/** `812 ms`, from ten seconds on `12.3 s`. */
export function span(ms: number): string {
  return ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** `486 Busy Here` */
export function statusText({ status, reason }: { status: number; reason: string }): string {
  return `${status} ${reason}`.trim();
}

/** What a Warning says, without its code and its agent. RFC 3261 §20.43. */
export function warningOf(message: SipMessage | undefined): string | undefined {
  return /^\s*\d{3}\s+\S+\s+"((?:[^"\\]|\\.)*)"/.exec(message?.headers.get('Warning') ?? '')?.[1];
}
