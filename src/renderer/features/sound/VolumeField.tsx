interface VolumeFieldProps {
  label: string;
  /** 0 to 1. */
  value: number;
  onChange(value: number): void;
}

export function VolumeField({ label, value, onChange }: VolumeFieldProps) {
  const percent = Math.round(value * 100);
  return (
    <label className="flex items-center gap-2">
      <span className="w-28 shrink-0 text-muted">{label}</span>
      <input
        type="range"
        min={0}
        max={100}
        step={5}
        value={percent}
        aria-valuetext={`${percent} percent`}
        onChange={({ target }) => onChange(Number(target.value) / 100)}
        className="h-6 min-w-0 flex-1 accent-accent"
      />
      <span className="w-12 shrink-0 text-right whitespace-nowrap tabular-nums">{percent} %</span>
    </label>
  );
}
