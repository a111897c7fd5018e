/** Ends the process when one case never returns: only another thread can tell. */
import { Worker } from 'node:worker_threads';

/** Seconds without a new attempt. */
const PATIENCE_SECONDS = 30;

const code = `
  const { workerData: { beats, label, patience }, isMainThread } = require('node:worker_threads');
  const { writeSync } = require('node:fs');
  let last = -1, quiet = 0;
  setInterval(() => {
    const now = Atomics.load(beats, 0);
    quiet = now === last ? quiet + 1 : 0;
    last = now;
    if (quiet < patience) return;
    writeSync(2, label + ': case ' + Atomics.load(beats, 1) + ' does not come to an end\\n');
    process.kill(process.pid, 'SIGKILL');
  }, 1000);
`;

export class Watchdog {
  readonly #beats = new Int32Array(new SharedArrayBuffer(8));
  readonly #worker: Worker;

  /** @param label what is said when it bites */
  constructor(label: string) {
    const workerData = { beats: this.#beats, label, patience: PATIENCE_SECONDS };
    this.#worker = new Worker(code, { eval: true, workerData });
  }

  /** Case `index`, or a smaller version of it, begins. */
  beat(index: number): void {
    Atomics.add(this.#beats, 0, 1);
    Atomics.store(this.#beats, 1, index);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
