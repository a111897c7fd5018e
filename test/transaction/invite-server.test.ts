import { describe, expect, it } from 'vitest';
import { startInviteServer, stepInviteServer, type InviteServer } from '../../src/core/transaction/invite-server.ts';
import type { ServerEffect, ServerInput } from '../../src/core/transaction/machine.ts';
import { ack, broken, checkTable, r100, r180, r200, r200Again, r486, TCP, UDP, type Row } from './table.ts';

const proceeding: InviteServer = { at: 'Proceeding', last: undefined };
const ringing: InviteServer = { at: 'Proceeding', last: r180 };
const completed: InviteServer = { at: 'Completed', last: r486, intervalMs: 500 };
const completedSlow: InviteServer = { at: 'Completed', last: r486, intervalMs: 4000 };
const confirmed: InviteServer = { at: 'Confirmed' };
const accepted: InviteServer = { at: 'Accepted' };
const terminated: InviteServer = { at: 'Terminated' };
const states = { proceeding, ringing, completed, completedSlow, confirmed, accepted, terminated };

const inputs: Record<string, ServerInput> = {
  request: { input: 'request' },
  ack: { input: 'ack', ack },
  '100': { input: 'respond', response: r100 },
  '180': { input: 'respond', response: r180 },
  '200': { input: 'respond', response: r200 },
  '200 again': { input: 'respond', response: r200Again },
  '486': { input: 'respond', response: r486 },
  timerTrying: { input: 'timer', timer: 'trying' },
  timerG: { input: 'timer', timer: 'G' },
  timerH: { input: 'timer', timer: 'H' },
  timerI: { input: 'timer', timer: 'I' },
  timerL: { input: 'timer', timer: 'L' },
  transportError: { input: 'transportError', why: broken },
};

const send = (response: typeof r100): ServerEffect => ({ do: 'send', response });
const arm = (timer: 'G' | 'H' | 'I' | 'L', ms: number): ServerEffect => ({ do: 'arm', timer, ms });
const noTrying: ServerEffect = { do: 'disarm', timer: 'trying' };
const tellFailure: ServerEffect = { do: 'tellFailure', why: broken };
const done: ServerEffect = { do: 'end', why: 'done' };
const at100: InviteServer = { at: 'Proceeding', last: r100 };

const common: Row<InviteServer, ServerEffect>[] = [
  ['proceeding', 'timerTrying', proceeding, [{ do: 'trying' }]],
  ['proceeding', '100', at100, [noTrying, send(r100)]],
  ['proceeding', '180', ringing, [noTrying, send(r180)]],
  ['proceeding', '200', accepted, [noTrying, send(r200), arm('L', 32_000)]],
  ['proceeding', '200 again', accepted, [noTrying, send(r200Again), arm('L', 32_000)]],
  ['ringing', 'request', ringing, [send(r180)]],
  ['ringing', '100', at100, [send(r100)]],
  ['ringing', '180', ringing, [send(r180)]],
  ['ringing', '200', accepted, [send(r200), arm('L', 32_000)]],
  ['ringing', '200 again', accepted, [send(r200Again), arm('L', 32_000)]],
  ['completed', 'request', completed, [send(r486)]],
  ['completed', 'timerG', { ...completed, intervalMs: 1000 }, [send(r486), arm('G', 1000)]],
  ['completed', 'timerH', terminated, [{ do: 'end', why: 'timeout' }]],
  ['completedSlow', 'request', completedSlow, [send(r486)]],
  ['completedSlow', 'timerG', completedSlow, [send(r486), arm('G', 4000)]],
  ['completedSlow', 'timerH', terminated, [{ do: 'end', why: 'timeout' }]],
  ['confirmed', 'timerI', terminated, [done]],
  ['accepted', '200', accepted, [send(r200)]],
  ['accepted', '200 again', accepted, [send(r200Again)]],
  ['accepted', 'ack', accepted, [{ do: 'tellAck', ack }]],
  ['accepted', 'timerL', terminated, [done]],
  ['proceeding', 'transportError', proceeding, [tellFailure]],
  ['ringing', 'transportError', ringing, [tellFailure]],
  ['completed', 'transportError', completed, [tellFailure]],
  ['completedSlow', 'transportError', completedSlow, [tellFailure]],
  ['confirmed', 'transportError', confirmed, [tellFailure]],
  ['accepted', 'transportError', accepted, [tellFailure]],
];

it('the INVITE server machine starts in Proceeding and sends 100 unless its user answers within 200 ms', () => {
  expect(startInviteServer(UDP)).toEqual([proceeding, [{ do: 'arm', timer: 'trying', ms: 200 }]]);
});

describe('the INVITE server machine over UDP', () => {
  const confirm: ServerEffect[] = [{ do: 'disarm', timer: 'G' }, { do: 'disarm', timer: 'H' }, arm('I', 5000)];
  checkTable(stepInviteServer, UDP, states, inputs, [
    ...common,
    ['proceeding', '486', completed, [noTrying, send(r486), arm('H', 32_000), arm('G', 500)]],
    ['ringing', '486', completed, [send(r486), arm('H', 32_000), arm('G', 500)]],
    ['completed', 'ack', confirmed, confirm],
    ['completedSlow', 'ack', confirmed, confirm],
  ]);
});

describe('the INVITE server machine over a reliable transport', () => {
  checkTable(stepInviteServer, TCP, states, inputs, [
    ...common,
    ['proceeding', '486', completed, [noTrying, send(r486), arm('H', 32_000)]],
    ['ringing', '486', completed, [send(r486), arm('H', 32_000)]],
    ['completed', 'ack', terminated, [done]],
    ['completedSlow', 'ack', terminated, [done]],
  ]);
});
