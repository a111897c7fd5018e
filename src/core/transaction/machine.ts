import type { SipRequest, SipResponse } from '../message/index.ts';
import type { Setup } from './timers.ts';

/**
 * A machine is a pure function from state and input to the next state and the effects a runner performs.
 * An input that a state does not list changes nothing: stale timers, late messages.
 * Effects that call the user come last, since the user may feed the machine again from within.
 */
export type Step<State, Input, Effect> = (state: State, input: Input, setup: Setup) => Next<State, Effect>;
export type Next<State, Effect> = readonly [State, readonly Effect[]];

/** `cancel` limits the wait for a final response after CANCEL (RFC 3261 §9.1); it has no letter there. */
export type ClientTimer = 'A' | 'B' | 'D' | 'E' | 'F' | 'K' | 'M' | 'cancel';

export type ClientInput =
  | { readonly input: 'response'; readonly response: SipResponse }
  | { readonly input: 'timer'; readonly timer: ClientTimer }
  | { readonly input: 'transportError'; readonly why: Error }
  | { readonly input: 'cancel' };

export type ClientEffect =
  | { readonly do: 'send' }
  | { readonly do: 'ack'; readonly response: SipResponse }
  | { readonly do: 'cancel' }
  | { readonly do: 'arm'; readonly timer: ClientTimer; readonly ms: number }
  | { readonly do: 'disarm'; readonly timer: ClientTimer }
  | { readonly do: 'tell'; readonly response: SipResponse }
  | { readonly do: 'end'; readonly why: ClientEnd };

type ClientEnd = 'done' | 'timeout' | Error;

/** `trying` is the delay before an automatic 100 (RFC 3261 §17.2.1, RFC 4320 §4.1); it has no letter there. */
export type ServerTimer = 'F' | 'G' | 'H' | 'I' | 'J' | 'L' | 'trying';

export type ServerInput =
  | { readonly input: 'request' }
  | { readonly input: 'ack'; readonly ack: SipRequest }
  | { readonly input: 'respond'; readonly response: SipResponse }
  | { readonly input: 'timer'; readonly timer: ServerTimer }
  | { readonly input: 'transportError'; readonly why: Error };

export type ServerEffect =
  | { readonly do: 'send'; readonly response: SipResponse }
  /** Make a 100 Trying and feed it back as if the user had responded with it. */
  | { readonly do: 'trying' }
  | { readonly do: 'arm'; readonly timer: ServerTimer; readonly ms: number }
  | { readonly do: 'disarm'; readonly timer: ServerTimer }
  | { readonly do: 'tellAck'; readonly ack: SipRequest }
  | { readonly do: 'tellFailure'; readonly why: Error }
  | { readonly do: 'end'; readonly why: ServerEnd };

type ServerEnd = 'done' | 'timeout';

/** Makes forgetting a state a type error. */
export function unreachable(state: never): never {
  throw new Error(`no such state: ${JSON.stringify(state)}`);
}
