import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CallView, Finding } from '../../../src/contract/model.ts';
import { findingsOfCard } from '../../../src/renderer/store/findings.ts';
import { newCard, reduceCard, type TransferCard } from '../../../src/renderer/store/transfer-card.ts';
import { picture } from '../harness/calls.ts';
import { flush, scripted, type Scripted } from './scripted.ts';

const finding = (id: string, transferId?: string): Finding => ({
  id,
  severity: 'warning',
  title: id,
  text: id,
  messageSeqs: [1],
  ...(transferId === undefined ? {} : { transferId }),
});

let scene: Scripted;
beforeEach(async () => {
  scene = await scripted();
});
afterEach(() => scene.stop());

it('keeps the findings of each call as the trunk tells them, and fetches those of an older one', async () => {
  const { contract, store } = scene;
  const state = () => store.getState().findings;
  contract.emit({ type: 'findingsChanged', callId: 'a', findings: [finding('D5', 't')] });
  contract.emit({ type: 'findingsChanged', callId: 'b', findings: [finding('D1')] });
  contract.emit({ type: 'findingsChanged', callId: 'a', findings: [] });
  expect(state()).toEqual({ a: [], b: [finding('D1')] });
  await store.getState().loadFindings('c');
  expect(state()['c']?.map(({ id }) => id)).toEqual(['D5']);
  for (let call = 0; call < 60; call += 1)
    contract.emit({ type: 'findingsChanged', callId: `call-${call}`, findings: [] });
  expect(Object.keys(state())).toHaveLength(50);
  expect(state()).not.toHaveProperty('b');
});

it('asks again after a reconnect, for the live calls that were transferred', async () => {
  const { contract, store } = scene;
  const transfer = { target: { number: '+1', name: '' }, state: 'failed', status: 486 } as const;
  const calls = [picture({ sipCallId: 'x', at: 0, transfer }), picture({ sipCallId: 'y', at: 0 })];
  contract.link('reconnecting');
  contract.live = calls;
  contract.link('connected');
  await flush();
  expect(contract.asked.filter(([name]) => name === 'findings.get')).toEqual([['findings.get', { callId: 'call-x' }]]);
  expect(store.getState().findings['call-x']).toHaveLength(1);
});

const card = (...steps: Parameters<typeof reduceCard>[1][]): TransferCard =>
  steps.reduce(
    reduceCard,
    newCard({ id: 'card', lineId: 'dana', target: '+1', targetName: '', caller: 'Dana', startedAt: 0 }),
  );
const call: CallView = {
  ...picture({ sipCallId: 'dana', at: 0 }),
  transfers: [
    {
      id: 'first',
      by: 'refer',
      transferorLegId: 'call-dana-b',
      transfereeLegId: 'call-dana-a',
      callerId: { number: '+1', name: '', rule: 'P20 inbound' },
      target: { number: '+1', name: '' },
      startedAt: 0,
      state: 'failed',
      steps: [],
    },
    {
      id: 'second',
      by: 'refer',
      transferorLegId: 'call-dana-b',
      transfereeLegId: 'call-dana-a',
      callerId: { number: '+1', name: '', rule: 'P20 inbound' },
      target: { number: '+2', name: '' },
      startedAt: 9,
      state: 'pending',
      steps: [],
    },
  ],
};
const findings = [finding('D5', 'first'), finding('D1'), finding('D4', 'second'), finding('D2')];

it('puts on a card what concerns the last transfer of its line', () => {
  const accepted = { kind: 'response', status: 202, reason: 'Accepted', at: 1 } as const;
  expect(findingsOfCard(card(accepted), call, findings).map(({ id }) => id)).toEqual(['D4']);
  expect(findingsOfCard(card(accepted), undefined, findings)).toEqual([]);
  expect(findingsOfCard({ ...card(accepted), lineId: 'another' }, call, findings)).toEqual([]);
});

it('puts on the card of a refused REFER the last finding that belongs to no transfer, and on a new one nothing yet', () => {
  const refused = card({ kind: 'response', status: 400, reason: 'Bad Request', at: 1 });
  expect(findingsOfCard(refused, call, findings).map(({ id }) => id)).toEqual(['D2']);
  expect(findingsOfCard(card(), call, findings)).toEqual([]);
});
