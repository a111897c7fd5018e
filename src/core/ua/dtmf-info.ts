/** Keys in the body of an INFO. No RFC has it; both forms are what telephones and gateways send. W13. */
import { bodyText, type SipRequest } from '../message/index.ts';
import { err, ok, type Result } from '../message/result.ts';
import { eventOfKey, keyOfEvent } from '../rtp/dtmf.ts';

export interface KeyPress {
  /** `0`–`9`, `*`, `#`, `A`–`D`. */
  readonly key: string;
  /** How long it was pressed, where the INFO says so. */
  readonly durationMs: number | undefined;
}

/** `Signal=5` and `Duration=160` in milliseconds, a line each; and the key alone. */
export const DTMF_TYPES = ['application/dtmf-relay', 'application/dtmf'] as const;
export type DtmfType = (typeof DTMF_TYPES)[number];

/** A body holds a line or two. */
const LONGEST = 256;

/** @returns the error in words for whoever sent it */
export function readDtmfInfo(type: DtmfType, request: SipRequest): Result<KeyPress, string> {
  const text = bodyText(request);
  if (text.length > LONGEST) return err('too long for a key');
  const relay = type === 'application/dtmf-relay';
  const signal = relay ? field(text, 'signal') : (field(text, 'signal') ?? text.trim());
  if (signal === undefined) return err('no Signal=');
  const key = keyOf(signal);
  if (key === undefined) return err('no such key');
  const duration = field(text, 'duration');
  if (duration !== undefined && !/^\d{1,5}$/.test(duration)) return err('Duration= is no number of milliseconds');
  return ok({ key, durationMs: duration === undefined ? undefined : Number(duration) });
}

function field(text: string, name: string): string | undefined {
  return new RegExp(`^[ \\t]*${name}[ \\t]*=[ \\t]*(\\S*)`, 'im').exec(text)?.[1];
}

/** Some send the number of the event in place of `*`, `#` and the letters. RFC 4733 §3.2. */
function keyOf(signal: string): string | undefined {
  const key = /^1[0-5]$/.test(signal) ? keyOfEvent(Number(signal)) : signal.toUpperCase();
  return key !== undefined && eventOfKey(key) !== undefined ? key : undefined;
}
