import { useEffect } from 'react';
import type { ConsoleStore } from '../../store/store.ts';
import { bindings, isTyping } from './bindings.ts';
import { isComposed, keyName } from './press.ts';

/** Something is open that has the keys to itself. */
const OPEN = '[role="dialog"],[role="alertdialog"],[role="menu"]';

/** Listens for the console's keys on the whole window. */
export function useKeys(store: ConsoleStore): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const name = event.defaultPrevented ? undefined : keyName(event);
      const binding = bindings.find(({ keys }) => name !== undefined && keys.includes(name));
      if (!binding || name === undefined || !reaches(event, binding.always === true)) return;
      // A key that is held down is one press. What the browser would do with it (F3, F6, F7) is not wanted either.
      const does = event.repeat || binding.run(store.getState(), name);
      if (does || /F\d+$/.test(name)) event.preventDefault();
    };
    window.addEventListener('keydown', press);
    // Before any field, button or menu of the page.
    window.addEventListener('keydown', keepFromForms, { capture: true });
    return () => {
      window.removeEventListener('keydown', press);
      window.removeEventListener('keydown', keepFromForms, { capture: true });
    };
  }, [store]);
}

/**
 * Does the key reach the console from where it was pressed? A field keeps all but F-keys and Esc; what is open above
 * the page keeps all but the keys of a call that does not wait.
 */
function reaches(event: KeyboardEvent, always: boolean): boolean {
  if (document.querySelector(OPEN)) return always;
  return /^F\d+$/.test(event.key) || event.key === 'Escape' || !isTyping(targetOf(event));
}

/** The Enter of an input method, and an Enter that is held down, send no form and press no button. */
function keepFromForms(event: KeyboardEvent): void {
  const composed = isComposed(event);
  const held = event.repeat && event.key === 'Enter' && !takesLines(targetOf(event));
  if (!composed && !held) return;
  event.stopImmediatePropagation();
  if (event.key === 'Enter') event.preventDefault();
}

function takesLines(element: Element | null): boolean {
  return element instanceof HTMLTextAreaElement || (element instanceof HTMLElement && element.isContentEditable);
}

function targetOf({ target }: KeyboardEvent): Element | null {
  return target instanceof Element ? target : null;
}
