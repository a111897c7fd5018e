import { describe, expect, it } from 'vitest';
import type { ServerEffect, ServerInput } from '../../src/core/transaction/machine.ts';
import {
  startNonInviteServer,
  stepNonInviteServer,
  type NonInviteServer,
} from '../../src/core/transaction/non-invite-server.ts';
import { ack, broken, checkTable, r100, r180, r200, r408, r486, TCP, UDP, type Row } from './table.ts';

const trying: NonInviteServer = { at: 'Trying', late: false };
const tryingLate: NonInviteServer = { at: 'Trying', late: true };
const proceeding: NonInviteServer = { at: 'Proceeding', last: r100, late: false };
const proceedingLate: NonInviteServer = { at: 'Proceeding', last: r100, late: true };
const completed: NonInviteServer = { at: 'Completed', last: r200 };
const terminated: NonInviteServer = { at: 'Terminated' };
const states = { trying, tryingLate, proceeding, proceedingLate, completed, terminated };

const inputs: Record<string, ServerInput> = {
  request: { input: 'request' },
  ack: { input: 'ack', ack },
  '100': { input: 'respond', response: r100 },
  '180': { input: 'respond', response: r180 },
  '200': { input: 'respond', response: r200 },
  '408': { input: 'respond', response: r408 },
  '486': { input: 'respond', response: r486 },
  timerTrying: { input: 'timer', timer: 'trying' },
  timerF: { input: 'timer', timer: 'F' },
  timerJ: { input: 'timer', timer: 'J' },
  transportError: { input: 'transportError', why: broken },
};

const send = (response: typeof r100): ServerEffect => ({ do: 'send', response });
const disarm = (timer: 'trying' | 'F'): ServerEffect => ({ do: 'disarm', timer });
const armJ: ServerEffect = { do: 'arm', timer: 'J', ms: 32_000 };
/** 32 s after the request, of which 3.5 s have passed. */
const armF: ServerEffect = { do: 'arm', timer: 'F', ms: 28_500 };
const tellFailure: ServerEffect = { do: 'tellFailure', why: broken };
const done: ServerEffect = { do: 'end', why: 'done' };
const waiting = ['trying', 'tryingLate', 'proceeding', 'proceedingLate'];

const common: Row<NonInviteServer, ServerEffect>[] = [
  ['trying', 'timerTrying', tryingLate, [{ do: 'trying' }, armF]],
  ['tryingLate', 'timerTrying', tryingLate, [{ do: 'trying' }, armF]],
  ['proceeding', 'timerTrying', proceedingLate, [armF]],
  ['proceedingLate', 'timerTrying', proceedingLate, [armF]],
  ['tryingLate', '100', proceedingLate, [send(r100)]],
  ['proceeding', 'request', proceeding, [send(r100)]],
  ['proceedingLate', 'request', proceedingLate, [send(r100)]],
  ...waiting.flatMap((state): Row<NonInviteServer, ServerEffect>[] => [
    [state, '408', terminated, [done]],
    [state, 'timerF', terminated, [done]],
    [state, 'transportError', states[state as keyof typeof states], [tellFailure]],
  ]),
  ['completed', 'request', completed, [send(r200)]],
  ['completed', 'timerJ', terminated, [done]],
  ['completed', 'transportError', completed, [tellFailure]],
];

it('the non-INVITE server machine starts in Trying and waits until the client has slowed down to T2', () => {
  expect(startNonInviteServer(UDP)).toEqual([trying, [{ do: 'arm', timer: 'trying', ms: 3500 }]]);
});

describe('the non-INVITE server machine over UDP', () => {
  checkTable(stepNonInviteServer, UDP, states, inputs, [
    ...common,
    ...waiting.flatMap((state): Row<NonInviteServer, ServerEffect>[] => {
      const armed = disarm(state.endsWith('Late') ? 'F' : 'trying');
      return [
        [state, '200', { at: 'Completed', last: r200 }, [armed, send(r200), armJ]],
        [state, '486', { at: 'Completed', last: r486 }, [armed, send(r486), armJ]],
      ];
    }),
  ]);
});

describe('the non-INVITE server machine over a reliable transport', () => {
  checkTable(stepNonInviteServer, TCP, states, inputs, [
    ...common,
    ['trying', '100', proceeding, [send(r100)]],
    ...waiting.flatMap((state): Row<NonInviteServer, ServerEffect>[] => [
      [state, '200', terminated, [send(r200), done]],
      [state, '486', terminated, [send(r486), done]],
    ]),
  ]);
});
