/** States of "Sound and devices" (M14). */
import type { Device } from '../../../src/renderer/phone/devices.ts';
import type { Scene } from './scene.ts';

const device = (id: string, label: string): Device => ({ id, label, group: id });
const HEADSET = device('headset', 'Jabra Evolve2 65 (0b0e:030c)');
const BUILT_IN = device('board', 'Built-in Audio Analog Stereo');
const SCREEN = device('screen', 'HDMI 2, screen in the meeting room');

const plugged: Scene = async ({ phone, store }) => {
  phone.emit({
    type: 'devicesChanged',
    devices: { inputs: [BUILT_IN, HEADSET], outputs: [BUILT_IN, HEADSET, SCREEN], outputsCanBeChosen: true },
  });
  await store
    .getState()
    .changeSound({ devices: { microphone: HEADSET, speaker: HEADSET, ringer: SCREEN }, volume: 0.8 });
};

export const soundScenes: Record<string, Scene> = {
  sound: async (harness) => {
    await plugged(harness);
    harness.store.getState().showSound(true);
    await harness.settle();
    harness.phone.level(0.6);
  },
  'sound-away': async (harness) => {
    await plugged(harness);
    const { phone, store } = harness;
    phone.emit({
      type: 'devicesChanged',
      devices: { inputs: [BUILT_IN], outputs: [BUILT_IN, SCREEN], outputsCanBeChosen: true },
    });
    store.getState().showSound(true);
  },
  'sound-denied': ({ phone, store }) => {
    phone.emit({ type: 'microphoneChanged', microphone: { state: 'denied' } });
    store.getState().showSound(true);
  },
};
