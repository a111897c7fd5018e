import type { SipResponse } from '../message/index.ts';
import { unreachable, type ClientEffect, type ClientInput, type Next } from './machine.ts';
import { patienceMs, type Setup } from './timers.ts';

/** Non-INVITE client transaction. RFC 3261 §17.1.2. */
export type NonInviteClient =
  | { readonly at: 'Trying'; readonly intervalMs: number }
  | { readonly at: 'Proceeding' }
  | { readonly at: 'Completed' }
  | { readonly at: 'Terminated' };

type Result = Next<NonInviteClient, ClientEffect>;

export function startNonInviteClient({ reliable, timers }: Setup): Result {
  const effects: ClientEffect[] = [{ do: 'send' }, { do: 'arm', timer: 'F', ms: patienceMs(timers) }];
  if (!reliable) effects.push({ do: 'arm', timer: 'E', ms: timers.T1 });
  return [{ at: 'Trying', intervalMs: timers.T1 }, effects];
}

export function stepNonInviteClient(state: NonInviteClient, input: ClientInput, setup: Setup): Result {
  switch (state.at) {
    case 'Trying':
      return trying(state, input, setup);
    case 'Proceeding':
      return proceeding(state, input, setup);
    case 'Completed':
      return completed(state, input);
    case 'Terminated':
      return [state, []];
    default:
      return unreachable(state);
  }
}

function trying(state: NonInviteClient & { at: 'Trying' }, input: ClientInput, setup: Setup): Result {
  switch (input.input) {
    case 'timer':
      if (input.timer === 'E') {
        const intervalMs = Math.min(2 * state.intervalMs, setup.timers.T2);
        return [{ at: 'Trying', intervalMs }, [{ do: 'send' }, { do: 'arm', timer: 'E', ms: intervalMs }]];
      }
      return input.timer === 'F' ? end('timeout') : [state, []];
    case 'transportError':
      return end(input.why);
    case 'response':
      return input.response.status >= 200
        ? answered(input.response, setup)
        : [{ at: 'Proceeding' }, [{ do: 'tell', response: input.response }]];
    case 'cancel':
      // CANCEL is for INVITE alone. RFC 3261 §9.1.
      return [state, []];
  }
}

function proceeding(state: NonInviteClient & { at: 'Proceeding' }, input: ClientInput, setup: Setup): Result {
  switch (input.input) {
    case 'timer':
      if (input.timer === 'E') return [state, [{ do: 'send' }, { do: 'arm', timer: 'E', ms: setup.timers.T2 }]];
      return input.timer === 'F' ? end('timeout') : [state, []];
    case 'transportError':
      return end(input.why);
    case 'response':
      return input.response.status >= 200
        ? answered(input.response, setup)
        : [state, [{ do: 'tell', response: input.response }]];
    case 'cancel':
      return [state, []];
  }
}

function completed(state: NonInviteClient & { at: 'Completed' }, input: ClientInput): Result {
  return input.input === 'timer' && input.timer === 'K' ? end('done') : [state, []];
}

function answered(response: SipResponse, { reliable, timers }: Setup): Result {
  const tell: ClientEffect = { do: 'tell', response };
  // Timer K is zero on a reliable transport: the response will not come twice.
  if (reliable) return [{ at: 'Terminated' }, [{ do: 'end', why: 'done' }, tell]];
  return [
    { at: 'Completed' },
    [{ do: 'disarm', timer: 'E' }, { do: 'disarm', timer: 'F' }, { do: 'arm', timer: 'K', ms: timers.T4 }, tell],
  ];
}

function end(why: 'done' | 'timeout' | Error): Result {
  return [{ at: 'Terminated' }, [{ do: 'end', why }]];
}
