import { err, ok, type Result } from '../message/result.ts';
import type { CodecName } from '../codec/codec.ts';
import { codecs } from '../codec/registry.ts';
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
  /** What we speak, in the order of our offers; G.711 by default. */
  readonly codecs?: readonly CodecName[];
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

/** What every leg speaks. */
export const G711: readonly CodecName[] = ['PCMU', 'PCMA'];
/** Of Opus in our offers: what browsers take for it. Telephone events have 101. */
const OPUS_PAYLOAD_TYPE = 111;

/** As our offers number them. */
export function formatsOf(names: readonly CodecName[] = G711): readonly AudioFormat[] {
  const speech = names.map((name) => ({ payloadType: codecs[name].payloadType ?? OPUS_PAYLOAD_TYPE, name }));
  return [...speech, { payloadType: 101, name: 'telephone-event' }];
}

/** The body of an offer, after its session lines. RFC 3264 §5. */
export function offerMedia(local: LocalAudio): string[] {
  const { protocol, attributes } = offerKeys(local.keys ?? PLAIN_ONLY);
  return [...audioLines(local, formatsOf(local.codecs), local.direction, protocol, true), ...attributes];
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
  return ok(withOffered({ ...agreement, ...(keys && { keys }) }, local.codecs));
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
  if (!served || served instanceof NoCommonCodec) return err(served ?? mismatch(media, local));
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
export function withOffered<T extends AgreedAudio>(agreed: T, names?: readonly CodecName[]): T {
  return { ...agreed, formats: new Map([...formatsOf(names).map(entry), ...agreed.formats]) };
}

/**
 * What follows from a peer's description.
 * @param wanted our direction, before the peer has its say
 * @param names what we speak
 * @returns undefined when it has no speech that we speak
 */
export function agreeAudio(
  { formats: theirs, direction }: Pick<AudioSection, 'formats' | 'direction'>,
  wanted: Direction,
  names: readonly CodecName[] = G711,
): AgreedAudio | undefined {
  const formats = theirs.filter((format) => !isSpeech(format) || names.includes(format.name));
  const speech = formats.find(isSpeech);
  const noise = formats.find((format) => format.name === 'CN');
  const events = formats.find((format) => format.name === 'telephone-event');
  return (
    speech && {
      codec: speech.name,
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
  const agreed = agreeAudio(audio, local.direction, local.codecs);
  return agreed && { ...agreed, remote: { host: audio.host, port }, rtcpMux: audio.rtcpMux, rtcp: audio.rtcp };
}

function rtpmap(format: AudioFormat): string {
  const { payloadType, name } = format;
  if (!isSpeech(format)) return `a=rtpmap:${payloadType} ${name}/8000`;
  const { clockRateHz, channels } = codecs[format.name];
  return `a=rtpmap:${payloadType} ${name}/${clockRateHz}${channels > 1 ? `/${channels}` : ''}`;
}

/** Of a format, as `a=fmtp` says them. */
export function parametersOf(format: AudioFormat): string | undefined {
  if (isSpeech(format)) return codecs[format.name].fmtp;
  return format.name === 'telephone-event' ? '0-15' : undefined;
}

function fmtp(format: AudioFormat): string[] {
  const parameters = parametersOf(format);
  return parameters === undefined ? [] : [`a=fmtp:${format.payloadType} ${parameters}`];
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
    ...formats.map(rtpmap),
    ...formats.flatMap(fmtp),
    'a=ptime:20',
    `a=${direction}`,
    ...(rtcpMux ? ['a=rtcp-mux'] : []),
  ];
}
