import { isIP } from 'node:net';
import { parse, type SessionDescription } from 'sdp-transform';
import { err, ok, type Result } from '../message/result.ts';
import type { CodecName } from '../codec/codec.ts';
import { codecNamed, codecs } from '../codec/registry.ts';
import { NO_CRYPTOS, readCryptos, type Cryptos } from './crypto.ts';
import { directionOf, receives, sends, type Direction } from './direction.ts';
import { BadSdp } from './failure.ts';
import { readPlain, type PlainMedia, type PlainSession } from './plain.ts';

export interface AudioFormat {
  readonly payloadType: number;
  readonly name: CodecName | 'telephone-event' | 'CN';
}

/** Neither keys nor comfort noise, which accompany it. */
export const isSpeech = (format: AudioFormat): format is SpeechFormat =>
  format.name !== 'telephone-event' && format.name !== 'CN';

export interface SpeechFormat extends AudioFormat {
  readonly name: CodecName;
}

/** What an audio section asks for, as far as we can serve it. */
export interface AudioSection {
  readonly host: string;
  /** The formats we know, in the writer's order of preference. */
  readonly formats: readonly AudioFormat[];
  /** Names of all formats, for whoever is told why none of them will do. */
  readonly offered: readonly string[];
  readonly direction: Direction;
  readonly rtcpMux: boolean;
  /** Where it takes RTCP, if not on the port above. RFC 3605. */
  readonly rtcp?: { readonly host: string; readonly port: number } | undefined;
  /** Its keys for SRTP. */
  readonly cryptos: Cryptos;
}

/** One m= line. `audio` is there when it is a live stream of audio over RTP, plain or with keys of its own. */
export interface MediaSection {
  readonly kind: string;
  readonly port: number;
  readonly protocol: string;
  /** As written: the answer repeats it when it rejects the stream. */
  readonly formats: string;
  readonly audio?: AudioSection;
}

export interface Description {
  readonly media: readonly MediaSection[];
}

/** What an answer repeats of an m= line has to be visible text, or it would be no line. RFC 8866 §9. */
const FORMATS = /^[!-~]+(?: [!-~]+)*$/;
const isWord = (value: unknown): value is string => typeof value === 'string' && /^[!-~]+$/.test(value);

/** A description of an audio call is far shorter; a longer one is not worth the parser's time. */
const LONGEST = 64 * 1024;
const MOST_MEDIA = 32;

/** RFC 3551 §6: these need no rtpmap. */
const COMFORT_NOISE = 13;
const staticFormats: ReadonlyMap<number, AudioFormat['name']> = new Map<number, AudioFormat['name']>([
  [COMFORT_NOISE, 'CN'],
  ...Object.values(codecs).flatMap(({ name, payloadType }) =>
    payloadType === undefined ? [] : [[payloadType, name] as const],
  ),
]);

/** Reads a session description from the network. RFC 8866, RFC 3264. */
export function parseDescription(text: string): Result<Description, BadSdp> {
  if (text.length > LONGEST) return err(new BadSdp('longer than any description of a call'));
  const session = readPlain(text) ?? parseLoosely(text);
  if (session === undefined || session.media.length > MOST_MEDIA) return err(new BadSdp('not a session description'));
  const media: MediaSection[] = [];
  const cryptos = readCryptos(text);
  for (const [at, raw] of session.media.entries()) {
    const section = readSection(raw, session, cryptos[at] ?? NO_CRYPTOS);
    if (!section.ok) return section;
    media.push(section.value);
  }
  return ok({ media });
}

/** The library's own reading, in which every field may be absent or of another type than declared. */
export function parseLoosely(text: string): SessionDescription | undefined {
  if (text.length > LONGEST || !/^v=0\r?\n/.test(text)) return undefined;
  try {
    const session = parse(text);
    return session.media.length > 0 && session.media.length <= MOST_MEDIA ? session : undefined;
  } catch {
    return undefined;
  }
}

/** Which family an IP address is of. */
export function isV6(address: string): boolean {
  return address.includes(':');
}

/** The library makes a number of what looks like one, against its own declarations. */
export function textOf(value: string | number | undefined): string {
  return value === undefined ? '' : String(value);
}

function readSection(raw: PlainMedia, session: PlainSession, cryptos: Cryptos): Result<MediaSection, BadSdp> {
  const { type, port, protocol } = raw;
  const formats = textOf(raw.payloads).trim().replaceAll(/ +/g, ' ');
  const valid = Number.isInteger(port) && port >= 0 && port <= 65_535 && FORMATS.test(formats);
  if (!valid || !isWord(type) || !isWord(protocol)) return err(new BadSdp('an m= line that can not be read'));
  const section = { kind: type, port, protocol, formats };
  if (type !== 'audio' || port === 0 || !/^RTP\/S?AVPF?$/.test(protocol)) return ok(section);
  const host = (raw.connection ?? session.connection)?.ip;
  // A name would have to be resolved for a stream of packets; no SIP equipment writes one.
  if (typeof host !== 'string' || isIP(host) === 0) return err(new BadSdp('no c= line with an IP address'));
  return ok({
    ...section,
    audio: {
      host,
      formats: readFormats(raw),
      offered: nameAll(raw),
      direction: readDirection(raw, session, host),
      rtcpMux: raw.rtcpMux !== undefined,
      rtcp: readRtcp(raw, host),
      cryptos,
    },
  });
}

/** The formats of an m= line that we know, in its order. */
export function readFormats(raw: PlainMedia): AudioFormat[] {
  const formats: AudioFormat[] = [];
  for (const token of textOf(raw.payloads).split(' ')) {
    const payloadType = /^\d{1,3}$/.test(token) ? Number(token) : 128;
    const name = payloadType < 128 ? formatName(raw, payloadType) : undefined;
    if (name && !formats.some((known) => known.payloadType === payloadType)) formats.push({ payloadType, name });
  }
  return formats;
}

/** Other payload types that equipment leaves without rtpmap. RFC 3551 §6. */
const otherStatic: Readonly<Record<string, string>> = {
  __proto__: null as never,
  3: 'GSM/8000',
  4: 'G723/8000',
  9: 'G722/8000',
  18: 'G729/8000',
};

function nameAll(raw: PlainMedia): string[] {
  return textOf(raw.payloads)
    .split(' ', MOST_NAMED)
    .map((token) => {
      const mapped = raw.rtp.find(({ payload }) => String(payload) === token);
      if (mapped) return `${textOf(mapped.codec)}/${mapped.rate ?? 8000}`;
      return otherStatic[token] ?? `payload type ${token}`;
    });
}

const MOST_NAMED = 16;

function formatName(raw: PlainMedia, payloadType: number): AudioFormat['name'] | undefined {
  const mapped = raw.rtp.find((map) => map.payload === payloadType);
  if (!mapped) return staticFormats.get(payloadType);
  const name = textOf(mapped.codec);
  const rate = mapped.rate ?? 8000;
  if (/^telephone-event$/i.test(name)) return rate === 8000 ? 'telephone-event' : undefined;
  if (/^cn$/i.test(name)) return rate === 8000 ? 'CN' : undefined;
  const codec = codecNamed(name);
  return codec?.clockRateHz === rate ? codec.name : undefined;
}

/** Any other address than that of the sound has to be one, of the same family. */
function readRtcp({ rtcp }: PlainMedia, host: string): AudioSection['rtcp'] {
  const port = Number(rtcp?.port);
  if (!rtcp || !Number.isInteger(port) || port < 1 || port > 65_535) return undefined;
  const named = rtcp.address === undefined ? host : textOf(rtcp.address);
  return isIP(named) === isIP(host) && !/^[0.:]+$/.test(named) ? { host: named, port } : undefined;
}

/** `c=0.0.0.0` is the old way to say "send me nothing". RFC 3264 §8.4. */
function readDirection(raw: PlainMedia, session: PlainSession, host: string): Direction {
  const direction = raw.direction ?? session.direction ?? 'sendrecv';
  const muted = host === '0.0.0.0' || host === '::';
  return directionOf(sends(direction), receives(direction) && !muted);
}
