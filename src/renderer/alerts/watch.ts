/** Keeps title, icon and notifications as the calls are. */
import type { ConsoleStore } from '../store/store.ts';
import { alertOf, type AlertIcon, type RingingNote } from './alert.ts';

/** The window, as far as it draws attention to itself. */
export interface AlertPage {
  setTitle(title: string): void;
  setIcon(icon: AlertIcon): void;
  /** Somebody looks at the window: it has the focus. */
  watched(): boolean;
  onWatched(listener: () => void): () => void;
  /** @returns nothing where notifications are not allowed */
  notify(note: RingingNote, clicked: () => void): { close(): void } | undefined;
  /** Brings the window to the front. */
  show(): void;
}

/**
 * A notification comes for a line that rings while nobody looks, and goes when it rings no more or somebody looks.
 * A click on it shows the call, and never answers. The returned function ends it.
 */
export function watchAlerts(store: ConsoleStore, page: AlertPage): () => void {
  const shown = new Map<string, { close(): void } | undefined>();
  let title: string | undefined;
  let icon: AlertIcon | undefined;
  const look = () => {
    const alert = alertOf(store.getState());
    if (alert.title !== title) page.setTitle((title = alert.title));
    if (alert.icon !== icon) page.setIcon((icon = alert.icon));
    const wanted = page.watched() ? [] : alert.ringing;
    for (const [lineId, notification] of shown) {
      if (wanted.some((note) => note.lineId === lineId)) continue;
      shown.delete(lineId);
      notification?.close();
    }
    for (const note of wanted) {
      if (shown.has(note.lineId)) continue;
      const clicked = () => {
        page.show();
        store.getState().selectLine(note.lineId);
      };
      shown.set(note.lineId, page.notify(note, clicked));
    }
  };
  const ends = [store.subscribe(look), page.onWatched(look)];
  look();
  return () => {
    ends.forEach((end) => end());
    shown.forEach((notification) => notification?.close());
  };
}
