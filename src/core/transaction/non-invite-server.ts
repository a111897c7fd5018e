import type { SipResponse } from '../message/index.ts';
import { unreachable, type Next, type ServerEffect, type ServerInput } from './machine.ts';
import { patienceMs, slowdownMs, type Setup } from './timers.ts';

/**
 * Non-INVITE server transaction. RFC 3261 §17.2.2 as RFC 4320 §4 restricts it: no provisional response but a
 * late 100, and never a 408, which would only reach a client that has given up.
 * `late` says that the client's Timer E has slowed down to T2.
 */
export type NonInviteServer =
  | { readonly at: 'Trying'; readonly late: boolean }
  | { readonly at: 'Proceeding'; readonly last: SipResponse; readonly late: boolean }
  | { readonly at: 'Completed'; readonly last: SipResponse }
  | { readonly at: 'Terminated' };

type Result = Next<NonInviteServer, ServerEffect>;

export function startNonInviteServer({ timers }: Setup): Result {
  return [{ at: 'Trying', late: false }, [{ do: 'arm', timer: 'trying', ms: slowdownMs(timers) }]];
}

export function stepNonInviteServer(state: NonInviteServer, input: ServerInput, setup: Setup): Result {
  // A response that cannot be sent changes no state. RFC 6026 §8.8.
  if (input.input === 'transportError') {
    return [state, state.at === 'Terminated' ? [] : [{ do: 'tellFailure', why: input.why }]];
  }
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

type Fed = Exclude<ServerInput, { input: 'transportError' }>;

function trying(state: NonInviteServer & { at: 'Trying' }, input: Fed, setup: Setup): Result {
  switch (input.input) {
    case 'respond': {
      const { response } = input;
      if (response.status >= 200) return answered(response, setup, state.late);
      const allowed = response.status === 100 && (setup.reliable || state.late);
      if (!allowed) return [state, []];
      return [{ at: 'Proceeding', last: response, late: state.late }, [{ do: 'send', response }]];
    }
    case 'timer':
      if (input.timer === 'trying') return [{ at: 'Trying', late: true }, [{ do: 'trying' }, awaitGivingUp(setup)]];
      return input.timer === 'F' ? done() : [state, []];
    case 'request':
    case 'ack':
      return [state, []];
  }
}

function proceeding(state: NonInviteServer & { at: 'Proceeding' }, input: Fed, setup: Setup): Result {
  switch (input.input) {
    case 'request':
      return [state, [{ do: 'send', response: state.last }]];
    case 'respond':
      return input.response.status >= 200 ? answered(input.response, setup, state.late) : [state, []];
    case 'timer':
      if (input.timer === 'trying') return [{ ...state, late: true }, [awaitGivingUp(setup)]];
      return input.timer === 'F' ? done() : [state, []];
    case 'ack':
      return [state, []];
  }
}

function completed(state: NonInviteServer & { at: 'Completed' }, input: Fed): Result {
  switch (input.input) {
    case 'request':
      return [state, [{ do: 'send', response: state.last }]];
    case 'timer':
      return input.timer === 'J' ? done() : [state, []];
    case 'respond':
    case 'ack':
      return [state, []];
  }
}

function answered(last: SipResponse, { reliable, timers }: Setup, late: boolean): Result {
  if (last.status === 408) return done();
  const send: ServerEffect = { do: 'send', response: last };
  // Timer J is zero on a reliable transport: the request will not come twice.
  if (reliable) return [{ at: 'Terminated' }, [send, { do: 'end', why: 'done' }]];
  return [
    { at: 'Completed', last },
    [{ do: 'disarm', timer: late ? 'F' : 'trying' }, send, { do: 'arm', timer: 'J', ms: patienceMs(timers) }],
  ];
}

/** The client stops waiting when its Timer F fires; a transaction that nobody waits for ends too. RFC 4320 §4.2. */
function awaitGivingUp({ timers }: Setup): ServerEffect {
  return { do: 'arm', timer: 'F', ms: patienceMs(timers) - slowdownMs(timers) };
}

function done(): Result {
  return [{ at: 'Terminated' }, [{ do: 'end', why: 'done' }]];
}
