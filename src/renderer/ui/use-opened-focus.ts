import { useLayoutEffect, useRef, type RefObject } from 'react';

/**
 * What was opened takes the focus; when it goes while it has the focus, the focus comes back to where it was.
 * @param opening another value each time something is opened; the same one while what is shown only changes
 */
export function useOpenedFocus(target: RefObject<HTMLElement | null>, opening: unknown): void {
  const before = useRef<HTMLElement>(null);
  const opened = useRef<unknown>(undefined);
  useLayoutEffect(() => {
    const { current } = target;
    const focused = document.activeElement;
    if (focused instanceof HTMLElement && focused !== document.body && !current?.contains(focused)) {
      before.current = focused;
    }
    if (opened.current !== opening) current?.focus();
    opened.current = opening;
  }, [target, opening]);
  useLayoutEffect(() => {
    const { current } = target;
    return () => {
      // Taken out of the page, it has the focus no more: then nothing has.
      const lost = document.activeElement === document.body || current?.contains(document.activeElement);
      if (lost && before.current?.isConnected) before.current.focus();
    };
  }, [target]);
}
