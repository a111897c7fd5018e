/** Loaded into a trunk under measurement: it answers `sample` messages of the bench with what only it can know. */
export interface Sample {
  /** Bytes in use after forced collections. */
  readonly heap: number;
}

process.on('message', (message) => {
  if (message !== 'sample') return;
  collect();
  process.send?.({ heap: process.memoryUsage().heapUsed } satisfies Sample);
});
// Being able to hear the bench does not keep the trunk running.
process.channel?.unref();

/** Until nothing more is let go. */
function collect(): void {
  for (let before = Infinity, rounds = 0; rounds < 30; rounds += 1) {
    globalThis.gc?.();
    const { heapUsed } = process.memoryUsage();
    if (rounds >= 10 && heapUsed > before * 0.999) return;
    before = heapUsed;
  }
}
