import { Maximize2, Minimize2 } from 'lucide-react';
import { useConsole } from '../store/store.ts';
import type { Pane } from '../store/ui.ts';
import { IconButton } from '../ui/Button.tsx';
import { paneName } from './panes.ts';

/** Gives a pane the whole window, and back. */
export function MaximiseButton({ pane, className = '' }: { pane: Pane; className?: string }) {
  const maximised = useConsole((state) => state.maximised === pane);
  const maximise = useConsole((state) => state.maximise);
  const Icon = maximised ? Minimize2 : Maximize2;
  return (
    <IconButton
      label={`${maximised ? 'Restore' : 'Maximise'} ${paneName(pane)} (Ctrl+Shift+M)`}
      aria-keyshortcuts="Control+Shift+M"
      icon={<Icon aria-hidden="true" size={14} />}
      className={className}
      onClick={() => maximise(maximised ? undefined : pane)}
    />
  );
}
