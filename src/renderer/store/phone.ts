/** The telephone's own condition: registration and microphone. */
import type { Microphone, PhoneEvent, Registration } from '../phone/phone.ts';
import type { SoundWaySetting, SoundWayState } from '../phone/sound-way.ts';
import type { OutsideSlice, Slice } from './slice.ts';

export interface PhoneSlice {
  registration: Registration;
  microphone: Microphone;
  /** The browser plays nothing before somebody has touched the page. */
  audioBlocked: boolean;
  /** Which way the sound of the next call goes, and what the operator wants of it (M19). */
  soundWay: SoundWayState;
  soundWaySetting: SoundWaySetting;
  setSoundWay(way: SoundWaySetting): void;
  noiseSuppression: boolean;
  setNoiseSuppression(on: boolean): Promise<void>;
}

export const createPhoneSlice: Slice<PhoneSlice, OutsideSlice> = (set, get) => ({
  registration: { state: 'off' },
  microphone: { state: 'asking' },
  audioBlocked: false,
  soundWay: { way: 'webrtc' },
  soundWaySetting: 'auto',
  setSoundWay: (soundWaySetting) => {
    set({ soundWaySetting });
    get().phone.setSoundWay(soundWaySetting);
  },
  noiseSuppression: true,
  setNoiseSuppression: async (noiseSuppression) => {
    set({ noiseSuppression });
    await get().phone.setNoiseSuppression(noiseSuppression);
  },
});

export function reducePhone(event: PhoneEvent): Partial<PhoneSlice> | undefined {
  if (event.type === 'registrationChanged') return { registration: event.registration };
  if (event.type === 'microphoneChanged') return { microphone: event.microphone };
  if (event.type === 'soundWayChanged') return { soundWay: event.state };
  if (event.type === 'audioChanged') return { audioBlocked: event.blocked };
  return undefined;
}
