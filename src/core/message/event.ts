import { isToken, parseNumber } from './chars.ts';
import { parseWithParams } from './params.ts';
import type { Params } from './params.ts';
import { err, ok } from './result.ts';
import type { Result } from './result.ts';

/** The value of Event. RFC 6665 §8.2.1. Event types compare by letter case, and an absent id is not an empty one (§8.2.1). */
interface EventHeader {
  eventType: string;
  id?: string;
  params: Params;
}

export function parseEvent(text: string): Result<EventHeader, string> {
  const parsed = parseWithParams(text);
  if (!parsed.ok) return err(`Event: ${parsed.error}`);
  const { value, params } = parsed.value;
  if (!isToken(value)) return err('Event: the event type is not a token');
  const id = params.get('id');
  return ok(id === undefined ? { eventType: value, params } : { eventType: value, id, params });
}

/** The value of Subscription-State. RFC 6665 §8.2.3. */
interface SubscriptionState {
  /** Lower case: active, pending, terminated, or an extension. */
  state: string;
  /** Lower case, as noresource or deactivated. */
  reason?: string;
  expiresSeconds?: number;
  retryAfterSeconds?: number;
}

export function parseSubscriptionState(text: string): Result<SubscriptionState, string> {
  const parsed = parseWithParams(text);
  if (!parsed.ok) return err(`Subscription-State: ${parsed.error}`);
  const { value, params } = parsed.value;
  if (!isToken(value)) return err('Subscription-State: the state is not a token');
  const subscription: SubscriptionState = { state: value.toLowerCase() };
  const reason = params.get('reason');
  const expiresSeconds = parseSeconds(params.get('expires') ?? '');
  const retryAfterSeconds = parseSeconds(params.get('retry-after') ?? '');
  if (reason !== undefined) subscription.reason = reason.toLowerCase();
  if (expiresSeconds !== undefined) subscription.expiresSeconds = expiresSeconds;
  if (retryAfterSeconds !== undefined) subscription.retryAfterSeconds = retryAfterSeconds;
  return ok(subscription);
}

export function printSubscriptionState(subscription: SubscriptionState): string {
  let out = subscription.state;
  if (subscription.reason !== undefined) out += `;reason=${subscription.reason}`;
  if (subscription.expiresSeconds !== undefined) out += `;expires=${subscription.expiresSeconds}`;
  if (subscription.retryAfterSeconds !== undefined) out += `;retry-after=${subscription.retryAfterSeconds}`;
  return out;
}

const maxSeconds = 2 ** 32 - 1;

/**
 * A delta-seconds value, as in Expires and Min-Expires: larger than 2^32-1 counts as that (RFC 3261 §20.19).
 * @returns undefined when it is not digits
 */
export function parseSeconds(text: string): number | undefined {
  const seconds = parseNumber(text, Number.POSITIVE_INFINITY);
  return seconds === undefined ? undefined : Math.min(seconds, maxSeconds);
}
