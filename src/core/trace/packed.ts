/**
 * Traces at rest: what is known of each message as JSON, then their texts as they were on the wire, secrets taken out.
 * Nothing is described, since most traces are never looked at. A long one is deflated: SIP repeats itself, so even the
 * fastest level saves most of the room.
 */
import { Buffer } from 'node:buffer';
import { deflateSync, inflateSync } from 'node:zlib';
import { describeText, markRetransmissions, textOf, TRUNK, type LateEntry, type TraceEntry } from './describe.ts';
import type { Finding, Ladder, LadderMessage, Lifeline } from '../../nouns/ladder.ts';
import { formatAddress } from '../transport/index.ts';
import { mayHoldSecrets, redact } from './redact.ts';

/** First byte of this form; `{` is that of earlier versions, 0x78 that of zlib. */
const FORM = 2;
const BRACE = 0x7b;
const ZLIB = 0x78;
/** The form, and the length of the JSON in four bytes. */
const PREFIX = 5;
/** A stored trace that grows beyond this is not one of ours. */
const MAX_BYTES = 256 * 1024 * 1024;
/** Below this many bytes deflating costs more time than its room is worth: a plain call stays below. */
const LONG = 16 * 1024;

interface Head {
  readonly callId: string;
  readonly startedAt: number;
  readonly lifelines: Lifeline[];
  readonly dropped: number;
  readonly findings?: Finding[] | undefined;
  readonly messages: readonly Row[];
}

type Row = readonly [
  seq: number,
  at: number,
  legId: string,
  sipCallId: string,
  inbound: 0 | 1,
  transport: string,
  remote: string | null,
  bytes: number,
  /** Absent in traces of earlier versions. */
  local?: string | null,
];

export type PackedFacts = Omit<Head, 'messages'>;

/** @param entries as the tracer keeps them; their secrets are taken out here */
export function packTrace(facts: PackedFacts, entries: readonly TraceEntry[]): Buffer {
  const texts = entries.map(textToKeep);
  const rows = entries.map((entry, i) => rowOf(entry, entry.seq, texts[i]!));
  return write({ ...facts, messages: rows }, texts);
}

/**
 * A stored trace with what came after it, numbered on from its last message. Nothing is described: under load every
 * call may have late messages.
 * @returns undefined when the bytes are damaged or of an earlier version
 */
export function extendTrace(packed: Uint8Array, late: readonly LateEntry[]): Buffer | undefined {
  try {
    const { head, texts: before } = open(inflated(packed));
    const last = head.messages.at(-1)?.[0] ?? 0;
    const texts = late.map(textToKeep);
    const rows = late.map((entry, i) => rowOf(entry, last + 1 + i, texts[i]!));
    return write({ ...head, messages: [...head.messages, ...rows] }, [before, ...texts]);
  } catch {
    return undefined;
  }
}

function textToKeep({ bytes }: LateEntry): Uint8Array {
  return mayHoldSecrets(bytes) ? Buffer.from(redact(textOf(bytes))) : bytes;
}

function rowOf(entry: LateEntry, seq: number, text: Uint8Array): Row {
  return [
    seq,
    entry.at,
    entry.legId,
    entry.sipCallId,
    entry.direction === 'in' ? 1 : 0,
    entry.transport,
    formatAddress(entry.remote),
    text.length,
    entry.local ? formatAddress(entry.local) : null,
  ];
}

/** A ladder that was described already. */
export function packLadder({ messages, ...facts }: Ladder): Buffer {
  const texts = messages.map(({ text }) => Buffer.from(text));
  const rows = messages.map((message, i): Row => [
    message.seq,
    message.at,
    message.legId,
    message.sipCallId,
    message.to === TRUNK ? 1 : 0,
    message.transport,
    message.remote ?? null,
    texts[i]?.length ?? 0,
    message.local ?? null,
  ]);
  return write({ ...facts, messages: rows }, texts);
}

/** Undefined when the bytes are damaged. */
export function unpackLadder(bytes: Uint8Array): Ladder | undefined {
  try {
    const plain = inflated(bytes);
    return plain[0] === BRACE ? (JSON.parse(plain.toString()) as Ladder) : read(plain);
  } catch {
    return undefined;
  }
}

function write(head: Head, texts: readonly Uint8Array[]): Buffer {
  const json = Buffer.from(JSON.stringify(head));
  const prefix = Buffer.alloc(PREFIX);
  prefix[0] = FORM;
  prefix.writeUInt32BE(json.length, 1);
  const packed = Buffer.concat([prefix, json, ...texts]);
  return packed.length < LONG ? packed : deflateSync(packed, { level: 1 });
}

/** @throws when it is damaged */
function read(packed: Buffer): Ladder {
  const { head, texts } = open(packed);
  const { messages, ...facts } = head;
  let at = 0;
  const described = messages.map((row): LadderMessage => {
    const [seq, time, legId, sipCallId, inbound, transport, remote, length, local] = row;
    const text = texts.subarray(at, at + length);
    at += length;
    const whose = { seq, at: time, legId, sipCallId, transport, ...(local == null ? {} : { local }) };
    const direction = inbound === 1 ? 'in' : 'out';
    return describeText({ ...whose, direction, ...(remote === null ? {} : { remote }) }, text);
  });
  markRetransmissions(described);
  return { ...facts, messages: described };
}

/**
 * What is known of the messages, and their texts.
 * @throws when it is not of this form, or damaged
 */
function open(packed: Buffer): { head: Head; texts: Buffer } {
  if (packed[0] !== FORM) throw new TypeError('not a trace of this form');
  const end = PREFIX + packed.readUInt32BE(1);
  const head = JSON.parse(packed.toString('utf8', PREFIX, end)) as Head;
  const texts = packed.subarray(end);
  if (head.messages.reduce((sum, row) => sum + row[7], 0) > texts.length)
    throw new RangeError('the trace is cut short');
  return { head, texts };
}

function inflated(bytes: Uint8Array): Buffer {
  return bytes[0] === ZLIB ? inflateSync(bytes, { maxOutputLength: MAX_BYTES }) : viewOf(bytes);
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
