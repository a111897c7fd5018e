import type { ComponentProps, ReactNode } from 'react';
import { KeyHint } from './KeyHint.tsx';

type Look = 'plain' | 'primary' | 'good' | 'danger' | 'quiet';

const LOOKS: Readonly<Record<Look, string>> = {
  plain: 'border border-line bg-raised text-text enabled:hover:border-muted',
  primary: 'border border-transparent bg-accent text-accent-text enabled:hover:brightness-110',
  good: 'border border-transparent bg-ok text-accent-text enabled:hover:brightness-110',
  danger: 'border border-transparent bg-bad text-accent-text enabled:hover:brightness-110',
  quiet: 'border border-transparent text-text enabled:hover:bg-raised',
};
const DISABLED = 'border border-line bg-transparent text-muted opacity-60';

interface ButtonProps extends ComponentProps<'button'> {
  look?: Look;
  icon?: ReactNode;
  /** The key that does the same, shown in the button. */
  shortcut?: string | undefined;
  /** A toggle that is on. */
  pressed?: boolean | undefined;
}

export function Button({ look = 'plain', icon, shortcut, pressed, children, className = '', ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      aria-pressed={pressed}
      aria-keyshortcuts={shortcut}
      className={`inline-flex h-8 min-w-0 items-center justify-center gap-1 rounded-md px-1.5 whitespace-nowrap ${
        rest.disabled ? DISABLED : LOOKS[look]
      } ${pressed ? 'ring-2 ring-accent ring-inset' : ''} ${className}`}
      {...rest}
    >
      {icon}
      {children !== undefined && <span className="truncate">{children}</span>}
      {shortcut !== undefined && <KeyHint>{shortcut}</KeyHint>}
    </button>
  );
}

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  /** What it does: its accessible name and its tooltip. */
  label: string;
  icon: ReactNode;
}

export function IconButton({ label, icon, className = '', ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={`inline-flex size-7 shrink-0 items-center justify-center rounded-md text-muted enabled:hover:bg-raised enabled:hover:text-text disabled:opacity-50 ${className}`}
      {...rest}
    >
      {icon}
    </button>
  );
}
