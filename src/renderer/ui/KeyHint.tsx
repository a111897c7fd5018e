import type { ReactNode } from 'react';

/** A key as it is printed on the keyboard. The surrounding control says the same to a screen reader. */
export function KeyHint({ children }: { children: ReactNode }) {
  return (
    <kbd
      aria-hidden="true"
      className="inline-flex h-4 min-w-4 shrink-0 items-center justify-center rounded-sm border border-current/40 px-1 font-sans text-[11px] leading-none"
    >
      {children}
    </kbd>
  );
}
