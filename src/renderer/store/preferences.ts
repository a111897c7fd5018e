/** What the operator chose for this screen, kept across starts. Nothing secret ever goes here. */
import { z } from 'zod';
import type { KeptTexts } from './safe-storage.ts';
import type { ConsoleStore } from './store.ts';

const KEY = 'patchcord.preferences';

const Preferences = z.object({
  theme: z.enum(['system', 'light', 'dark']).catch('system'),
  paneHeight: z.number().min(120).max(2000).optional().catch(undefined),
  noiseSuppression: z.boolean().catch(true),
  soundWaySetting: z.enum(['auto', 'webrtc', 'websocket']).catch('auto'),
  referPolicy: z.enum(['ask', 'follow', 'decline']).catch('ask'),
  notificationsDeclined: z.boolean().catch(false),
});

export function keepPreferences(store: ConsoleStore, storage: KeptTexts): void {
  const saved = readPreferences(storage.getItem(KEY));
  const { noiseSuppression, soundWaySetting, ...look } = saved;
  store.setState(look);
  store.getState().setSoundWay(soundWaySetting);
  void store.getState().attempt(store.getState().setNoiseSuppression(noiseSuppression));
  let last = JSON.stringify(saved);
  store.subscribe((state) => {
    const next = JSON.stringify(Preferences.parse(state));
    if (next === last) return;
    last = next;
    storage.setItem(KEY, next);
  });
}

/** Whatever is damaged or missing falls back to its default. */
export function readPreferences(text: string | null): z.infer<typeof Preferences> {
  try {
    return Preferences.parse(JSON.parse(text ?? '{}'));
  } catch {
    return Preferences.parse({});
  }
}
