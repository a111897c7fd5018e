import { err, ok, type Result } from '../message/result.ts';
import type { CodecName } from '../codec/codec.ts';
import {
  isSpeech,
  isV6,
  parseDescription,
  type AudioFormat,
  type AudioSection,
  type MediaSection,
} from './description.ts';
import { answeringDirection, type Direction } from './direction.ts';
import { NoCommonCodec, type BadSdp } from './failure.ts';
import { mismatch } from './mismatch.ts';
import { acceptKeys, answerKeys, offerKeys, PLAIN_ONLY, type Keys, type LocalKeys } from './sdes.ts';
import { writeCrypto } from './crypto.ts';

/** Our end of a stream. */
export interface LocalAudio {
  readonly host: string;
  readonly port: number;
  /** What we want, before the peer has its say. */
  readonly direction: Direction;
  /** For SRTP; without them plain RTP alone. */
  readonly keys?: LocalKeys;
}

/** What both sides agreed about what is said. */
export interface AgreedAudio {
  /** What we send: the peer's first choice among ours. */
  readonly codec: CodecName;
  readonly payloadType: number;
  /** For the events we send; undefined when the peer takes none. */
  readonly telephoneEvent?: number;
  /** For comfort noise (RFC 3389); undefined when the peer takes none. */
  readonly comfortNoise?: number;
  /** What a payload type that arrives means: the peer's numbers, and the ones we offered. */
  readonly formats: ReadonlyMap<number, AudioFormat['name']>;
  readonly remoteDirection: Direction;
  readonly direction: Direction;
}

/** And where it goes. */
export interface Agreement extends AgreedAudio {
  readonly remote: { readonly host: string; readonly port: number };
  readonly rtcpMux: boolean;
  /** Where the peer takes RTCP, if not on the port above that of its sound. RFC 3605. */
  readonly rtcp?: { readonly host: string; readonly port: number } | undefined;
  /** Of SRTP; plain RTP without them. */
  readonly keys?: Keys;
}

export const ourFormats: readonly AudioFormat[] = [
  { payloadType: 0, name: 'PCMU' },
  { payloadType: 8, name: 'PCMA' },
  { payloadType: 101, name: 'telephone-event' },
];

/** The body of an offer, after its session lines. RFC 3264 §5. */
export function offerMedia(local: LocalAudio): string[] {
  const { protocol, attributes } = offerKeys(local.keys ?? PLAIN_ONLY);
  return [...audioLines(local, ourFormats, local.direction, protocol, true), ...attributes];
}

/** Reads the answer to our offer. RFC 3264 §7. */
export function readAnswer(text: string, local: LocalAudio): Result<Agreement, BadSdp | NoCommonCodec> {
  const description = parseDescription(text);
  if (!description.ok) return description;
  const section = description.value.media[0]!;
  const agreement = agree(section, local);
  if (!agreement) return err(new NoCommonCodec('the answer accepts no stream that we offered'));
  const keys = acceptKeys({ ...section, ...section.audio! }, local.keys ?? PLAIN_ONLY);
  if (keys instanceof NoCommonCodec) return err(keys);
  return ok(withOffered({ ...agreement, ...(keys && { keys }) }));
}

/**
 * Accepts the first audio stream of an offer that we can serve and rejects every other stream. RFC 3264 §6.
 * Keeps the offer's order and payload types.
 * @param running the stream that there is already: an offer may close it with port 0 (§8.2), and no other may be empty
 * @returns the agreement, and the body of the answer after its session lines
 */
export function answerMedia(
  text: string,
  local: LocalAudio,
  running?: Agreement,
): Result<{ agreement: Agreement; lines: string[] }, BadSdp | NoCommonCodec> {
  const description = parseDescription(text);
  if (!description.ok) return description;
  const { media } = description.value;
  const served = serve(media, local);
  if (running && media.every(({ port }) => port === 0)) {
    const agreement = { ...running, direction: 'inactive', remoteDirection: 'inactive' } as const;
    return ok({ agreement, lines: media.map(rejected) });
  }
  if (!served || served instanceof NoCommonCodec) return err(served ?? mismatch(media, local.host));
  const { section: chosen, agreement } = served;
  return ok({
    agreement,
    lines: media.flatMap((section) =>
      section === chosen ? answerLines(section, agreement, local) : rejected(section),
    ),
  });
}

/**
 * The first section that we can serve; one with keys goes before one without.
 * @returns undefined when none has what we speak; why not when only keys are missing
 */
function serve(
  media: readonly MediaSection[],
  local: LocalAudio,
): { section: MediaSection; agreement: Agreement } | NoCommonCodec | undefined {
  let refusal: NoCommonCodec | undefined;
  let plain: { section: MediaSection; agreement: Agreement } | undefined;
  for (const section of media) {
    const agreement = agree(section, local);
    if (!agreement) continue;
    const keys = answerKeys({ ...section, ...section.audio! }, local.keys ?? PLAIN_ONLY);
    if (keys instanceof NoCommonCodec) refusal ??= keys;
    else if (keys) return { section, agreement: { ...agreement, keys } };
    else plain ??= { section, agreement };
  }
  return plain ?? refusal;
}

const rejected = ({ kind, protocol, formats }: MediaSection): string => `m=${kind} 0 ${protocol} ${formats}`.trimEnd();

function answerLines({ protocol }: MediaSection, agreed: Agreement, local: LocalAudio): string[] {
  const formats = [...agreed.formats].map(([payloadType, name]) => ({ payloadType, name }));
  const lines = audioLines(local, formats, agreed.direction, protocol, agreed.rtcpMux);
  return agreed.keys ? [...lines, writeCrypto(agreed.keys.ours)] : lines;
}

const entry = (format: AudioFormat): [number, AudioFormat['name']] => [format.payloadType, format.name];

/** The payload types of our own offers have a meaning too. */
export function withOffered<T extends AgreedAudio>(agreed: T): T {
  return { ...agreed, formats: new Map([...ourFormats.map(entry), ...agreed.formats]) };
}

/**
 * What follows from a peer's description.
 * @param wanted our direction, before the peer has its say
 * @returns undefined when it has no speech that we know
 */
export function agreeAudio(
  { formats, direction }: Pick<AudioSection, 'formats' | 'direction'>,
  wanted: Direction,
): AgreedAudio | undefined {
  const speech = formats.find(isSpeech);
  const noise = formats.find((format) => format.name === 'CN');
  const events = formats.find((format) => format.name === 'telephone-event');
  return (
    speech && {
      codec: speech.name as CodecName,
      payloadType: speech.payloadType,
      ...(events && { telephoneEvent: events.payloadType }),
      ...(noise && { comfortNoise: noise.payloadType }),
      formats: new Map(formats.map(entry)),
      remoteDirection: direction,
      direction: answeringDirection(direction, wanted),
    }
  );
}

function agree({ audio, port }: MediaSection, local: LocalAudio): Agreement | undefined {
  if (!audio || isV6(audio.host) !== isV6(local.host)) return undefined;
  const agreed = agreeAudio(audio, local.direction);
  return agreed && { ...agreed, remote: { host: audio.host, port }, rtcpMux: audio.rtcpMux, rtcp: audio.rtcp };
}

function audioLines(
  local: LocalAudio,
  formats: readonly AudioFormat[],
  direction: Direction,
  protocol: string,
  rtcpMux: boolean,
): string[] {
  return [
    `m=audio ${local.port} ${protocol} ${formats.map((format) => format.payloadType).join(' ')}`,
    ...formats.map((format) => `a=rtpmap:${format.payloadType} ${format.name}/8000`),
    ...formats
      .filter((format) => format.name === 'telephone-event')
      .map((format) => `a=fmtp:${format.payloadType} 0-15`),
    'a=ptime:20',
    `a=${direction}`,
    ...(rtcpMux ? ['a=rtcp-mux'] : []),
  ];
}
