import { err, ok, type Result } from '../message/result.ts';

/** The payload of a telephone-event packet. RFC 4733 §2.3. */
export interface TelephoneEvent {
  /** 0–9, 10 `*`, 11 `#`, 12–15 `A`–`D`. */
  readonly event: number;
  readonly end: boolean;
  /** 0–63, in -dBm0. */
  readonly volume: number;
  /** Since the event began, in units of 1/8000 s. */
  readonly duration: number;
}

/** DTMF is events 0–15; the rest of the registry (modem tones, trunk signals) is not ours. RFC 4733 §3.2. */
const LAST_DTMF_EVENT = 15;

export function parseTelephoneEvent(payload: Uint8Array): Result<TelephoneEvent, string> {
  if (payload.length < 4) return err('shorter than four bytes');
  const [event, flags, high, low] = payload as unknown as [number, number, number, number];
  if (event > LAST_DTMF_EVENT) return err(`event ${event} is not a DTMF digit`);
  return ok({ event, end: flags > 0x7f, volume: flags & 0x3f, duration: (high << 8) | low });
}

export function writeTelephoneEvent({ event, end, volume, duration }: TelephoneEvent): Uint8Array {
  return Uint8Array.of(event, (end ? 0x80 : 0) | volume, duration >> 8, duration & 0xff);
}

const KEYS = '0123456789*#ABCD';

/** The key of a telephone keypad that sends this event. */
export function keyOfEvent(event: number): string | undefined {
  return KEYS[event];
}

/** @returns undefined when no such key exists */
export function eventOfKey(key: string): number | undefined {
  const event = KEYS.indexOf(key.toUpperCase());
  return key.length === 1 && event >= 0 ? event : undefined;
}
