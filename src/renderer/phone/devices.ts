/**
 * Which microphone and which loudspeakers are used (M14): what the operator chose, found again after a restart, after it was
 * plugged in again, and under another name. Pure.
 */

export interface Device {
  id: string;
  label: string;
  /** Parts of one piece of equipment share it; other after each start of some browsers. */
  group: string;
}

/** A device as it was when it was chosen. Nothing is the system's default. */
export type DeviceChoice = Device | undefined;

export type DeviceRole = 'microphone' | 'speaker' | 'ringer';

export type DeviceChoices = Readonly<Partial<Record<DeviceRole, Device>>>;

/** What there is now. */
export interface DeviceList {
  inputs: readonly Device[];
  outputs: readonly Device[];
  /** The browser can play through another loudspeaker than the system's default. */
  outputsCanBeChosen: boolean;
}

export const NO_DEVICES: DeviceList = { inputs: [], outputs: [], outputsCanBeChosen: false };

/** Chromium lists these beside the devices that they stand for. */
const ALIASES = new Set(['default', 'communications', '']);

export function devicesOf(infos: readonly Pick<MediaDeviceInfo, 'kind' | 'deviceId' | 'label' | 'groupId'>[]) {
  const of = (wanted: MediaDeviceKind): Device[] =>
    infos
      .filter(({ kind, deviceId }) => kind === wanted && !ALIASES.has(deviceId))
      .map(({ deviceId, label, groupId }) => ({ id: deviceId, label, group: groupId }));
  return { inputs: of('audioinput'), outputs: of('audiooutput') };
}

/** By its id, else its name, else the equipment that it is a part of. */
export function findDevice(choice: DeviceChoice, devices: readonly Device[]): Device | undefined {
  if (!choice) return undefined;
  const byId = devices.find(({ id }) => id === choice.id);
  if (byId) return byId;
  const named = choice.label === '' ? [] : devices.filter(({ label }) => plain(label) === plain(choice.label));
  const sameGroup = choice.group === '' ? [] : devices.filter(({ group }) => group === choice.group);
  return named.find(({ group }) => group === choice.group) ?? named[0] ?? sameGroup[0];
}

/** Windows numbers equipment that was plugged into another socket: "Headset (2- USB Audio)". */
function plain(label: string): string {
  return label
    .replace(/\((?:\d+- ?)/, '(')
    .trim()
    .toLowerCase();
}

/** What is to be used for each role, and what was chosen and is not there. */
export interface DeviceUse {
  use: Device | undefined;
  away: Device | undefined;
}

export function deviceUse(role: DeviceRole, choices: DeviceChoices, { inputs, outputs }: DeviceList): DeviceUse {
  const choice = choices[role];
  const use = findDevice(choice, role === 'microphone' ? inputs : outputs);
  return { use, away: use ? undefined : choice };
}

/**
 * A choice as it is kept: with the id and name that the device has now.
 * @returns the same object when nothing has changed
 */
export function refreshed(choices: DeviceChoices, list: DeviceList): DeviceChoices {
  const changed: { [R in DeviceRole]?: Device } = {};
  for (const role of ['microphone', 'speaker', 'ringer'] as const) {
    const { use } = deviceUse(role, choices, list);
    const before = choices[role];
    if (!use || !before || use.label === '') continue;
    if (use.id !== before.id || use.label !== before.label || use.group !== before.group) changed[role] = use;
  }
  return Object.keys(changed).length === 0 ? choices : { ...choices, ...changed };
}

const ROLES: Readonly<Record<DeviceRole, [name: string, instead: string]>> = {
  microphone: ['microphone', 'The system’s default microphone is used'],
  speaker: ['speaker', 'The system’s default speaker is used'],
  ringer: ['ringer', 'It rings through the system’s default speaker'],
};

/** What has come or gone since, in a sentence for each. */
export function deviceNews(choices: DeviceChoices, before: DeviceList, after: DeviceList): string[] {
  const news = new Map<string, string>();
  for (const role of ['microphone', 'speaker', 'ringer'] as const) {
    const [was, is] = [deviceUse(role, choices, before), deviceUse(role, choices, after)];
    const [name, instead] = ROLES[role];
    const label = choices[role]?.label ?? '';
    const called = label === '' ? `The chosen ${name}` : label;
    if (was.use && is.away) news.set(`${role} away`, `${called} is gone. ${instead} until it is back.`);
    if (was.away && is.use) news.set(`${role} back`, `${called} is back, and is the ${name} again.`);
  }
  return [...news.values()];
}
