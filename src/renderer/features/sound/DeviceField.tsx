import { deviceUse, type Device, type DeviceRole } from '../../phone/devices.ts';
import { useConsole } from '../../store/store.ts';
import { SelectField } from '../settings/Field.tsx';

const DEFAULT = '';
const EMPTY: Readonly<Record<DeviceRole, string>> = {
  microphone: 'No microphone is named: plug one in, and allow it for this window.',
  speaker: 'No speaker is named: the system’s default is used.',
  ringer: 'No speaker is named: the system’s default is used.',
};

/** Chooses one device, also while it is not plugged in. */
export function DeviceField({ of: role, label }: { of: DeviceRole; label: string }) {
  const list = useConsole((state) => state.devices);
  const sound = useConsole((state) => state.soundSettings);
  const change = useConsole((state) => state.changeSound);
  const attempt = useConsole((state) => state.attempt);
  const { use, away } = deviceUse(role, sound.devices, list);
  const devices = role === 'microphone' ? list.inputs : list.outputs;
  const options = [
    { value: DEFAULT, label: 'The system’s default' },
    ...devices.map((device) => ({ value: device.id, label: nameOf(device) })),
    ...(away ? [{ value: away.id, label: `${nameOf(away)} (not plugged in)` }] : []),
  ];
  const choose = (id: string) => {
    const { [role]: _before, ...others } = sound.devices;
    const device = devices.find((each) => each.id === id);
    void attempt(change({ devices: device ? { ...others, [role]: device } : others }));
  };
  return (
    <div>
      <SelectField
        label={label}
        value={(use ?? away)?.id ?? DEFAULT}
        options={options}
        disabled={role !== 'microphone' && !list.outputsCanBeChosen}
        onChange={choose}
      />
      {away ? (
        <p className="pt-1 text-small text-warn">
          It is not plugged in. The system’s default is used until it is back.
        </p>
      ) : (
        devices.length === 0 && <p className="pt-1 text-small text-muted">{EMPTY[role]}</p>
      )}
    </div>
  );
}

function nameOf({ label }: Device): string {
  return label === '' ? 'A device without a name' : label;
}
