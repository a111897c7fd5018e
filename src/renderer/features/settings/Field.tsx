import { useId, type ComponentProps, type ReactNode } from 'react';

export const INPUT =
  'h-8 w-full min-w-0 rounded-md border bg-panel px-2 text-text focus-visible:border-accent disabled:opacity-60';

interface TextFieldProps extends Omit<ComponentProps<'input'>, 'onChange' | 'value'> {
  label: string;
  /** In a table the head of the column says it already. */
  labelHidden?: boolean;
  value: string;
  hint?: ReactNode;
  problem?: string | undefined;
  onChange(value: string): void;
}

/** A labelled field; what the trunk finds wrong with it stands below. */
export function TextField({
  label,
  labelHidden,
  value,
  hint,
  problem,
  onChange,
  className = '',
  ...rest
}: TextFieldProps) {
  const id = useId();
  const says = `${id}-says`;
  return (
    <div className={`min-w-0 ${className}`}>
      <label htmlFor={id} className={labelHidden ? 'sr-only' : 'block pb-1 font-semibold'}>
        {label}
      </label>
      <input
        id={id}
        autoComplete="off"
        spellCheck={false}
        value={value}
        aria-invalid={problem !== undefined}
        aria-describedby={problem !== undefined || hint !== undefined ? says : undefined}
        onChange={(event) => onChange(event.target.value)}
        className={`${INPUT} ${problem === undefined ? 'border-line' : 'border-bad'}`}
        {...rest}
      />
      {(problem !== undefined || hint !== undefined) && (
        <p id={says} className={`pt-1 text-small break-words ${problem === undefined ? 'text-muted' : 'text-bad'}`}>
          {problem ?? hint}
        </p>
      )}
    </div>
  );
}

interface SelectFieldProps<V extends string> {
  label: string;
  labelHidden?: boolean;
  value: V;
  options: readonly { readonly value: V; readonly label: string }[];
  disabled?: boolean;
  onChange(value: V): void;
}

export function SelectField<V extends string>(props: SelectFieldProps<V>) {
  const { label, labelHidden, value, options, disabled, onChange } = props;
  return (
    <label className="block min-w-0">
      <span className={labelHidden ? 'sr-only' : 'block pb-1 font-semibold'}>{label}</span>
      <select
        value={value}
        disabled={disabled}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value);
          if (chosen) onChange(chosen.value);
        }}
        className={`${INPUT} border-line`}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}

interface CheckFieldProps {
  label: string;
  checked: boolean;
  disabled?: boolean;
  onChange(checked: boolean): void;
}

export function CheckField({ label, checked, disabled, onChange }: CheckFieldProps) {
  return (
    <label className="flex items-center gap-2 self-start">
      <input
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={({ target }) => onChange(target.checked)}
        className="size-4 accent-accent"
      />
      {label}
    </label>
  );
}

/** Words of the trunk that belong to a whole list. */
export function ListProblem({ says }: { says: string | undefined }) {
  return says === undefined ? null : (
    <p role="alert" className="text-bad">
      {says}
    </p>
  );
}
