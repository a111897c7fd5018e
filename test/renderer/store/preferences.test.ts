import { describe, expect, it } from 'vitest';
import { keepPreferences, readPreferences } from '../../../src/renderer/store/preferences.ts';
import { USUAL_SOUND } from '../../../src/renderer/phone/sound-settings.ts';
import { safeStorage } from '../../../src/renderer/store/safe-storage.ts';
import { scripted } from './scripted.ts';

describe('preferences', () => {
  it('fall back one by one when what was saved is damaged', () => {
    expect(readPreferences('{"theme":"dark","paneHeight":"tall"}')).toMatchObject({
      theme: 'dark',
      soundSettings: USUAL_SOUND,
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
      '{"theme":"dark","paneHeight":300,"soundSettings":{"devices":{},"echoCancellation":true,"noiseSuppression":true,"autoGain":true,"volume":1,"ringVolume":1,"way":"auto","keepOpen":false},"referPolicy":"ask","notificationsDeclined":false}',
    ]);
    stop();
  });

  it('are kept no longer than the page where the storage is full or forbidden, and changes go on', async () => {
    const { store, stop } = await scripted();
    const full = () => {
      throw new Error('QuotaExceededError');
    };
    keepPreferences(
      store,
      safeStorage(() => ({ getItem: () => '{"theme":"light"}', setItem: full })),
    );
    expect(store.getState().theme).toBe('light');
    keepPreferences(store, safeStorage(full));
    store.getState().setTheme('dark');
    expect(store.getState().theme).toBe('dark');
    stop();
  });
});
