/** What the panes are called, and which one an element is in. */
import type { Pane } from '../store/ui.ts';

const PANES: Readonly<Record<Pane, string>> = {
  lines: 'lines',
  call: 'call',
  side: 'directory, keypad and practice',
  evidence: 'ladder, records and requests',
  message: 'message',
};

export function paneName(pane: Pane): string {
  return PANES[pane];
}

/** The pane in which an element is. */
export function paneOf(element: Element | null): Pane | undefined {
  const name = element?.closest<HTMLElement>('[data-pane]')?.dataset['pane'];
  return name !== undefined && name in PANES ? (name as Pane) : undefined;
}
