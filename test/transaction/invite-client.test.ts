import { describe, expect, it } from 'vitest';
import { startInviteClient, stepInviteClient, type InviteClient } from '../../src/core/transaction/invite-client.ts';
import type { ClientEffect, ClientInput } from '../../src/core/transaction/machine.ts';
import { broken, checkTable, r100, r180, r200, r486, TCP, UDP, type Row } from './table.ts';

const calling: InviteClient = { at: 'Calling', intervalMs: 1000, cancelWanted: false };
const callingCancel: InviteClient = { at: 'Calling', intervalMs: 1000, cancelWanted: true };
const proceeding: InviteClient = { at: 'Proceeding', cancelled: false };
const proceedingCancelled: InviteClient = { at: 'Proceeding', cancelled: true };
const completed: InviteClient = { at: 'Completed' };
const accepted: InviteClient = { at: 'Accepted' };
const terminated: InviteClient = { at: 'Terminated' };
const states = { calling, callingCancel, proceeding, proceedingCancelled, completed, accepted, terminated };

const inputs: Record<string, ClientInput> = {
  '100': { input: 'response', response: r100 },
  '180': { input: 'response', response: r180 },
  '200': { input: 'response', response: r200 },
  '486': { input: 'response', response: r486 },
  timerA: { input: 'timer', timer: 'A' },
  timerB: { input: 'timer', timer: 'B' },
  timerD: { input: 'timer', timer: 'D' },
  timerM: { input: 'timer', timer: 'M' },
  timerCancel: { input: 'timer', timer: 'cancel' },
  transportError: { input: 'transportError', why: broken },
  cancel: { input: 'cancel' },
};

const offAB: ClientEffect[] = [
  { do: 'disarm', timer: 'A' },
  { do: 'disarm', timer: 'B' },
];
const offCancel: ClientEffect[] = [{ do: 'disarm', timer: 'cancel' }];
const sendCancel: ClientEffect[] = [{ do: 'cancel' }, { do: 'arm', timer: 'cancel', ms: 32_000 }];
const armM: ClientEffect = { do: 'arm', timer: 'M', ms: 32_000 };
const armD: ClientEffect = { do: 'arm', timer: 'D', ms: 32_000 };
const ack486: ClientEffect = { do: 'ack', response: r486 };
const tell100: ClientEffect = { do: 'tell', response: r100 };
const tell180: ClientEffect = { do: 'tell', response: r180 };
const tell200: ClientEffect = { do: 'tell', response: r200 };
const tell486: ClientEffect = { do: 'tell', response: r486 };
const done: ClientEffect = { do: 'end', why: 'done' };
const timeout: ClientEffect = { do: 'end', why: 'timeout' };
const failure: ClientEffect = { do: 'end', why: broken };

const common: Row<InviteClient, ClientEffect>[] = [
  ['calling', 'timerA', { ...calling, intervalMs: 2000 }, [{ do: 'send' }, { do: 'arm', timer: 'A', ms: 2000 }]],
  ['calling', 'timerB', terminated, [timeout]],
  ['calling', 'transportError', terminated, [failure]],
  ['calling', '100', proceeding, [...offAB, tell100]],
  ['calling', '180', proceeding, [...offAB, tell180]],
  ['calling', '200', accepted, [...offAB, armM, tell200]],
  ['calling', 'cancel', callingCancel, []],
  [
    'callingCancel',
    'timerA',
    { ...callingCancel, intervalMs: 2000 },
    [{ do: 'send' }, { do: 'arm', timer: 'A', ms: 2000 }],
  ],
  ['callingCancel', 'timerB', terminated, [timeout]],
  ['callingCancel', 'transportError', terminated, [failure]],
  ['callingCancel', '100', proceedingCancelled, [...offAB, ...sendCancel, tell100]],
  ['callingCancel', '180', proceedingCancelled, [...offAB, ...sendCancel, tell180]],
  ['callingCancel', '200', accepted, [...offAB, armM, tell200]],
  ['proceeding', '100', proceeding, [tell100]],
  ['proceeding', '180', proceeding, [tell180]],
  ['proceeding', '200', accepted, [armM, tell200]],
  ['proceeding', 'transportError', terminated, [failure]],
  ['proceeding', 'cancel', proceedingCancelled, sendCancel],
  ['proceedingCancelled', '100', proceedingCancelled, [tell100]],
  ['proceedingCancelled', '180', proceedingCancelled, [tell180]],
  ['proceedingCancelled', '200', accepted, [...offCancel, armM, tell200]],
  ['proceedingCancelled', 'timerCancel', terminated, [timeout]],
  ['proceedingCancelled', 'transportError', terminated, [failure]],
  ['completed', '486', completed, [ack486]],
  ['completed', 'timerD', terminated, [done]],
  ['accepted', '200', accepted, [tell200]],
  ['accepted', 'timerM', terminated, [done]],
];

describe('the INVITE client machine over UDP', () => {
  it('starts in Calling with Timers A and B', () => {
    expect(startInviteClient(UDP)).toEqual([
      { at: 'Calling', intervalMs: 500, cancelWanted: false },
      [{ do: 'send' }, { do: 'arm', timer: 'B', ms: 32_000 }, { do: 'arm', timer: 'A', ms: 500 }],
    ]);
  });
  checkTable(stepInviteClient, UDP, states, inputs, [
    ...common,
    ['calling', '486', completed, [...offAB, ack486, armD, tell486]],
    ['callingCancel', '486', completed, [...offAB, ack486, armD, tell486]],
    ['proceeding', '486', completed, [ack486, armD, tell486]],
    ['proceedingCancelled', '486', completed, [...offCancel, ack486, armD, tell486]],
  ]);
});

describe('the INVITE client machine over a reliable transport', () => {
  it('starts in Calling without Timer A', () => {
    expect(startInviteClient(TCP)[1]).toEqual([{ do: 'send' }, { do: 'arm', timer: 'B', ms: 32_000 }]);
  });
  checkTable(stepInviteClient, TCP, states, inputs, [
    ...common,
    ['calling', '486', terminated, [ack486, done, tell486]],
    ['callingCancel', '486', terminated, [ack486, done, tell486]],
    ['proceeding', '486', terminated, [ack486, done, tell486]],
    ['proceedingCancelled', '486', terminated, [ack486, done, tell486]],
  ]);
});
