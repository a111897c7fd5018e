/** What the operator has chosen about sound, on this machine. */
import type { DeviceChoices } from './devices.ts';
import type { SoundWaySetting } from './sound-way.ts';

export interface SoundSettings {
  /** A role without one uses the system's default. */
  devices: DeviceChoices;
  echoCancellation: boolean;
  noiseSuppression: boolean;
  autoGain: boolean;
  /** Of people and tones, and of the ring; 0 to 1. */
  volume: number;
  ringVolume: number;
  way: SoundWaySetting;
  /** The microphone stays open between calls; else it is opened when one begins. */
  keepOpen: boolean;
}

export const USUAL_SOUND: SoundSettings = {
  devices: {},
  echoCancellation: true,
  noiseSuppression: true,
  autoGain: true,
  volume: 1,
  ringVolume: 1,
  way: 'auto',
  keepOpen: false,
};
