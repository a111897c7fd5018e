import { useEffect, useState } from 'react';

/** The time, read again every `everyMs` while `running`. */
export function useNow(read: () => number, everyMs: number, running = true): number {
  const [now, setNow] = useState(read);
  useEffect(() => {
    if (!running) return undefined;
    setNow(read());
    const timer = setInterval(() => setNow(read()), everyMs);
    return () => clearInterval(timer);
  }, [read, everyMs, running]);
  return now;
}
