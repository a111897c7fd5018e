/** What goes wrong during a soak, once a minute. */
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PhonesProcess } from './phones-process.ts';
import type { SoakTrunk } from './trunk.ts';

export const FAULTS = ['peer killed', 'packets lost', 'disk full', 'trunk restarted'] as const;
export type FaultKind = (typeof FAULTS)[number];

/** When a fault held, in epoch milliseconds, and whom it struck. */
export interface FaultWindow {
  readonly kind: FaultKind;
  readonly from: number;
  readonly until: number;
  readonly who: string;
  readonly problem?: string;
}

export interface Scene {
  readonly trunk: SoakTrunk;
  readonly phones: readonly PhonesProcess[];
  /** Folder of records and recordings; undefined where it is no volume of its own. */
  readonly volume: string | undefined;
  readonly random: () => number;
}

/** Milliseconds that loss and a full disk last. */
const LASTS_MS = 10_000;
/** Within so many milliseconds a trunk that was asked to stop is gone: W7 gives calls and records 3 s. */
const STOPS_MS = 5000;

type Fault = (scene: Scene) => Promise<{ who: string; problem?: string }>;

export const faults: Record<FaultKind, Fault> = {
  'peer killed': async ({ phones, random }) => {
    const phone = phones[Math.floor(random() * phones.length)]!;
    await phone.kill();
    await sleep(2000);
    await phone.start();
    return { who: phone.name };
  },
  'packets lost': async ({ phones }) => {
    for (const each of phones) each.tell({ type: 'loss', part: 0.05 });
    await sleep(LASTS_MS);
    for (const each of phones) each.tell({ type: 'loss', part: 0 });
    return { who: '5 % everywhere' };
  },
  'disk full': async ({ volume }) => {
    const ballast = path.join(volume!, 'ballast');
    fill(ballast);
    await sleep(LASTS_MS);
    rmSync(ballast);
    return { who: 'records volume' };
  },
  'trunk restarted': async ({ trunk }) => {
    const took = await trunk.stop();
    await trunk.start();
    const who = `stopped in ${Math.round(took)} ms`;
    return took > STOPS_MS ? { who, problem: `the trunk needed ${Math.round(took)} ms to stop` } : { who };
  },
};

/** Writes until the volume takes no more. */
function fill(file: string): void {
  const handle = openSync(file, 'w');
  try {
    for (const size of [1024 * 1024, 4096, 1]) {
      const block = Buffer.alloc(size);
      try {
        for (;;) writeSync(handle, block);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    }
  } finally {
    closeSync(handle);
  }
}

/**
 * One fault a minute, each kind before any comes again; the trunk is not restarted in the last part of the run, so that what
 * grows can be seen. Pure.
 */
export function schedule(minutes: number, kinds: readonly FaultKind[], random: () => number): FaultKind[] {
  const chosen: FaultKind[] = [];
  let bag: FaultKind[] = [];
  for (let minute = 0; minute < minutes; minute += 1) {
    const late = minute >= Math.ceil(minutes * 0.6);
    if (bag.length === 0) bag = [...kinds];
    const fit = bag.filter((kind) => !late || kind !== 'trunk restarted');
    const kind = fit[Math.floor(random() * fit.length)];
    bag = bag.filter((each) => each !== kind && (!late || each !== 'trunk restarted'));
    if (kind) chosen.push(kind);
  }
  return chosen;
}
