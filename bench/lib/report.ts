/** How results are printed: one line each, with the target beside the figure. */

export function heading(text: string): void {
  process.stdout.write(`\n${text}\n`);
}

export function line(text: string): void {
  process.stdout.write(`  ${text}\n`);
}

/** A figure that ought to be at most (or at least) `target`. A missed one is said, and is no error. */
export function judge(what: string, figure: number, rule: 'at most' | 'at least', target: number, unit: string): void {
  const met = rule === 'at most' ? figure <= target : figure >= target;
  line(`${what}: ${round(figure)} ${unit} (${rule} ${round(target)})${met ? '' : '  MISSED'}`);
}

export function ratio(what: string, ours: number, theirs: number, atMost?: number): void {
  const value = ours / theirs;
  const verdict = atMost === undefined ? '' : ` (at most ${atMost})${value <= atMost ? '' : '  MISSED'}`;
  line(`${what}: ${value.toFixed(2)} of it${verdict}`);
}

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
}

export function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
