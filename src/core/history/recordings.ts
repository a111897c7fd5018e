/** Which legs are recorded as sound, and where. P28. */
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordDraft } from '../b2bua/record-draft.ts';
import type { Logger } from '../log/logger.ts';
import { detach, ownerOf } from '../log/owner.ts';
import { Recorder, recordingRateOf, type Tapped } from '../media/recorder.ts';
import { repairParts, WavWriter } from '../media/wav-writer.ts';
import type { Clock } from '../time/clock.ts';

export interface RecordingsOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Created when it is needed; undefined records nothing. */
  readonly folder: string | undefined;
  /** Every leg, or those of some numbers. */
  readonly wanted: () => { readonly trunk: boolean; readonly numbers: readonly string[] };
  /** A file can be played. */
  readonly finished: (recordId: string, durationMs: number) => void;
  /** There is no file of it any more. */
  readonly gone: (recordId: string) => void;
}

interface Recording {
  /** Stopped by hand: the file goes on in silence. */
  paused: boolean;
  readonly recorder: Recorder;
  readonly writer: WavWriter;
}

const nobody: Tapped = { tap: () => () => {} };

export class Recordings {
  readonly #options: RecordingsOptions;
  readonly #running = new Map<string, Recording>();
  readonly #finishing = new Map<string, Promise<void>>();
  /** The disk has been complained about. */
  #warned = false;

  constructor(options: RecordingsOptions) {
    this.#options = options;
  }

  /** Completes what a crash left behind. To be called before anything is recorded. */
  async repair(): Promise<void> {
    const { folder, log, finished } = this.#options;
    if (folder === undefined) return;
    const repaired = await repairParts(folder, (file, why) => {
      log.warn({ file, why: textOf(why) }, 'a recording of an interrupted run cannot be repaired');
    });
    for (const { name, durationMs } of repaired) finished(name, durationMs);
    if (repaired.length > 0) log.info({ recordings: repaired.length }, 'completed recordings of an interrupted run');
  }

  /**
   * Two people talk now, and `draft` is their record.
   * @param pair their media: who was there first is heard on the left
   */
  answered(draft: RecordDraft, pair: readonly (Tapped | undefined)[]): void {
    if (this.#running.has(draft.id) || !this.#wants(draft)) return;
    this.#begin(draft, pair);
  }

  /**
   * Somebody wants the call to be recorded from now on, although the settings do not ask for it, or no longer. What is said
   * while it is stopped is silence in the file: its times stay those of the call. M17.
   * @returns `impossible` where nothing can be recorded
   */
  byHand(draft: RecordDraft, pair: readonly (Tapped | undefined)[], on: boolean): 'done' | 'impossible' {
    const running = this.#running.get(draft.id);
    if (!running) {
      if (on) this.#begin(draft, pair);
      return on === this.#running.has(draft.id) ? 'done' : 'impossible';
    }
    running.paused = !on;
    if (on) this.moved(draft.id, pair);
    else running.recorder.listenTo([nobody, nobody]);
    return 'done';
  }

  #begin(draft: RecordDraft, pair: readonly (Tapped | undefined)[]): void {
    const [left, right] = pair;
    if (!left || !right) return;
    const file = this.#fileOf(draft.id);
    if (file === undefined) return;
    const rateHz = recordingRateOf([left, right]);
    const writer = new WavWriter(file, (why) => this.#complain(file, why), rateHz);
    const write = (samples: Int16Array): void => writer.write(samples);
    const recorder = new Recorder({ clock: this.#options.clock, left, right, rateHz, write });
    this.#running.set(draft.id, { recorder, writer, paused: false });
  }

  /** One of the two has other media now: they are recorded on, each on its own side. */
  moved(recordId: string, pair: readonly (Tapped | undefined)[]): void {
    const [left, right] = pair;
    const running = this.#running.get(recordId);
    if (left && right && running?.paused === false) running.recorder.listenTo([left, right]);
  }

  /** The record is closed, and with it the recording: of an original leg when the endpoint is disconnected. */
  ended(recordId: string): void {
    const recording = this.#running.get(recordId);
    if (!recording) return;
    this.#running.delete(recordId);
    recording.recorder.stop();
    const finishing = this.#finish(recordId, recording.writer);
    this.#finishing.set(recordId, finishing);
    const finished = finishing.finally(() => this.#finishing.delete(recordId));
    detach(finished, ownerOf(this.#options.log, { recordId }, 'a recording could not be finished'));
  }

  /** Where the finished recording of a record is, whether there is one or not. */
  path(recordId: string): string | undefined {
    // Ids are ours, but this one came from outside.
    return /^[\w-]+$/.test(recordId) ? this.#fileOf(recordId) : undefined;
  }

  /**
   * Deletes the recording of a record; whoever is reading it may read on.
   * @returns `busy` while it is being made
   * @throws when the file system refuses
   */
  async delete(recordId: string): Promise<'deleted' | 'missing' | 'busy'> {
    const file = this.path(recordId);
    if (file === undefined) return 'missing';
    if (this.#running.has(recordId) || this.#finishing.has(recordId)) return 'busy';
    try {
      await unlink(file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      this.#options.gone(recordId);
      return 'missing';
    }
    this.#options.gone(recordId);
    return 'deleted';
  }

  /** Resolves when every file is complete. */
  async stop(): Promise<void> {
    for (const recordId of this.#running.keys()) this.ended(recordId);
    await Promise.all(this.#finishing.values());
  }

  #fileOf(recordId: string): string | undefined {
    const { folder } = this.#options;
    return folder === undefined ? undefined : join(folder, `${recordId}.wav`);
  }

  /**
   * By the number that was dialled, or the trunk's number that was used to dial out. A transfer leg goes by its target
   * alone; the trunk that places the leg is taken for the target's trunk. *Chosen here.*
   */
  #wants({ kind, direction, from, to }: RecordDraft): boolean {
    const { trunk, numbers } = this.#options.wanted();
    const own = kind === 'original' && direction === 'outbound' ? [from.number, to.number] : [to.number];
    return trunk || own.some((number) => numbers.includes(number));
  }

  async #finish(recordId: string, writer: WavWriter): Promise<void> {
    try {
      const durationMs = await writer.finish();
      if (durationMs === undefined) return;
      this.#options.finished(recordId, durationMs);
    } catch (why) {
      this.#complain(recordId, why);
    }
  }

  /** Once: a full disk would say the same of every call. */
  #complain(file: string, why: unknown): void {
    if (this.#warned) return;
    this.#warned = true;
    this.#options.log.warn(
      { file, why: textOf(why) },
      'recordings cannot be written; calls go on without them. Make room or set recording.folder',
    );
  }
}

function textOf(why: unknown): string {
  return why instanceof Error ? why.message : String(why);
}
