/**
 * What the body of a message holds for us: one part of the wanted type, alone or in a multipart, beside parts that may be left
 * aside. RFC 3261 §20.11, RFC 5621 §4 and §8, W12. Pure.
 */
import { Buffer } from 'node:buffer';
import { parseDisposition, parseMediaType, parseMultipart, type Headers, type SipMessage } from '../message/index.ts';

export interface ReadBody {
  /** The part of the wanted type as text; bytes that are not UTF-8 become U+FFFD. */
  readonly text: string | undefined;
  /** `unsupported`: a part that has to be understood (415). `encoded`: the same for its Content-Encoding. Else what is malformed (400). */
  readonly flaw: 'unsupported' | 'encoded' | { readonly detail: string } | undefined;
}

interface Entity {
  readonly headers: Headers;
  readonly body: Uint8Array;
}

const MOST_NESTED = 3;
const NOTHING: ReadBody = { text: undefined, flaw: undefined };

/**
 * @param wanted media type
 * @param disposition what a part of that type has to be there for, where several are possible
 */
export function readBody(message: SipMessage, wanted: string, disposition?: string): ReadBody {
  if (message.body.length === 0) return NOTHING;
  return readEntity(message, { wanted, disposition }, 0);
}

interface Wanted {
  readonly wanted: string;
  readonly disposition: string | undefined;
}

function readEntity(entity: Entity, wanted: Wanted, depth: number): ReadBody {
  const read = readRequired(entity, wanted, depth);
  // Whoever wrote it says that it may be left aside; nothing said means that it must not (RFC 5621 §8.1).
  return read.flaw !== undefined && isOptional(entity.headers) ? NOTHING : read;
}

function readRequired(entity: Entity, wanted: Wanted, depth: number): ReadBody {
  const { headers, body } = entity;
  const codings = [...headers.all('Content-Encoding'), ...headers.all('Content-Transfer-Encoding')];
  if (codings.some((coding) => !/^(?:identity|7bit|8bit|binary)$/i.test(coding)))
    return { ...NOTHING, flaw: 'encoded' };
  const type = parseMediaType(headers.get('Content-Type') ?? '');
  if (!type.ok) return { ...NOTHING, flaw: 'unsupported' };
  const { mediaType, params } = type.value;
  if (mediaType.startsWith('multipart/')) {
    if (depth === MOST_NESTED) return malformed(`multipart bodies are nested more than ${MOST_NESTED} times`);
    const parts = parseMultipart(body, params.get('boundary'));
    if (!parts.ok) return malformed(parts.error);
    return mediaType === 'multipart/alternative'
      ? readAlternative(parts.value, wanted, depth + 1)
      : readMixed(parts.value, wanted, depth + 1);
  }
  const asked = parseDisposition(headers.get('Content-Disposition') ?? '');
  const fits = wanted.disposition === undefined || !asked.ok || asked.value.type === wanted.disposition;
  if (mediaType !== wanted.wanted || !fits) return { ...NOTHING, flaw: 'unsupported' };
  return { text: Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'), flaw: undefined };
}

/** All parts count; kinds of multipart that nobody knows are read so as well (RFC 2046 §5.1.3). */
function readMixed(parts: readonly Entity[], wanted: Wanted, depth: number): ReadBody {
  const read = parts.map((part) => readEntity(part, wanted, depth));
  const flawed = read.find(({ flaw }) => flaw !== undefined);
  const found = read.filter(({ text }) => text !== undefined);
  if (found.length > 1) return malformed(`more than one ${wanted.wanted} part`);
  return { text: found[0]?.text, flaw: flawed?.flaw };
}

/** The last one that can be read is the best (RFC 2046 §5.1.4); the others need not be understood. */
function readAlternative(parts: readonly Entity[], wanted: Wanted, depth: number): ReadBody {
  const read = parts.map((part) => readRequired(part, wanted, depth));
  return read.findLast(({ flaw }) => flaw === undefined) ?? read.at(-1) ?? NOTHING;
}

/** Whoever wrote it says that it may be left aside (RFC 3261 §20.11). */
export function isOptional(headers: Headers): boolean {
  const disposition = parseDisposition(headers.get('Content-Disposition') ?? '');
  return disposition.ok && disposition.value.handling === 'optional';
}

function malformed(detail: string): ReadBody {
  return { text: undefined, flaw: { detail } };
}
