/** How well a call is heard: the meter of its line, and its words (O8). */
import type { LegQuality } from '../../../src/contract/model.ts';
import type { Harness, Scene } from './scene.ts';

/** Dana is on the line, and her sound comes as `heard` says. */
const measured = async (harness: Harness, heard: Partial<LegQuality>): Promise<void> => {
  const { phone, store, contract, picture, now, settle } = harness;
  phone.ring('dana', '+14155550187', 'Dana Whitfield');
  await store.getState().answer();
  const call = picture({ sipCallId: 'dana', at: now() });
  contract.changeCall(call);
  const [caller, own] = call.legs.map(({ id, role, number }): LegQuality => {
    const sent = { packets: 3000, lost: 2, lossPercent: 0.1, jitterMs: 1.2, mos: 4.38 };
    return {
      legId: id,
      role,
      number,
      roundTripMs: 42,
      received: { ...sent, duplicates: 0, reordered: 0 },
      sent,
      mos: 4.38,
      warnings: [],
    };
  });
  contract.emit({ type: 'qualityChanged', calls: [{ callId: call.id, legs: [{ ...caller!, ...heard }, own!] }] });
  await settle();
  document.querySelector<HTMLElement>('[aria-label^="Sound quality"]')?.focus();
  await settle();
};

export const qualityScenes: Readonly<Record<string, Scene>> = {
  'quality-good': (harness) => measured(harness, {}),
  'quality-poor': (harness) =>
    measured(harness, {
      roundTripMs: 430,
      received: { packets: 2750, lost: 250, lossPercent: 8.3, jitterMs: 46.2, mos: 3.1, duplicates: 0, reordered: 4 },
      mos: 3.1,
      warnings: [
        { name: 'jitter', side: 'network-in', since: harness.now() - 9000, value: 46 },
        { name: 'loss', side: 'network-in', since: harness.now() - 6000, value: 8 },
      ],
    }),
};
