/** The trace of one call: bounded in messages and bytes, its lifelines in the order of the ladder. */
import { Buffer } from 'node:buffer';
import type { LegRole } from '../../nouns/call.ts';
import { describe, markRetransmissions, TRUNK } from './describe.ts';
import type { Traced } from '../transport/index.ts';
import type { TraceEntry } from './describe.ts';
import type { Finding, Ladder, Lifeline } from '../../nouns/ladder.ts';
import { packTrace } from './packed.ts';

/** Whose dialog a SIP Call-ID is. */
export interface LegBinding {
  readonly callId: string;
  readonly legId: string;
  readonly role: LegRole;
  /** Name on the lifeline. */
  readonly label: string;
  readonly number?: string | undefined;
}

/** How the call began is always kept; beyond that the newest. */
const KEPT_FROM_START = 200;
/** Bytes that the newest messages may hold together. */
const MAX_TAIL_BYTES = 4 * 1024 * 1024;

const ROLE_ORDER = { caller: 0, trunk: 1, console: 2, endpoint: 2, target: 3 } as const;

export class CallTrace {
  /** Leg ids by the Call-IDs of the call's dialogs. */
  readonly legOf = new Map<string, string>();
  /** There was a REFER. */
  refers = false;
  readonly #callId: string;
  readonly #maxHead: number;
  readonly #maxTail: number;
  /** By leg id. */
  readonly #legs = new Map<string, Lifeline>();
  readonly #head: TraceEntry[] = [];
  /** The newest messages begin at `#tailStart`: cutting one off the front costs nothing. */
  #tail: TraceEntry[] = [];
  #tailStart = 0;
  #tailBytes = 0;
  #seq = 0;
  #keys = 0;
  #dropped = 0;
  #lifelines: Lifeline[] | undefined;

  constructor(callId: string, maxMessages: number) {
    this.#callId = callId;
    this.#maxHead = Math.min(KEPT_FROM_START, maxMessages);
    this.#maxTail = maxMessages - this.#maxHead;
  }

  /** Adds the leg, or gives it its present label and number. */
  setLeg({ legId, role, label, number }: LegBinding): void {
    this.#legs.set(legId, { id: legId, role, label, ...(number === undefined ? {} : { number }) });
    this.#lifelines = undefined;
  }

  add(legId: string, sipCallId: string, traced: Traced): TraceEntry {
    const { at, direction, transport, remote, local, bytes } = traced;
    this.#seq += 1;
    if (traced.message.kind === 'request' && traced.message.method === 'REFER') this.refers = true;
    return this.#keep({ seq: this.#seq, at, legId, sipCallId, direction, transport, remote, local, bytes });
  }

  /** A key that came with the sound. Undefined for a leg of which no message was seen. */
  addKey(legId: string, key: string, at: number): TraceEntry | undefined {
    const newest = this.#entries().findLast((entry) => entry.legId === legId);
    if (!newest) return undefined;
    this.#seq += 1;
    this.#keys += 1;
    // Each is a press of its own: the same text twice would be a retransmission.
    const text = `Key ${key}\r\n\r\nWith the sound, as a telephone-event (RFC 4733) or as a tone: key ${this.#keys} of the call.\r\n`;
    const bytes = Buffer.from(text);
    return this.#keep({ ...newest, seq: this.#seq, at, direction: 'in', transport: 'RTP', bytes });
  }

  #keep(entry: TraceEntry): TraceEntry {
    if (this.#head.length < this.#maxHead) this.#head.push(entry);
    else this.#push(entry);
    return entry;
  }

  /** In the form in which traces are stored; undefined as long as there was no message. */
  pack(findings?: Finding[]): Uint8Array | undefined {
    const entries = this.#entries();
    const first = entries[0];
    if (first === undefined) return undefined;
    const facts = {
      callId: this.#callId,
      startedAt: first.at,
      lifelines: this.lifelines(),
      dropped: this.#dropped,
      ...(findings === undefined ? {} : { findings }),
    };
    return packTrace(facts, entries);
  }

  /** Messages so far, those that were dropped included. */
  get count(): number {
    return this.#seq;
  }

  /** Messages that were lost before they could be added. */
  skip(count: number): void {
    this.#seq += count;
    this.#dropped += count;
  }

  /** Caller, trunk, console or endpoint, targets. Without a caller, whoever began the call stands left of the trunk. */
  lifelines(): Lifeline[] {
    if (this.#lifelines !== undefined) return this.#lifelines;
    const legs = [...this.#legs.values()];
    const leftmost = legs.some(({ role }) => role === 'caller') ? undefined : legs[0];
    const place = (line: Lifeline): number => (line === leftmost ? 0 : ROLE_ORDER[line.role]);
    const trunk: Lifeline = { id: TRUNK, role: 'trunk', label: 'trunk' };
    this.#lifelines = [trunk, ...legs].sort((a, b) => place(a) - place(b));
    return this.#lifelines;
  }

  /** Undefined as long as there was no message. */
  ladder(): Ladder | undefined {
    const entries = this.#entries();
    const first = entries[0];
    if (first === undefined) return undefined;
    const messages = entries.map((entry) => describe(entry));
    markRetransmissions(messages);
    return {
      callId: this.#callId,
      startedAt: first.at,
      lifelines: this.lifelines(),
      messages,
      dropped: this.#dropped,
    };
  }

  /** Whether the same bytes crossed the same leg in the same direction before. */
  repeats({ seq, legId, direction, bytes }: TraceEntry): boolean {
    return this.#entries().some(
      (other) =>
        other.seq < seq &&
        other.legId === legId &&
        other.direction === direction &&
        other.bytes.length === bytes.length &&
        Buffer.compare(other.bytes, bytes) === 0,
    );
  }

  #entries(): TraceEntry[] {
    return [...this.#head, ...this.#tail.slice(this.#tailStart)];
  }

  #push(entry: TraceEntry): void {
    this.#tail.push(entry);
    this.#tailBytes += entry.bytes.length;
    while (this.#tail.length - this.#tailStart > this.#maxTail || this.#tailBytes > MAX_TAIL_BYTES) {
      this.#tailBytes -= this.#tail[this.#tailStart]?.bytes.length ?? 0;
      this.#tailStart += 1;
      this.#dropped += 1;
    }
    // Frees what was cut off once it is as much as what is kept.
    if (this.#tailStart > this.#maxTail) {
      this.#tail = this.#tail.slice(this.#tailStart);
      this.#tailStart = 0;
    }
  }
}
