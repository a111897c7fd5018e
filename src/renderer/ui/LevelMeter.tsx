/** How loud something is, 0 to 1. */
export function LevelMeter({ label, level }: { label: string; level: number }) {
  return (
    <div className="flex items-center gap-2">
      <span className="w-28 shrink-0 text-muted">{label}</span>
      <div
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={1}
        aria-valuenow={Math.round(level * 10) / 10}
        className="h-2 min-w-0 flex-1 overflow-hidden rounded-sm border border-line bg-raised forced-color-adjust-none"
      >
        <div className="h-full bg-ok" style={{ width: `${Math.round(level * 100)}%` }} />
      </div>
    </div>
  );
}
