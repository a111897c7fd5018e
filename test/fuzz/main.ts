/** `npm run fuzz -- [--seconds N] [--seed S] [--part P]`: long runs, all parts one after the other. */
import { parseArgs } from 'node:util';
import { describe, hunt } from './hunt.ts';
import type { Part } from './part.ts';
import { parts } from './parts/index.ts';
import { Watchdog } from './watchdog.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string' },
    seed: { type: 'string' },
    part: { type: 'string' },
    help: { type: 'boolean' },
  },
});
const usage = `npm run fuzz -- [--seconds N, of all parts together] [--seed S] [--part ${parts.map(({ name }) => name).join('|')}]`;
if (values.help === true) {
  console.log(usage);
  process.exit(0);
}
const seconds = Number(values.seconds ?? 60);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const chosen = parts.filter(({ name }) => values.part === undefined || name === values.part);
if (chosen.length === 0 || !(seconds > 0) || !Number.isInteger(seed)) {
  console.error(usage);
  process.exit(2);
}

const MEGABYTE = 1024 * 1024;

async function run(part: Part): Promise<boolean> {
  const watchdog = new Watchdog(`${part.name}, seed ${seed}`);
  const heapBefore = heapAfterCollection();
  const end = performance.now() + (seconds * 1000) / chosen.length;
  const goOn = (): boolean => performance.now() < end;
  const { cases, finding } = await hunt({ part, seed, goOn, before: (index) => watchdog.beat(index) });
  await watchdog.close();
  const grown = heapBefore === undefined ? '' : `, heap ${signed((heapAfterCollection()! - heapBefore) / MEGABYTE)} MB`;
  console.log(`${part.name}: ${cases} cases${grown}`);
  if (finding !== undefined) console.error(describe(finding));
  return finding === undefined;
}

/** Bytes; undefined when Node was not told to let us collect. */
function heapAfterCollection(): number | undefined {
  if (global.gc === undefined) return undefined;
  global.gc();
  return process.memoryUsage().heapUsed;
}

const signed = (value: number): string => `${value < 0 ? '' : '+'}${value.toFixed(1)}`;

console.log(`seed ${seed}, ${seconds} s`);
let good = true;
for (const part of chosen) good = (await run(part)) && good;
process.exit(good ? 0 : 1);
