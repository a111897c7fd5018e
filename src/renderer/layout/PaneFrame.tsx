import type { KeyboardEvent, ReactNode } from 'react';
import { useConsole } from '../store/store.ts';
import type { Pane } from '../store/ui.ts';

/** A part of the window; Esc gives it its old size back when there is nothing else to close in it. */
export function PaneFrame({ name, children }: { name: Pane; children: ReactNode }) {
  const maximised = useConsole((state) => state.maximised);
  const maximise = useConsole((state) => state.maximise);
  const press = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || maximised !== name || event.defaultPrevented) return;
    event.stopPropagation();
    maximise(undefined);
  };
  return (
    <div role="presentation" data-pane={name} className="pane" onKeyDown={press}>
      {children}
    </div>
  );
}
