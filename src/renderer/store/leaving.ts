/** What would be lost if the page went away now: the browser and the desktop app ask before it does. */
import type { ConsoleState, ConsoleStore } from './store.ts';

function wouldLose(state: Pick<ConsoleState, 'lines' | 'settingsEdited'>): boolean {
  return state.settingsEdited || Object.values(state.lines).some(({ state: now }) => now !== 'ended');
}

/** The words of the question are the browser's own; pages have no say in them. */
export function askBeforeLeaving(store: ConsoleStore, page: Pick<Window, 'addEventListener'>): void {
  page.addEventListener('beforeunload', (event) => {
    if (wouldLose(store.getState())) event.preventDefault();
  });
}
