/**
 * Registrations outlive the trunk (W21): a file beside the records holds those that can be reached without a connection that
 * is up. A file that cannot be read or written costs registrations, not the start and not calls: phones refresh them.
 */
import { isIP } from 'node:net';
import { writeAtomically } from '../config/atomic-write.ts';
import type { Disk } from '../config/disk.ts';
import { detach, ownerOf } from '../log/owner.ts';
import type { Logger } from '../log/logger.ts';
import { isSipUri, parseUri } from '../message/index.ts';
import type { Clock, Timer } from '../time/clock.ts';
import type { Hop } from '../transport/index.ts';
import { MAX_SECONDS, type Binding } from '../ua/registrar-bindings.ts';

export interface KeptBindingsOptions {
  readonly file: string;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly log: Logger;
  /** All live bindings, as they stand now. */
  readonly bindings: () => readonly Binding[];
}

/** Milliseconds within which a change is written; those that come meanwhile are written with it. */
const WRITE_MS = 1000;
/** For its owner alone: it says where people are. */
const MODE = 0o600;
const VERSION = 1;

export class KeptBindings {
  readonly #options: KeptBindingsOptions;
  #timer: Timer | undefined;
  #writing: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: KeptBindingsOptions) {
    this.#options = options;
  }

  /** Those of the file whose time is not over. Never rejects. */
  async read(): Promise<Binding[]> {
    const { disk, file, clock, log } = this.#options;
    try {
      const kept = JSON.parse(await disk.read(file)) as { version?: unknown; bindings?: unknown };
      if (kept?.version !== VERSION || !Array.isArray(kept.bindings)) throw new Error('it has another form');
      const read = kept.bindings.map((each: unknown) => restored(each, clock));
      const lost = read.filter((each) => each === 'damaged').length;
      if (lost > 0) log.warn({ file, lost }, 'some registrations cannot be read; those phones have to register again');
      return read.filter((each) => typeof each === 'object');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        log.warn({ file, error }, 'the registrations cannot be read; phones have to register again');
      }
      return [];
    }
  }

  /** Some binding has changed. */
  changed(): void {
    if (this.#closed) return;
    this.#timer ??= this.#options.clock.after(WRITE_MS, () => {
      this.#timer = undefined;
      const { log, file } = this.#options;
      detach(this.#write(), ownerOf(log, { file }, 'the registrations cannot be written'));
    });
  }

  /** Writes what is left to be written. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true;
    const due = this.#timer !== undefined;
    this.#timer?.cancel();
    this.#timer = undefined;
    if (due) await this.#write();
    else await this.#writing;
  }

  #write(): Promise<void> {
    const { disk, file, clock, log, bindings } = this.#options;
    const kept = bindings().flatMap((each) => written(each, clock) ?? []);
    const text = `${JSON.stringify({ version: VERSION, bindings: kept })}\n`;
    this.#writing = this.#writing
      .then(() => writeAtomically(disk, file, text, MODE))
      .catch((error: unknown) => log.warn({ file, error }, 'the registrations cannot be written'));
    return this.#writing;
  }
}

/** As it stands in the file. Times are those of the wall clock: that of the trunk begins anew with it. */
interface Written extends Omit<Binding, 'uri' | 'hop' | 'direct' | 'source' | 'expiresAt'> {
  readonly hop: Hop;
  readonly from: Pick<Hop, 'transport' | 'host' | 'port'>;
  /** Milliseconds since the Unix epoch. */
  readonly until: number;
}

/** Undefined for one on a connection: with the trunk that is gone, and the phone is not to be rung (W21). */
function written({ uri: _uri, hop, direct, source, expiresAt, ...rest }: Binding, clock: Clock): Written | undefined {
  const reached = hop.flow === undefined ? hop : direct;
  if (!reached) return undefined;
  const { transport, host, port } = source;
  return { ...rest, hop: reached, from: { transport, host, port }, until: clock.wall() + expiresAt - clock.now() };
}

function restored(value: unknown, clock: Clock): Binding | 'damaged' | 'over' {
  if (!isWritten(value)) return 'damaged';
  const uri = parseUri(value.contact);
  if (!uri.ok || !isSipUri(uri.value)) return 'damaged';
  // The wall clock may have been set back meanwhile.
  const leftMs = Math.min(value.until - clock.wall(), MAX_SECONDS * 1000);
  if (leftMs <= 0) return 'over';
  const { aor, contact, target, hop, from, verified, q, callId, seq, instance } = value;
  const direct = hop;
  const expiresAt = clock.now() + leftMs;
  return {
    aor,
    uri: uri.value,
    contact,
    target,
    hop,
    direct,
    source: from,
    verified,
    q,
    expiresAt,
    callId,
    seq,
    instance,
  };
}

function isWritten(value: unknown): value is Written {
  if (typeof value !== 'object' || value === null) return false;
  const { aor, contact, target, hop, from, verified, q, until, callId, seq, instance } = value as Partial<Written>;
  return (
    [aor, contact, target, callId].every((each) => typeof each === 'string') &&
    isPlace(hop) &&
    isPlace(from) &&
    typeof verified === 'boolean' &&
    (q === undefined || typeof q === 'number') &&
    typeof until === 'number' &&
    Number.isSafeInteger(seq) &&
    (instance === undefined || typeof instance === 'string')
  );
}

function isPlace(value: Partial<Hop> | undefined): value is Hop {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['UDP', 'TCP', 'TLS'].includes(value.transport ?? '') &&
    isIP(value.host ?? '') !== 0 &&
    Number.isInteger(value.port) &&
    value.port! > 0 &&
    value.port! < 65_536
  );
}
