/** The telephone's own condition: registration and microphone. */
import type { Microphone, PhoneEvent, Registration } from '../phone/phone.ts';
import type { Slice } from './store.ts';

export interface PhoneSlice {
  registration: Registration;
  microphone: Microphone;
  noiseSuppression: boolean;
  setNoiseSuppression(on: boolean): Promise<void>;
}

export const createPhoneSlice: Slice<PhoneSlice> = (set, get) => ({
  registration: { state: 'off' },
  microphone: { state: 'asking' },
  noiseSuppression: true,
  setNoiseSuppression: async (noiseSuppression) => {
    set({ noiseSuppression });
    await get().phone.setNoiseSuppression(noiseSuppression);
  },
});

export function reducePhone(event: PhoneEvent): Partial<PhoneSlice> | undefined {
  if (event.type === 'registrationChanged') return { registration: event.registration };
  if (event.type === 'microphoneChanged') return { microphone: event.microphone };
  return undefined;
}
