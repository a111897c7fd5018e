/** A process of phones, seen from the soak that runs it. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { FromPhones, PhonesSettings, SideReport, ToPhones } from './report.ts';

export class PhonesProcess {
  readonly settings: PhonesSettings;
  readonly #onReport: (report: SideReport) => void;
  readonly #onBroken: (why: string) => void;
  #child: ChildProcess | undefined;

  constructor(settings: PhonesSettings, onReport: (report: SideReport) => void, onBroken: (why: string) => void) {
    this.settings = settings;
    this.#onReport = onReport;
    this.#onBroken = onBroken;
  }

  get name(): string {
    return `${this.settings.role} (${this.settings.transport})`;
  }

  get uri(): string {
    const { port, transport } = this.settings;
    return `sip:soak@127.0.0.1:${port}${transport === 'TCP' ? ';transport=tcp' : ''}`;
  }

  async start(): Promise<void> {
    const child = fork(path.join(import.meta.dirname, 'phones.ts'), [JSON.stringify(this.settings)], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    this.#child = child;
    await new Promise<void>((resolve, reject) => {
      child.on('message', (message: FromPhones) => {
        if (message.type === 'ready') resolve();
        else if (message.type === 'side') this.#onReport(message.report);
        else if (message.type === 'broken') this.#onBroken(`${this.name}: ${message.why}`);
      });
      child.once('exit', (code) => reject(new Error(`${this.name} did not start (${code})`)));
    });
  }

  tell(order: ToPhones): void {
    if (this.#child?.connected) this.#child.send(order);
  }

  /** As a machine whose power is cut. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  /** Hangs up what is left and waits for its reports. */
  async finish(): Promise<void> {
    const child = this.#child;
    if (!child?.connected) return;
    const finished = new Promise<void>((resolve) => {
      child.on('message', (message: FromPhones) => {
        if (message.type === 'finished') resolve();
      });
      setTimeout(resolve, 90_000).unref();
    });
    this.tell({ type: 'finish' });
    await finished;
  }
}
