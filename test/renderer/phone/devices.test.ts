import { describe, expect, it } from 'vitest';
import {
  deviceNews,
  devicesOf,
  findDevice,
  refreshed,
  deviceUse,
  type Device,
  type DeviceList,
} from '../../../src/renderer/phone/devices.ts';

const device = (id: string, label = id, group = `g-${id}`): Device => ({ id, label, group });
const HEADSET = device('h1', 'Headset (USB Audio)', 'usb');
const BUILT_IN = device('b1', 'Built-in', 'board');
const list = (inputs: Device[], outputs: Device[] = inputs): DeviceList => ({
  inputs,
  outputs,
  outputsCanBeChosen: true,
});

describe('devices', () => {
  it('M14: leaves out the names under which Chromium lists the same device again', () => {
    const info = (kind: MediaDeviceKind, deviceId: string) => ({ kind, deviceId, label: deviceId, groupId: 'g' });
    const found = devicesOf([
      info('audioinput', 'default'),
      info('audioinput', 'communications'),
      info('audioinput', 'mic'),
      info('audiooutput', 'default'),
      info('audiooutput', 'loud'),
      info('videoinput', 'camera'),
      // Before the microphone is allowed, devices have neither id nor name.
      info('audiooutput', ''),
    ]);
    expect(found.inputs.map(({ id }) => id)).toEqual(['mic']);
    expect(found.outputs.map(({ id }) => id)).toEqual(['loud']);
  });

  it.each<[string, Device[], string | undefined]>([
    ['by its id, whatever it is called', [device('h1', 'Another name', 'x'), BUILT_IN], 'h1'],
    ['by its name under another id', [BUILT_IN, device('h2', 'Headset (USB Audio)', 'x')], 'h2'],
    ['by its name, as Windows numbers it', [BUILT_IN, device('h2', 'Headset (2- USB Audio)', 'x')], 'h2'],
    [
      'of two with its name the one of its group',
      [device('h2', HEADSET.label, 'x'), device('h3', HEADSET.label, 'usb')],
      'h3',
    ],
    ['by its group under another id and name', [BUILT_IN, device('h4', 'Kopfhörer', 'usb')], 'h4'],
    ['not at all where nothing is like it', [BUILT_IN], undefined],
    ['not at all among none', [], undefined],
  ])('M14: the chosen one is found %s', (_, devices, id) => {
    expect(findDevice(HEADSET, devices)?.id).toBe(id);
  });

  it('M14: a choice without a name or group is like nothing else', () => {
    expect(findDevice(device('x', '', ''), [device('y', '', '')])).toBeUndefined();
    expect(findDevice(undefined, [HEADSET])).toBeUndefined();
  });

  it('M14: what was chosen and is away is named, and something else is used', () => {
    expect(deviceUse('microphone', { microphone: HEADSET }, list([BUILT_IN]))).toEqual({
      use: undefined,
      away: HEADSET,
    });
    expect(deviceUse('microphone', {}, list([BUILT_IN]))).toEqual({ use: undefined, away: undefined });
    expect(deviceUse('ringer', { ringer: BUILT_IN }, list([], [BUILT_IN])).use).toBe(BUILT_IN);
  });

  it('M14: a choice is kept with the id and name that the device has now', () => {
    const renamed = device('h9', 'Headset (2- USB Audio)', 'other');
    const choices = { microphone: HEADSET, ringer: BUILT_IN };
    expect(refreshed(choices, list([renamed], [BUILT_IN]))).toEqual({ microphone: renamed, ringer: BUILT_IN });
    expect(refreshed(choices, list([HEADSET], []))).toBe(choices);
    // Without permission there are no names: what is known is kept.
    expect(refreshed(choices, list([device('h1', '', '')], []))).toBe(choices);
  });

  it('M14: says what is gone and what is back, once for each role that had it', () => {
    const choices = { microphone: HEADSET, speaker: HEADSET };
    const [with_, without] = [list([HEADSET, BUILT_IN]), list([BUILT_IN])];
    expect(deviceNews(choices, with_, without)).toEqual([
      'Headset (USB Audio) is gone. The system’s default microphone is used until it is back.',
      'Headset (USB Audio) is gone. The system’s default speaker is used until it is back.',
    ]);
    expect(deviceNews(choices, without, with_)).toEqual([
      'Headset (USB Audio) is back, and is the microphone again.',
      'Headset (USB Audio) is back, and is the speaker again.',
    ]);
    expect(deviceNews({}, with_, without)).toEqual([]);
    expect(deviceNews(choices, without, without)).toEqual([]);
  });
});
