import { expect, it } from 'vitest';
import { settings } from '../harness/scripted-settings.ts';
import { flush, scripted } from './scripted.ts';

const starts = ({ phone }: Awaited<ReturnType<typeof scripted>>) =>
  phone.asked.filter(([name]) => name === 'start').length;

it('knows the settings once they have changed', async () => {
  const { store, contract, stop } = await scripted();
  expect(store.getState().settings).toBeUndefined();
  contract.settings.change({ provider: 'sinch' });
  expect(store.getState().settings).toEqual({ ...settings, provider: 'sinch' });
  stop();
});

it('registers the phone in the new domain at once, or when its calls are over', async () => {
  const the = await scripted();
  const { contract, phone } = the;
  const before = starts(the);
  phone.ring('dana', '+14155550187', 'Dana');
  contract.aor = 'sip:console@new.test';
  contract.changeTrunk({ domain: 'new.test' });
  await flush();
  expect(starts(the)).toBe(before);
  phone.end('dana', { by: 'them', method: 'BYE' });
  await flush();
  expect(starts(the)).toBe(before + 1);
  contract.aor = 'sip:console@newer.test';
  contract.changeTrunk({ domain: 'newer.test' });
  await flush();
  expect(starts(the)).toBe(before + 2);
  the.stop();
});
