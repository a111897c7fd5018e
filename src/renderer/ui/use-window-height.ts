import { useSyncExternalStore } from 'react';

/** In CSS pixels; follows the window while it is resized. */
export function useWindowHeight(): number {
  return useSyncExternalStore(
    (changed) => {
      window.addEventListener('resize', changed);
      return () => window.removeEventListener('resize', changed);
    },
    () => window.innerHeight,
  );
}
