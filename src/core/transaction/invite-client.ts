import type { SipResponse } from '../message/index.ts';
import { unreachable, type ClientEffect, type ClientInput, type Next } from './machine.ts';
import { patienceMs, type Setup } from './timers.ts';

/** INVITE client transaction. RFC 3261 §17.1.1 as RFC 6026 §8.4 corrects it, with CANCEL after RFC 3261 §9.1. */
export type InviteClient =
  | { readonly at: 'Calling'; readonly intervalMs: number; readonly cancelWanted: boolean }
  | { readonly at: 'Proceeding'; readonly cancelled: boolean }
  | { readonly at: 'Completed' }
  | { readonly at: 'Accepted' }
  | { readonly at: 'Terminated' };

type Result = Next<InviteClient, ClientEffect>;

export function startInviteClient({ reliable, timers }: Setup): Result {
  const effects: ClientEffect[] = [{ do: 'send' }, { do: 'arm', timer: 'B', ms: patienceMs(timers) }];
  if (!reliable) effects.push({ do: 'arm', timer: 'A', ms: timers.T1 });
  return [{ at: 'Calling', intervalMs: timers.T1, cancelWanted: false }, effects];
}

export function stepInviteClient(state: InviteClient, input: ClientInput, setup: Setup): Result {
  switch (state.at) {
    case 'Calling':
      return calling(state, input, setup);
    case 'Proceeding':
      return proceeding(state, input, setup);
    case 'Completed':
      return completed(state, input);
    case 'Accepted':
      return accepted(state, input);
    case 'Terminated':
      return [state, []];
    default:
      return unreachable(state);
  }
}

function calling(state: InviteClient & { at: 'Calling' }, input: ClientInput, setup: Setup): Result {
  switch (input.input) {
    case 'timer':
      if (input.timer === 'A') {
        const intervalMs = 2 * state.intervalMs;
        return [{ ...state, intervalMs }, [{ do: 'send' }, { do: 'arm', timer: 'A', ms: intervalMs }]];
      }
      return input.timer === 'B' ? timedOut() : [state, []];
    case 'transportError':
      return failed(input.why);
    case 'response': {
      const { response } = input;
      if (response.status >= 300) return rejected(response, setup, ['A', 'B']);
      if (response.status >= 200) return answered(response, setup, ['A', 'B']);
      const effects: ClientEffect[] = disarm(['A', 'B']);
      if (state.cancelWanted) effects.push(...sendCancel(setup));
      effects.push({ do: 'tell', response });
      return [{ at: 'Proceeding', cancelled: state.cancelWanted }, effects];
    }
    case 'cancel':
      // A CANCEL may overtake an INVITE that nobody has shown to have received. RFC 3261 §9.1.
      return [{ ...state, cancelWanted: true }, []];
  }
}

function proceeding(state: InviteClient & { at: 'Proceeding' }, input: ClientInput, setup: Setup): Result {
  switch (input.input) {
    case 'timer':
      return input.timer === 'cancel' && state.cancelled ? timedOut() : [state, []];
    case 'transportError':
      return failed(input.why);
    case 'response': {
      const { response } = input;
      const armed = state.cancelled ? (['cancel'] as const) : [];
      if (response.status >= 300) return rejected(response, setup, armed);
      if (response.status >= 200) return answered(response, setup, armed);
      return [state, [{ do: 'tell', response }]];
    }
    case 'cancel':
      return state.cancelled ? [state, []] : [{ at: 'Proceeding', cancelled: true }, sendCancel(setup)];
  }
}

function completed(state: InviteClient & { at: 'Completed' }, input: ClientInput): Result {
  switch (input.input) {
    case 'response':
      return [state, input.response.status >= 300 ? [{ do: 'ack', response: input.response }] : []];
    case 'timer':
      return input.timer === 'D' ? done() : [state, []];
    case 'transportError':
      // The user has its final response, so the lost ACK is not reported to it a second time; the next
      // retransmission of the response gets another one.
      return [state, []];
    case 'cancel':
      return [state, []];
  }
}

function accepted(state: InviteClient & { at: 'Accepted' }, input: ClientInput): Result {
  switch (input.input) {
    case 'response':
      return [state, isSuccess(input.response) ? [{ do: 'tell', response: input.response }] : []];
    case 'timer':
      return input.timer === 'M' ? done() : [state, []];
    case 'transportError':
    case 'cancel':
      return [state, []];
  }
}

function answered(response: SipResponse, { timers }: Setup, armed: readonly Armed[]): Result {
  return [
    { at: 'Accepted' },
    [...disarm(armed), { do: 'arm', timer: 'M', ms: patienceMs(timers) }, { do: 'tell', response }],
  ];
}

function rejected(response: SipResponse, { reliable, timers }: Setup, armed: readonly Armed[]): Result {
  const ack: ClientEffect = { do: 'ack', response };
  const tell: ClientEffect = { do: 'tell', response };
  // Timer D is zero on a reliable transport: nothing will be retransmitted.
  if (reliable) return [{ at: 'Terminated' }, [ack, { do: 'end', why: 'done' }, tell]];
  return [{ at: 'Completed' }, [...disarm(armed), ack, { do: 'arm', timer: 'D', ms: timers.D }, tell]];
}

function sendCancel({ timers }: Setup): ClientEffect[] {
  return [{ do: 'cancel' }, { do: 'arm', timer: 'cancel', ms: patienceMs(timers) }];
}

type Armed = 'A' | 'B' | 'cancel';

function disarm(armed: readonly Armed[]): ClientEffect[] {
  return armed.map((timer) => ({ do: 'disarm', timer }));
}

function isSuccess({ status }: SipResponse): boolean {
  return status >= 200 && status < 300;
}

function done(): Result {
  return [{ at: 'Terminated' }, [{ do: 'end', why: 'done' }]];
}

function timedOut(): Result {
  return [{ at: 'Terminated' }, [{ do: 'end', why: 'timeout' }]];
}

function failed(why: Error): Result {
  return [{ at: 'Terminated' }, [{ do: 'end', why }]];
}
