import { describe, expect, it } from 'vitest';
import type { ClientEffect, ClientInput } from '../../src/core/transaction/machine.ts';
import {
  startNonInviteClient,
  stepNonInviteClient,
  type NonInviteClient,
} from '../../src/core/transaction/non-invite-client.ts';
import { broken, checkTable, r100, r200, r486, TCP, UDP, type Row } from './table.ts';

const trying: NonInviteClient = { at: 'Trying', intervalMs: 500 };
const tryingSlow: NonInviteClient = { at: 'Trying', intervalMs: 4000 };
const proceeding: NonInviteClient = { at: 'Proceeding' };
const completed: NonInviteClient = { at: 'Completed' };
const terminated: NonInviteClient = { at: 'Terminated' };
const states = { trying, tryingSlow, proceeding, completed, terminated };

const inputs: Record<string, ClientInput> = {
  '100': { input: 'response', response: r100 },
  '200': { input: 'response', response: r200 },
  '486': { input: 'response', response: r486 },
  timerE: { input: 'timer', timer: 'E' },
  timerF: { input: 'timer', timer: 'F' },
  timerK: { input: 'timer', timer: 'K' },
  transportError: { input: 'transportError', why: broken },
  cancel: { input: 'cancel' },
};

const resend = (ms: number): ClientEffect[] => [{ do: 'send' }, { do: 'arm', timer: 'E', ms }];
const complete: ClientEffect[] = [
  { do: 'disarm', timer: 'E' },
  { do: 'disarm', timer: 'F' },
  { do: 'arm', timer: 'K', ms: 5000 },
];
const done: ClientEffect = { do: 'end', why: 'done' };
const tell100: ClientEffect = { do: 'tell', response: r100 };
const tell200: ClientEffect = { do: 'tell', response: r200 };
const tell486: ClientEffect = { do: 'tell', response: r486 };

const common: Row<NonInviteClient, ClientEffect>[] = [
  ['trying', 'timerE', { at: 'Trying', intervalMs: 1000 }, resend(1000)],
  ['tryingSlow', 'timerE', tryingSlow, resend(4000)],
  ['proceeding', 'timerE', proceeding, resend(4000)],
  ['completed', 'timerK', terminated, [done]],
  ['proceeding', '100', proceeding, [tell100]],
  ...['trying', 'tryingSlow', 'proceeding'].flatMap((state): Row<NonInviteClient, ClientEffect>[] => [
    [state, 'timerF', terminated, [{ do: 'end', why: 'timeout' }]],
    [state, 'transportError', terminated, [{ do: 'end', why: broken }]],
  ]),
  ['trying', '100', proceeding, [tell100]],
  ['tryingSlow', '100', proceeding, [tell100]],
];

describe('the non-INVITE client machine over UDP', () => {
  it('starts in Trying with Timers E and F', () => {
    expect(startNonInviteClient(UDP)).toEqual([
      { at: 'Trying', intervalMs: 500 },
      [{ do: 'send' }, { do: 'arm', timer: 'F', ms: 32_000 }, { do: 'arm', timer: 'E', ms: 500 }],
    ]);
  });
  checkTable(stepNonInviteClient, UDP, states, inputs, [
    ...common,
    ...['trying', 'tryingSlow', 'proceeding'].flatMap((state): Row<NonInviteClient, ClientEffect>[] => [
      [state, '200', completed, [...complete, tell200]],
      [state, '486', completed, [...complete, tell486]],
    ]),
  ]);
});

describe('the non-INVITE client machine over a reliable transport', () => {
  it('starts in Trying without Timer E', () => {
    expect(startNonInviteClient(TCP)[1]).toEqual([{ do: 'send' }, { do: 'arm', timer: 'F', ms: 32_000 }]);
  });
  checkTable(stepNonInviteClient, TCP, states, inputs, [
    ...common,
    ...['trying', 'tryingSlow', 'proceeding'].flatMap((state): Row<NonInviteClient, ClientEffect>[] => [
      [state, '200', terminated, [done, tell200]],
      [state, '486', terminated, [done, tell486]],
    ]),
  ]);
});
