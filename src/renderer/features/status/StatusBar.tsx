import { CircleHelp } from 'lucide-react';
import { useConsole } from '../../store/store.ts';
import { IconButton } from '../../ui/Button.tsx';
import { PhoneNumber } from '../../ui/PhoneNumber.tsx';
import { LineStatus } from './LineStatus.tsx';
import { MicMeter } from './MicMeter.tsx';
import { SettingsMenu } from './SettingsMenu.tsx';
import { SoundWayStatus } from './SoundWayStatus.tsx';

/** The line at the top: can we call, as whom, over what, and does the microphone hear anything. */
export function StatusBar() {
  const trunk = useConsole((state) => state.trunk);
  const showKeys = useConsole((state) => state.showKeys);
  const number = trunk?.consoleNumbers[0];
  return (
    <header className="flex min-h-10 shrink-0 flex-wrap items-center gap-x-4 border-b border-line bg-panel px-3">
      <h1 className="sr-only">Patchcord console</h1>
      <LineStatus />
      {number !== undefined && <PhoneNumber number={number} className="max-narrow:hidden" />}
      {trunk !== undefined && (
        <span className="flex min-w-0 items-center gap-4 text-muted max-wide:hidden">
          <span className="capitalize">{trunk.provider}</span>
          <span className="truncate">{trunk.domain}</span>
        </span>
      )}
      <div className="ml-auto flex items-center gap-2">
        <SoundWayStatus />
        <MicMeter />
        <IconButton label="All keys (?)" icon={<CircleHelp size={16} />} onClick={() => showKeys(true)} />
        <SettingsMenu />
      </div>
    </header>
  );
}
