/** The telephone's own condition: registration and microphone. */
import type { Microphone, PhoneEvent, Registration } from '../phone/phone.ts';
import { deviceNews, NO_DEVICES, refreshed, type DeviceList } from '../phone/devices.ts';
import { USUAL_SOUND, type SoundSettings } from '../phone/sound-settings.ts';
import type { SoundWayState } from '../phone/sound-way.ts';
import type { OutsideSlice, Slice } from './slice.ts';

export interface PhoneSlice {
  registration: Registration;
  microphone: Microphone;
  /** The browser plays nothing before somebody has touched the page. */
  audioBlocked: boolean;
  /** Which way the sound of the next call goes (M19). */
  soundWay: SoundWayState;
  /** What there is to choose from. */
  devices: DeviceList;
  soundSettings: SoundSettings;
  changeSound(change: Partial<SoundSettings>): Promise<void>;
}

export const createPhoneSlice: Slice<PhoneSlice, OutsideSlice> = (set, get) => ({
  registration: { state: 'off' },
  microphone: { state: 'asking' },
  audioBlocked: false,
  soundWay: { way: 'webrtc' },
  devices: NO_DEVICES,
  soundSettings: USUAL_SOUND,
  changeSound: async (change) => {
    const soundSettings = { ...get().soundSettings, ...change };
    set({ soundSettings });
    await get().phone.setSound(soundSettings);
  },
});

/** What was plugged in or out, in sentences. */
export function deviceWords(before: PhoneSlice, event: PhoneEvent): string | undefined {
  if (event.type !== 'devicesChanged') return undefined;
  return deviceNews(before.soundSettings.devices, before.devices, event.devices).join(' ') || undefined;
}

export function reducePhone(state: PhoneSlice, event: PhoneEvent): Partial<PhoneSlice> | undefined {
  if (event.type === 'devicesChanged') {
    const { soundSettings } = state;
    // Kept under the id and the name that it has now.
    const devices = refreshed(soundSettings.devices, event.devices);
    return { devices: event.devices, soundSettings: { ...soundSettings, devices } };
  }
  if (event.type === 'registrationChanged') return { registration: event.registration };
  if (event.type === 'microphoneChanged') return { microphone: event.microphone };
  if (event.type === 'soundWayChanged') return { soundWay: event.state };
  if (event.type === 'audioChanged') return { audioBlocked: event.blocked };
  return undefined;
}
