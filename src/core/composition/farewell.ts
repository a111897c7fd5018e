import type { Clock } from '../time/clock.ts';

/** Milliseconds that the BYEs of a stopping trunk are given for their answers. */
const FAREWELL_MS = 1500;
const FAREWELL_STEP_MS = 20;

/**
 * Waits until every BYE has its answer, or the time is over.
 * @param pending client transactions that still wait for their answer
 */
export async function farewell(clock: Clock, pending: () => number, leftMs = FAREWELL_MS): Promise<void> {
  if (pending() === 0 || leftMs <= 0) return;
  await new Promise<void>((resolve) => {
    clock.after(FAREWELL_STEP_MS, resolve);
  });
  await farewell(clock, pending, leftMs - FAREWELL_STEP_MS);
}
