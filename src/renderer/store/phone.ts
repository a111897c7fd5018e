/** The telephone's own condition: registration and microphone. */
import type { Microphone, PhoneEvent, Registration } from '../phone/phone.ts';
import type { OutsideSlice, Slice } from './slice.ts';

export interface PhoneSlice {
  registration: Registration;
  microphone: Microphone;
  /** The browser plays nothing before somebody has touched the page. */
  audioBlocked: boolean;
  noiseSuppression: boolean;
  setNoiseSuppression(on: boolean): Promise<void>;
}

export const createPhoneSlice: Slice<PhoneSlice, OutsideSlice> = (set, get) => ({
  registration: { state: 'off' },
  microphone: { state: 'asking' },
  audioBlocked: false,
  noiseSuppression: true,
  setNoiseSuppression: async (noiseSuppression) => {
    set({ noiseSuppression });
    await get().phone.setNoiseSuppression(noiseSuppression);
  },
});

export function reducePhone(event: PhoneEvent): Partial<PhoneSlice> | undefined {
  if (event.type === 'registrationChanged') return { registration: event.registration };
  if (event.type === 'microphoneChanged') return { microphone: event.microphone };
  if (event.type === 'audioChanged') return { audioBlocked: event.blocked };
  return undefined;
}
