import type { SipResponse } from '../message/index.ts';
import { unreachable, type Next, type ServerEffect, type ServerInput } from './machine.ts';
import { patienceMs, type Setup } from './timers.ts';

/** INVITE server transaction. RFC 3261 §17.2.1 as RFC 6026 §8.5 and §8.8 correct it. */
export type InviteServer =
  | { readonly at: 'Proceeding'; readonly last: SipResponse | undefined }
  | { readonly at: 'Completed'; readonly last: SipResponse; readonly intervalMs: number }
  | { readonly at: 'Confirmed' }
  | { readonly at: 'Accepted' }
  | { readonly at: 'Terminated' };

type Result = Next<InviteServer, ServerEffect>;

export function startInviteServer({ timers }: Setup): Result {
  return [{ at: 'Proceeding', last: undefined }, [{ do: 'arm', timer: 'trying', ms: timers.trying }]];
}

export function stepInviteServer(state: InviteServer, input: ServerInput, setup: Setup): Result {
  // A response that cannot be sent changes no state: Timers H and L end what stays unanswered. RFC 6026 §8.8.
  if (input.input === 'transportError') {
    return [state, state.at === 'Terminated' ? [] : [{ do: 'tellFailure', why: input.why }]];
  }
  switch (state.at) {
    case 'Proceeding':
      return proceeding(state, input, setup);
    case 'Completed':
      return completed(state, input, setup);
    case 'Confirmed':
      return input.input === 'timer' && input.timer === 'I' ? end('done') : [state, []];
    case 'Accepted':
      return accepted(state, input);
    case 'Terminated':
      return [state, []];
    default:
      return unreachable(state);
  }
}

type Fed = Exclude<ServerInput, { input: 'transportError' }>;

function proceeding(state: InviteServer & { at: 'Proceeding' }, input: Fed, setup: Setup): Result {
  switch (input.input) {
    case 'request':
      return [state, state.last === undefined ? [] : [{ do: 'send', response: state.last }]];
    case 'respond': {
      const { response } = input;
      // Once a response has been sent, the automatic 100 is no longer armed.
      const before: ServerEffect[] = state.last === undefined ? [{ do: 'disarm', timer: 'trying' }] : [];
      if (response.status >= 300) return rejected(response, setup, before);
      if (response.status >= 200) {
        const wait: ServerEffect = { do: 'arm', timer: 'L', ms: patienceMs(setup.timers) };
        return [{ at: 'Accepted' }, [...before, { do: 'send', response }, wait]];
      }
      return [{ at: 'Proceeding', last: response }, [...before, { do: 'send', response }]];
    }
    case 'timer':
      return [state, input.timer === 'trying' && state.last === undefined ? [{ do: 'trying' }] : []];
    case 'ack':
      return [state, []];
  }
}

function completed(state: InviteServer & { at: 'Completed' }, input: Fed, setup: Setup): Result {
  const { timers, reliable } = setup;
  const resend: ServerEffect = { do: 'send', response: state.last };
  switch (input.input) {
    case 'request':
      return [state, [resend]];
    case 'timer':
      if (input.timer === 'G') {
        const intervalMs = Math.min(2 * state.intervalMs, timers.T2);
        return [{ ...state, intervalMs }, [resend, { do: 'arm', timer: 'G', ms: intervalMs }]];
      }
      return input.timer === 'H' ? end('timeout') : [state, []];
    case 'ack':
      // Timer I is zero on a reliable transport: no second ACK will come.
      if (reliable) return end('done');
      return [
        { at: 'Confirmed' },
        [
          { do: 'disarm', timer: 'G' },
          { do: 'disarm', timer: 'H' },
          { do: 'arm', timer: 'I', ms: timers.T4 },
        ],
      ];
    case 'respond':
      return [state, []];
  }
}

function accepted(state: InviteServer & { at: 'Accepted' }, input: Fed): Result {
  switch (input.input) {
    case 'respond':
      // The UAS core repeats its 2xx until the ACK comes. RFC 3261 §13.3.1.4.
      return [state, isSuccess(input.response) ? [{ do: 'send', response: input.response }] : []];
    case 'ack':
      return [state, [{ do: 'tellAck', ack: input.ack }]];
    case 'timer':
      return input.timer === 'L' ? end('done') : [state, []];
    case 'request':
      return [state, []];
  }
}

function rejected(last: SipResponse, { reliable, timers }: Setup, before: readonly ServerEffect[]): Result {
  const effects: ServerEffect[] = [
    ...before,
    { do: 'send', response: last },
    { do: 'arm', timer: 'H', ms: patienceMs(timers) },
  ];
  if (!reliable) effects.push({ do: 'arm', timer: 'G', ms: timers.T1 });
  return [{ at: 'Completed', last, intervalMs: timers.T1 }, effects];
}

function isSuccess({ status }: SipResponse): boolean {
  return status >= 200 && status < 300;
}

function end(why: 'done' | 'timeout'): Result {
  return [{ at: 'Terminated' }, [{ do: 'end', why }]];
}
