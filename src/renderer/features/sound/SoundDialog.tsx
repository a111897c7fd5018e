/** Microphone, speaker and ringer of this machine, and whether they work (M14). */
import { useEffect, useState } from 'react';
import { useConsole } from '../../store/store.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { LevelMeter } from '../../ui/LevelMeter.tsx';
import { CheckField, SelectField } from '../settings/Field.tsx';
import { MicrophoneWarning } from '../status/Warnings.tsx';
import { DeviceField } from './DeviceField.tsx';
import { EchoTest } from './EchoTest.tsx';
import { VolumeField } from './VolumeField.tsx';

const WAYS = [
  { value: 'auto', label: 'By itself: WebRTC where it works' },
  { value: 'webrtc', label: 'WebRTC alone' },
  { value: 'websocket', label: 'The console’s WebSocket alone' },
] as const;

export function SoundDialog() {
  const shown = useConsole((state) => state.soundShown);
  const show = useConsole((state) => state.showSound);
  return (
    <Dialog
      open={shown}
      title="Sound and devices"
      description="For this machine. Changes take effect at once."
      onClose={() => show(false)}
    >
      <Devices />
      <div className="flex justify-end">
        <Button shortcut="Esc" onClick={() => show(false)}>
          Close
        </Button>
      </div>
    </Dialog>
  );
}

function Devices() {
  const phone = useConsole((state) => state.phone);
  const sound = useConsole((state) => state.soundSettings);
  const change = useConsole((state) => state.changeSound);
  const attempt = useConsole((state) => state.attempt);
  const chosen = useConsole((state) => state.devices.outputsCanBeChosen);
  const set = (some: Partial<typeof sound>) => void attempt(change(some));
  useEffect(() => {
    phone.preview(true);
    return () => phone.preview(false);
  }, [phone]);
  return (
    <>
      <MicrophoneWarning />
      <section aria-label="Microphone" className="flex flex-col gap-2 border-t border-line pt-3">
        <DeviceField of="microphone" label="Microphone" />
        <InputLevel />
        <CheckField
          label="Cancel echo"
          checked={sound.echoCancellation}
          onChange={(echoCancellation) => set({ echoCancellation })}
        />
        <CheckField
          label="Suppress noise"
          checked={sound.noiseSuppression}
          onChange={(noiseSuppression) => set({ noiseSuppression })}
        />
        <CheckField
          label="Adjust the level by itself"
          checked={sound.autoGain}
          onChange={(autoGain) => set({ autoGain })}
        />
        <CheckField
          label="Keep it open between calls"
          checked={sound.keepOpen}
          onChange={(keepOpen) => set({ keepOpen })}
        />
      </section>
      <section aria-label="Speaker" className="flex flex-col gap-2 border-t border-line pt-3">
        <DeviceField of="speaker" label="Speaker" />
        <VolumeField label="Volume" value={sound.volume} onChange={(volume) => set({ volume })} />
        <OutputLevel />
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => phone.testTone('speaker')}>Play a test tone</Button>
          <EchoTest />
        </div>
      </section>
      <section aria-label="Ringer" className="flex flex-col gap-2 border-t border-line pt-3">
        <DeviceField of="ringer" label="Ringer" />
        <VolumeField label="Ring volume" value={sound.ringVolume} onChange={(ringVolume) => set({ ringVolume })} />
        <Button className="self-start" onClick={() => phone.testTone('ringer')}>
          Play a test tone on it
        </Button>
        {!chosen && (
          <p className="text-muted">
            This browser plays through the system’s default speaker alone. Choose that in the system’s settings, or use
            the desktop app.
          </p>
        )}
      </section>
      <section aria-label="Way of the sound" className="border-t border-line pt-3">
        <SelectField
          label="How sound reaches the trunk"
          value={sound.way}
          options={WAYS}
          onChange={(way) => set({ way })}
        />
        <p className="pt-1 text-small text-muted">From the next call on.</p>
      </section>
    </>
  );
}

function InputLevel() {
  const phone = useConsole((state) => state.phone);
  const [level, setLevel] = useState(0);
  useEffect(() => phone.onLevel(setLevel), [phone]);
  return <LevelMeter label="Microphone level" level={level} />;
}

function OutputLevel() {
  const phone = useConsole((state) => state.phone);
  const [level, setLevel] = useState(0);
  useEffect(() => phone.onOutputLevel(setLevel), [phone]);
  return <LevelMeter label="Speaker level" level={level} />;
}
