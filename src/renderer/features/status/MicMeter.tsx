import { Mic, MicOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Microphone } from '../../phone/phone.ts';
import { useConsole } from '../../store/store.ts';
import { IconButton } from '../../ui/Button.tsx';

const BARS = 8;

/** The microphone's level, so that the operator sees being heard. */
export function MicMeter() {
  const phone = useConsole((state) => state.phone);
  const microphone = useConsole((state) => state.microphone);
  const [level, setLevel] = useState(0);
  useEffect(() => phone.onLevel(setLevel), [phone]);
  const works = microphone.state === 'ready' && !microphone.silent;
  const Icon = works ? Mic : MicOff;
  const show = useConsole((state) => state.showSound);
  return (
    <div className="flex items-center gap-1.5" title={micWords(microphone)}>
      <IconButton
        label="Sound and devices"
        icon={<Icon aria-hidden="true" size={14} className={works ? 'text-muted' : 'text-warn'} />}
        onClick={() => show(true)}
      />
      {microphone.state === 'ready' ? (
        <div
          role="meter"
          aria-label={micWords(microphone)}
          aria-valuemin={0}
          aria-valuemax={1}
          aria-valuenow={Math.round(level * 10) / 10}
          className="flex h-3 items-end gap-px"
        >
          {Array.from({ length: BARS }, (_, index) => (
            <span
              key={index}
              data-on={level * BARS > index || undefined}
              style={{ height: `${40 + (60 * index) / (BARS - 1)}%` }}
              className={`w-1 rounded-sm ${level * BARS > index ? 'bg-ok' : 'bg-line'}`}
            />
          ))}
        </div>
      ) : (
        <span className="text-warn">{micWords(microphone)}</span>
      )}
    </div>
  );
}

function micWords(microphone: Microphone): string {
  switch (microphone.state) {
    case 'asking':
      return 'Asking for the microphone';
    case 'ready':
      if (microphone.resting) return 'Microphone closed until a call begins';
      return microphone.silent ? 'Microphone silent' : `Microphone level${microphone.label && `: ${microphone.label}`}`;
    case 'missing':
      return 'No microphone';
    case 'denied':
      return 'Microphone denied';
    case 'failed':
      return 'Microphone failed';
    default:
      return microphone satisfies never;
  }
}
