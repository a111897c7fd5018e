import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepRecent, readRecent } from '../../../src/renderer/store/keep-recent.ts';
import { missedCount } from '../../../src/renderer/store/recent.ts';
import { flush, scripted, type Scripted } from './scripted.ts';

let the: Scripted;
const state = () => the.store.getState();

beforeEach(async () => {
  the = await scripted();
});
afterEach(() => the.stop());

describe('recent calls', () => {
  it('say who, when and why, newest first, and count what was missed until it is looked at', async () => {
    the.phone.ring('dana', '+14155550187', 'Dana');
    await state().answer();
    the.advance(61_000);
    the.phone.end('dana', { by: 'them', method: 'BYE' });
    the.phone.ring('omar', '+14155550190', 'Omar');
    the.phone.end('omar', { by: 'them', method: 'CANCEL' });
    expect(state().recent).toMatchObject([
      { id: 'omar', missed: true, seen: false, end: { method: 'CANCEL' } },
      { id: 'dana', missed: false, answeredAt: the.now() - 61_000, end: { at: the.now() } },
    ]);
    expect(missedCount(state())).toBe(1);
    state().markRecentSeen();
    expect(missedCount(state())).toBe(0);
  });

  it.each([
    ['answered elsewhere', { by: 'them', method: 'CANCEL', status: 200 }, false],
    ['declined here', { by: 'us', method: 'response', status: 603 }, false],
    ['given up', { by: 'them', method: 'CANCEL' }, true],
    ['lost with the trunk', { by: 'gateway', method: 'none' }, true],
  ] as const)('count a call that was %s as it is', (_, end, missed) => {
    the.phone.ring('a', '+14155550001', 'A');
    the.phone.end('a', end);
    expect(state().recent[0]?.missed).toBe(missed);
  });

  it('keep what became of a transfer, also after its card was put away', async () => {
    the.phone.ring('dana', '+14155550187', 'Dana');
    await state().answer();
    the.phone.ring('omar', '+14155550190', 'Omar');
    await state().transferTo('dana', '+14155551234');
    the.advance(4200);
    the.phone.step('dana', { kind: 'notify', status: 200, reason: 'OK', terminated: true });
    the.phone.end('dana', { by: 'them', method: 'BYE' });
    const headline = 'Billing answered after 4.2 s. Your line was released.';
    expect(state().selectedLineId).toBe('omar');
    expect(state().cards['dana']).toBeDefined();
    expect(state().recent[0]?.outcome).toMatchObject({ tone: 'ok', headline });
    state().dismissCard('dana');
    expect([state().lines['dana'], state().recent[0]?.outcome?.headline]).toEqual([undefined, headline]);
  });

  it('stay over a reload; what is damaged is left out call by call', async () => {
    const saved = new Map<string, string>();
    const storage = {
      getItem: (key: string) => saved.get(key) ?? null,
      setItem: (k: string, v: string) => saved.set(k, v),
    };
    keepRecent(the.store, storage);
    the.phone.ring('a', '+14155550001', 'A');
    the.phone.end('a', { by: 'them', method: 'CANCEL' });
    const { recent } = state();
    const next = await scripted();
    keepRecent(next.store, storage);
    await flush();
    expect(next.store.getState().recent).toEqual(recent);
    next.stop();
    const [[key, text] = ['', '']] = [...saved];
    expect(key).toBe('patchcord.recent');
    expect(readRecent(text.replace('[', '[{"id":7},'))).toEqual(recent);
    expect(readRecent('no JSON')).toEqual([]);
    expect(readRecent('{}')).toEqual([]);
  });
});
