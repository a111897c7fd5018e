/** How the contract travels over HTTP: one POST a command, one WebSocket for all events. */
import { z } from 'zod';
import type { CommandError } from './commands.ts';

/** `POST {commandPath}<command>`, bearer token, JSON both ways. A failure's body is `{ error: CommandError }`. */
export const commandPath = '/contract/';

/** The WebSocket of events. Its first message from the client is `Hello`, its first answer `Subscribed`. */
export const eventsPath = '/contract/events';

/** The token travels in a message: an address ends up in logs and histories. */
export const Hello = z.strictObject({ token: z.string() });
export type Hello = z.infer<typeof Hello>;

export const Subscribed = z.strictObject({ type: z.literal('subscribed') });
export type Subscribed = z.infer<typeof Subscribed>;

/** Close codes of the event socket (RFC 6455 §7.4.2: 4000 and up are the application's). */
export const closeCodes = {
  /** Wrong token, or none in time. Trying again will not help. */
  unauthorized: 4401,
} as const;

/** The HTTP status of each failure. */
export const statusOf: Record<CommandError['code'], number> = {
  'bad-request': 400,
  'not-found': 404,
  refused: 409,
  unavailable: 503,
  internal: 500,
};

/** The token from a page address of the form `http://127.0.0.1:8060/#token=…`. */
export function tokenOfFragment(fragment: string): string | undefined {
  return new URLSearchParams(fragment.replace(/^#/, '')).get('token') ?? undefined;
}
