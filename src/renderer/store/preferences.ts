/** What the operator chose for this screen, kept across starts. Nothing secret ever goes here. */
import { z } from 'zod';
import { USUAL_SOUND } from '../phone/sound-settings.ts';
import type { KeptTexts } from './safe-storage.ts';
import type { ConsoleStore } from './store.ts';

const KEY = 'patchcord.preferences';

const Device = z.object({ id: z.string(), label: z.string(), group: z.string() });
const Volume = z.number().min(0).max(1).catch(1);
const Sound = z.object({
  devices: z
    .object({ microphone: Device.exactOptional(), speaker: Device.exactOptional(), ringer: Device.exactOptional() })
    .catch({}),
  echoCancellation: z.boolean().catch(true),
  noiseSuppression: z.boolean().catch(true),
  autoGain: z.boolean().catch(true),
  volume: Volume,
  ringVolume: Volume,
  way: z.enum(['auto', 'webrtc', 'websocket']).catch('auto'),
  keepOpen: z.boolean().catch(false),
});

const Preferences = z.object({
  theme: z.enum(['system', 'light', 'dark']).catch('system'),
  paneHeight: z.number().min(120).max(2000).optional().catch(undefined),
  soundSettings: Sound.catch(USUAL_SOUND),
  referPolicy: z.enum(['ask', 'follow', 'decline']).catch('ask'),
  notificationsDeclined: z.boolean().catch(false),
});

export function keepPreferences(store: ConsoleStore, storage: KeptTexts): void {
  const saved = readPreferences(storage.getItem(KEY));
  const { soundSettings, ...look } = saved;
  store.setState(look);
  void store.getState().attempt(store.getState().changeSound(soundSettings));
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
