import type { DirectoryEntry } from '../../../contract/model.ts';
import { formatNumber } from '../../ui/number.ts';

interface TargetOptionsProps {
  id: string;
  options: readonly DirectoryEntry[];
  active: number;
  onPick(entry: DirectoryEntry): void;
}

export function optionId(index: number): string {
  return `transfer-target-${index}`;
}

/** People to transfer to; the arrow keys of the field above walk through them. */
export function TargetOptions({ id, options, active, onPick }: TargetOptionsProps) {
  return (
    <ul
      id={id}
      role="listbox"
      aria-label="Targets"
      className="min-h-[104px] overflow-auto rounded-md border border-line"
    >
      {options.length === 0 && (
        <li className="px-2.5 py-1.5 text-muted">Nobody in the directory fits; a number does.</li>
      )}
      {options.map((entry, index) => (
        <li
          key={entry.number}
          id={optionId(index)}
          role="option"
          aria-selected={index === active}
          ref={(element) => {
            if (index === active) element?.scrollIntoView({ block: 'nearest' });
          }}
          // The field keeps the focus.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onPick(entry)}
          className={`grid h-8 grid-cols-[minmax(0,1fr)_auto] items-center gap-3 px-2.5 hover:bg-raised full:grid-cols-[minmax(0,1fr)_auto_minmax(0,1.4fr)] ${
            index === active ? 'bg-raised ring-2 ring-accent ring-inset' : ''
          }`}
        >
          <span className="truncate font-semibold">{entry.name}</span>
          <span>{formatNumber(entry.number)}</span>
          <span className="truncate text-muted max-full:hidden">{entry.willDo}</span>
        </li>
      ))}
    </ul>
  );
}
