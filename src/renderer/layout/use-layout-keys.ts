import { useEffect } from 'react';
import type { ConsoleStore } from '../store/store.ts';
import { paneOf } from './panes.ts';

/** `Ctrl+Shift+M`, by the place of the key: the pane that has the focus gets the window, and gives it back. */
export function useLayoutKeys(store: ConsoleStore): void {
  useEffect(() => {
    let last: Element | null = null;
    const press = (event: KeyboardEvent) => {
      const { code, ctrlKey, metaKey, shiftKey, altKey, repeat, isComposing } = event;
      if (code !== 'KeyM' || !shiftKey || altKey || !(ctrlKey || metaKey) || repeat || isComposing) return;
      event.preventDefault();
      const { maximised, maximise } = store.getState();
      const wanted = paneOf(document.activeElement) ?? paneOf(last) ?? 'evidence';
      maximise(maximised === undefined ? wanted : undefined);
    };
    const focus = (event: FocusEvent) => {
      if (event.target instanceof Element) last = event.target;
    };
    window.addEventListener('keydown', press);
    window.addEventListener('focusin', focus);
    return () => {
      window.removeEventListener('keydown', press);
      window.removeEventListener('focusin', focus);
    };
  }, [store]);
}
