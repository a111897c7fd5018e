import { useSyncExternalStore } from 'react';

const read = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);

/** CSS pixels of one rem: they grow with the window, and with the size of text that the browser is set to. */
export function useRem(): number {
  return useSyncExternalStore((changed) => {
    window.addEventListener('resize', changed);
    return () => window.removeEventListener('resize', changed);
  }, read);
}
