import { useState, type KeyboardEvent, type ReactNode } from 'react';
import type { TargetOption } from '../../store/targets.ts';
import { optionId } from './TargetOptions.tsx';

interface NumberFieldProps {
  id: string;
  listId: string;
  checkId: string;
  placeholder: string;
  value: string;
  options: readonly TargetOption[];
  active: number;
  /** The list is there to be walked through. */
  expanded: boolean;
  autoFocus?: boolean;
  onActive(index: number): void;
  onInput(value: string): void;
  onPick(option: TargetOption): void;
  onSubmit(anyway: boolean): void;
  onFocused?(focused: boolean): void;
  /** At the end of the field. */
  children?: ReactNode;
}

/** Where numbers and names are typed, to be called and to be transferred to: the same keys in both. */
export function NumberField(props: NumberFieldProps) {
  const { id, listId, options, active, expanded, onActive, onPick, onSubmit, onFocused } = props;
  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (options.length === 0) return;
      const step = event.key === 'ArrowDown' ? 1 : -1;
      onActive((active + step + options.length + (active < 0 && step < 0 ? 1 : 0)) % options.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const chosen = options[active];
      if (chosen) onPick(chosen);
      else onSubmit(event.ctrlKey || event.metaKey);
    }
  };
  return (
    <div className="flex h-8 min-w-36 flex-1 items-center rounded-md border border-line bg-panel pr-0.5 focus-within:border-accent focus-within:outline-2 focus-within:outline-accent">
      <input
        id={id}
        role="combobox"
        aria-expanded={expanded && options.length > 0}
        aria-controls={expanded ? listId : undefined}
        aria-autocomplete="list"
        aria-activedescendant={active >= 0 ? optionId(listId, active) : undefined}
        aria-describedby={props.checkId}
        autoFocus={props.autoFocus}
        autoComplete="off"
        spellCheck={false}
        placeholder={props.placeholder}
        value={props.value}
        onChange={(event) => {
          onActive(-1);
          props.onInput(event.target.value);
        }}
        onFocus={() => onFocused?.(true)}
        onBlur={() => onFocused?.(false)}
        onKeyDown={press}
        className="h-full min-w-0 flex-1 bg-transparent px-2.5 text-strong outline-none placeholder:text-muted"
      />
      {props.children}
    </div>
  );
}

/** The option that the arrow keys have reached; none after the list has become shorter. */
export function useActive(options: readonly TargetOption[]): [active: number, set: (index: number) => void] {
  const [active, setActive] = useState(-1);
  return [active < options.length ? active : -1, setActive];
}
