/** Words where something is missing, has failed, or has just happened. */
import { CircleAlert, TriangleAlert, X } from 'lucide-react';
import { useEffect, type ReactNode } from 'react';
import { IconButton } from './Button.tsx';

/** Nothing is here yet: what it is for, and how to get something. */
export function EmptyState({ title, children, icon }: { title: string; children?: ReactNode; icon?: ReactNode }) {
  return (
    <div className="flex h-full flex-col items-center justify-center gap-2 p-6 text-center">
      {icon !== undefined && <span className="text-muted">{icon}</span>}
      <h2 className="text-strong font-semibold">{title}</h2>
      {children !== undefined && <div className="max-w-[48ch] text-muted">{children}</div>}
    </div>
  );
}

interface ErrorNoteProps {
  tone?: 'bad' | 'warn';
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  /** The console's announcer says it: then the note is not said a second time. */
  announced?: boolean;
}

/** Something is wrong and stays wrong until it is dealt with. */
export function ErrorNote({ tone = 'bad', title, children, action, announced = false }: ErrorNoteProps) {
  const Icon = tone === 'bad' ? CircleAlert : TriangleAlert;
  return (
    <div
      role={announced ? 'note' : 'alert'}
      className={`flex items-start gap-2 rounded-md border px-3 py-2 max-narrow:flex-wrap ${
        tone === 'bad' ? 'border-bad/50 bg-bad/8' : 'border-warn/50 bg-warn/8'
      }`}
    >
      <Icon aria-hidden="true" size={16} className={`mt-0.5 shrink-0 ${tone === 'bad' ? 'text-bad' : 'text-warn'}`} />
      <div className="min-w-0 flex-1 basis-60">
        <p className="font-semibold wrap-anywhere">{title}</p>
        {children !== undefined && <div className="wrap-anywhere">{children}</div>}
      </div>
      {action}
    </div>
  );
}

const TOAST_STAYS_MS = 8000;

/** A failure of what was just asked for; goes away by itself. */
export function Toast({ text, onDone }: { text: string; onDone(): void }) {
  useEffect(() => {
    const timer = setTimeout(onDone, TOAST_STAYS_MS);
    return () => clearTimeout(timer);
  }, [onDone]);
  return (
    <div className="fixed right-3 bottom-3 z-10 flex max-w-[min(440px,calc(100vw-24px))] items-start gap-2 rounded-md border border-bad/60 bg-panel py-2 pr-2 pl-3 shadow-xl">
      <CircleAlert aria-hidden="true" size={16} className="mt-0.5 shrink-0 text-bad" />
      <p className="min-w-0 flex-1 wrap-anywhere">{text}</p>
      <IconButton label="Close this message" icon={<X size={14} />} className="-my-1" onClick={onDone} />
    </div>
  );
}

/** Says its text aloud each time the id changes. */
export function Announcer({ id, text }: { id: number; text: string }) {
  return (
    <div role="status" aria-live="polite" aria-atomic="true" className="sr-only">
      <span key={id}>{text}</span>
    </div>
  );
}
