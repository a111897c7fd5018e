/** What a traced message looks like on the ladder. Runs only when somebody looks. */
import { Buffer } from 'node:buffer';
import type { LadderMessage } from '../../nouns/ladder.ts';
import { bodyText, parseMessage } from '../message/index.ts';
import { sdpOf } from '../ua/description.ts';
import { formatAddress, type Address } from '../transport/index.ts';
import { redact } from './redact.ts';
import type { SipMessage } from '../message/index.ts';

/** A message as it is kept: the bytes of the wire, nothing derived. */
export interface TraceEntry {
  readonly seq: number;
  readonly at: number;
  readonly legId: string;
  readonly sipCallId: string;
  readonly direction: 'in' | 'out';
  readonly transport: string;
  readonly remote: Address;
  /** Our own address, as that peer reaches it. */
  readonly local?: Address | undefined;
  readonly bytes: Uint8Array;
}

/** A message of a call whose trace was put to rest: numbered by nobody, compared with nothing. */
export type LateEntry = Omit<TraceEntry, 'seq'>;

/** The lifeline id of the trunk itself. */
export const TRUNK = 'trunk';

/** Longer labels would widen the ladder for nothing. */
const MAX_LABEL = 80;

/** What is known of a message beside its text. */
type Whose = Omit<TraceEntry, 'bytes' | 'remote' | 'local'> & {
  /** `host:port`; absent in traces of earlier versions. */
  readonly remote?: string;
  readonly local?: string;
};

/** @param retransmission whether the same message came before */
export function describe(entry: TraceEntry, retransmission = false): LadderMessage {
  const { local, remote, ...whose } = entry;
  const addresses = { remote: formatAddress(remote), ...(local ? { local: formatAddress(local) } : {}) };
  return describeText({ ...whose, ...addresses }, entry.bytes, retransmission);
}

export function describeText(whose: Whose, bytes: Uint8Array, retransmission = false): LadderMessage {
  const { seq, at, legId, sipCallId, transport, remote, local } = whose;
  const inbound = whose.direction === 'in';
  return {
    seq,
    at,
    legId,
    sipCallId,
    from: inbound ? legId : TRUNK,
    to: inbound ? TRUNK : legId,
    transport,
    ...(remote === undefined ? {} : { remote }),
    ...(local === undefined ? {} : { local }),
    retransmission,
    ...meaning(bytes),
    text: redact(textOf(bytes)),
  };
}

/** Marks messages that came before: the same text, in the same direction, on the same leg (RFC 3261 §17). */
export function markRetransmissions(messages: readonly LadderMessage[]): void {
  const seen = new Map<string, Set<string>>();
  for (const message of messages) {
    const way = `${message.from} ${message.to}`;
    const texts = seen.get(way) ?? new Set();
    message.retransmission = texts.has(message.text);
    texts.add(message.text);
    seen.set(way, texts);
  }
}

type Meaning = Pick<LadderMessage, 'kind' | 'method' | 'status' | 'label' | 'cseq'>;

function meaning(bytes: Uint8Array): Meaning {
  const parsed = parseMessage(bytes);
  if (!parsed.ok) return unread(bytes);
  const message = parsed.value;
  const cseq = message.headers.get('CSeq') ?? '';
  if (message.kind === 'request') {
    return { kind: 'request', method: message.method, label: label(message.method, message), cseq };
  }
  const { status, reason } = message;
  return {
    kind: status < 200 ? 'provisional' : status < 300 ? 'success' : 'failure',
    method: cseq.split(/\s+/)[1] ?? '',
    status,
    label: label(`${status} ${reason}`.trim(), message),
    cseq,
  };
}

/** What was on the wire is shown even where it cannot be read. */
function unread(bytes: Uint8Array): Meaning {
  const line = firstLine(textOf(bytes));
  return { kind: 'request', method: line.split(' ')[0] ?? '', label: cut(redact(line)), cseq: '' };
}

function label(head: string, message: SipMessage): string {
  const type = (message.headers.get('Content-Type') ?? '').split(';', 1)[0]!.trim().toLowerCase();
  if (message.body.length === 0) return cut(head);
  if (type === 'application/sdp' || (type.startsWith('multipart/') && sdpOf(message) !== undefined)) {
    return `${cut(head)} (sdp)`;
  }
  if (type === 'message/sipfrag') {
    return cut(`${head} (${redact(firstLine(bodyText(message))).replace(/^SIP\/2\.0 +/i, '')})`);
  }
  return cut(head);
}

function firstLine(text: string): string {
  return /^[^\r\n]*/.exec(text.trimStart())?.[0] ?? '';
}

function cut(text: string): string {
  return text.length <= MAX_LABEL ? text : `${text.slice(0, MAX_LABEL - 1)}…`;
}

export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
