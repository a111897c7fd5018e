import { History, Phone, User } from 'lucide-react';
import type { TargetOption } from '../../store/targets.ts';
import { formatNumber } from '../../ui/number.ts';

interface TargetOptionsProps {
  id: string;
  options: readonly TargetOption[];
  active: number;
  onPick(option: TargetOption): void;
  /** There is room for a name and a number, and no more. */
  narrow?: boolean;
  className?: string;
}

export function optionId(listId: string, index: number): string {
  return `${listId}-${index}`;
}

const ICONS = { line: Phone, tried: History, person: User } as const;

/** Own lines, those tried lately, the directory; the arrow keys of the field above walk through them. */
export function TargetOptions({ id, options, active, onPick, narrow = false, className = '' }: TargetOptionsProps) {
  return (
    <ul
      id={id}
      role="listbox"
      aria-label="Targets"
      className={`overflow-auto rounded-md border border-line bg-panel ${className}`}
    >
      {options.length === 0 && (
        <li className="px-2.5 py-1.5 text-muted">Nobody in the directory fits; a number does.</li>
      )}
      {options.map((option, index) => {
        const Icon = ICONS[option.kind];
        return (
          <li
            key={option.key}
            id={optionId(id, index)}
            role="option"
            aria-selected={index === active}
            ref={(element) => {
              if (index === active) element?.scrollIntoView({ block: 'nearest' });
            }}
            // The field keeps the focus.
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => onPick(option)}
            title={`${option.name} ${formatNumber(option.number)}: ${option.note}`}
            className={`flex min-h-8 items-center gap-2 px-2.5 hover:bg-raised ${
              index === active ? 'bg-raised ring-2 ring-accent ring-inset' : ''
            }`}
          >
            <Icon aria-hidden="true" size={14} className="shrink-0 text-muted" />
            <bdi className="min-w-0 flex-1 truncate text-left font-semibold">
              {option.name || formatNumber(option.number)}
            </bdi>
            {option.name !== '' && !(narrow && option.kind !== 'person') && (
              <span className="shrink-0">{formatNumber(option.number)}</span>
            )}
            {!(narrow && option.kind === 'person') && (
              <span
                className={`min-w-0 flex-1 truncate text-right text-small ${
                  option.warns ? 'text-warn' : 'text-muted'
                } ${option.kind === 'person' ? 'max-full:hidden' : ''}`}
              >
                {option.note}
              </span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
