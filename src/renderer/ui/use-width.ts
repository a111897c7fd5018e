import { useEffect, useState, type RefCallback } from 'react';

/** How wide the element with this ref is inside, in CSS pixels; 0 until it was measured. */
export function useWidth(): [ref: RefCallback<Element>, width: number] {
  const [element, setElement] = useState<Element | null>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!element) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(entry!.contentRect.width));
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  return [setElement, width];
}
