import type { KeyboardEvent, PointerEvent } from 'react';

interface SplitterProps {
  label: string;
  /** Height of the pane below, in CSS pixels. */
  value: number;
  min: number;
  max: number;
  onChange(value: number): void;
}

const STEP_PX = 16;

/** Resizes the pane below it, by pointer or by arrow keys; in one column nothing is resized. */
export function Splitter({ label, value, min, max, onChange }: SplitterProps) {
  const set = (next: number) => onChange(Math.round(Math.min(max, Math.max(min, next))));
  const drag = (down: PointerEvent<HTMLDivElement>) => {
    const handle = down.currentTarget;
    const start = value + down.clientY;
    const move = (event: globalThis.PointerEvent) => set(start - event.clientY);
    handle.setPointerCapture(down.pointerId);
    handle.addEventListener('pointermove', move);
    handle.addEventListener('lostpointercapture', () => handle.removeEventListener('pointermove', move), {
      once: true,
    });
  };
  const press = (event: KeyboardEvent) => {
    const next = { ArrowUp: value + STEP_PX, ArrowDown: value - STEP_PX, Home: max, End: min }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    set(next);
  };
  return (
    <div
      role="separator"
      aria-orientation="horizontal"
      aria-label={label}
      aria-valuenow={value}
      aria-valuemin={min}
      aria-valuemax={max}
      tabIndex={0}
      onPointerDown={drag}
      onKeyDown={press}
      className="h-1 shrink-0 cursor-row-resize touch-none bg-line compact:hidden hover:bg-accent focus-visible:bg-accent"
    />
  );
}
