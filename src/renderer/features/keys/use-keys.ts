import { useEffect } from 'react';
import type { ConsoleStore } from '../../store/store.ts';
import { bindings, isTyping } from './bindings.ts';

/** Listens for the console's keys on the whole window. */
export function useKeys(store: ConsoleStore): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
      // A dialog, a menu or a list box keeps its keys; F-keys go through, a call does not wait.
      const inside = event.target instanceof Element && event.target.closest('[role="dialog"],[role="menu"]');
      const typing = isTyping(event.target instanceof Element ? event.target : null);
      if ((inside || typing) && !/^F\d+$/.test(event.key) && !(typing && !inside && event.key === 'Escape')) return;
      const binding = bindings.find(({ keys }) => keys.includes(event.key));
      if (binding?.run(store.getState(), event.key)) event.preventDefault();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [store]);
}
