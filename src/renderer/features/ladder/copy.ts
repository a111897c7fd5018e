/** Copying to the clipboard, and saying for a moment how it went. */
import { useEffect, useState } from 'react';

const SHOWN_MS = 1500;

export function useCopy(): { outcome: 'copied' | 'failed' | undefined; copy: (text: string) => void } {
  const [outcome, setOutcome] = useState<{ how: 'copied' | 'failed' }>();
  useEffect(() => {
    if (outcome === undefined) return;
    const timer = setTimeout(() => setOutcome(undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = (text: string): void => {
    navigator.clipboard.writeText(text).then(
      () => setOutcome({ how: 'copied' }),
      () => setOutcome({ how: 'failed' }),
    );
  };
  return { outcome: outcome?.how, copy };
}
