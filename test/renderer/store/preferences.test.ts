import { describe, expect, it } from 'vitest';
import { keepPreferences, readPreferences } from '../../../src/renderer/store/preferences.ts';
import { scripted } from './scripted.ts';

describe('preferences', () => {
  it('fall back one by one when what was saved is damaged', () => {
    expect(readPreferences('{"theme":"dark","paneHeight":"tall"}')).toMatchObject({
      theme: 'dark',
      noiseSuppression: true,
    });
    expect(readPreferences('not JSON')).toMatchObject({ theme: 'system' });
    expect(readPreferences(null)).toMatchObject({ theme: 'system' });
  });

  it('are saved when they change, and hold nothing but themselves', async () => {
    const { store, stop } = await scripted();
    const saved = new Map<string, string>();
    keepPreferences(store, { getItem: () => null, setItem: (key, value) => void saved.set(key, value) });
    expect(saved.size).toBe(0);
    store.getState().setTheme('dark');
    store.getState().setPaneHeight(300);
    expect([...saved.values()]).toEqual([
      '{"theme":"dark","paneHeight":300,"noiseSuppression":true,"referPolicy":"ask","notificationsDeclined":false}',
    ]);
    stop();
  });
});
