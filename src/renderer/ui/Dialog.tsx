import { Dialog as Base } from '@base-ui/react/dialog';
import type { ReactNode } from 'react';

interface DialogProps {
  open: boolean;
  title: string;
  description?: string;
  children: ReactNode;
  onClose(): void;
}

/** A modal question or sheet; Esc and a press outside close it, the focus comes back to where it was. */
export function Dialog({ open, title, description, children, onClose }: DialogProps) {
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-30 bg-shade" />
        <Base.Popup className="fixed top-1/2 left-1/2 z-30 flex max-h-[calc(100vh-32px)] w-[440px] max-w-[calc(100vw-32px)] -translate-x-1/2 -translate-y-1/2 flex-col gap-3 overflow-auto rounded-md border border-line bg-panel p-4 shadow-xl">
          <Base.Title className="text-strong font-semibold wrap-anywhere">{title}</Base.Title>
          {description !== undefined && (
            <Base.Description className="text-body wrap-anywhere">{description}</Base.Description>
          )}
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
