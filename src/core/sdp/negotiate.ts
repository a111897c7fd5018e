import { err, ok, type Result } from '../message/result.ts';
import type { CodecName } from '../codec/codec.ts';
import { isV6, parseDescription, type AudioFormat, type AudioSection, type MediaSection } from './description.ts';
import { answeringDirection, type Direction } from './direction.ts';
import { NoCommonCodec, type BadSdp } from './failure.ts';
import { mismatch } from './mismatch.ts';

/** Our end of a stream. */
export interface LocalAudio {
  readonly host: string;
  readonly port: number;
  /** What we want, before the peer has its say. */
  readonly direction: Direction;
}

/** What both sides agreed about what is said. */
export interface AgreedAudio {
  /** What we send: the peer's first choice among ours. */
  readonly codec: CodecName;
  readonly payloadType: number;
  /** For the events we send; undefined when the peer takes none. */
  readonly telephoneEvent?: number;
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
}

export const ourFormats: readonly AudioFormat[] = [
  { payloadType: 0, name: 'PCMU' },
  { payloadType: 8, name: 'PCMA' },
  { payloadType: 101, name: 'telephone-event' },
];

/** The body of an offer, after its session lines. RFC 3264 §5. */
export function offerMedia(local: LocalAudio): string[] {
  return audioLines(local, ourFormats, local.direction, 'RTP/AVP', true);
}

/** Reads the answer to our offer. RFC 3264 §7. */
export function readAnswer(text: string, local: LocalAudio): Result<Agreement, BadSdp | NoCommonCodec> {
  const description = parseDescription(text);
  if (!description.ok) return description;
  const section = description.value.media[0]!;
  const agreement = agree(section, local);
  if (!agreement) return err(new NoCommonCodec('the answer accepts no stream that we offered'));
  return ok(withOffered(agreement));
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
  let agreement: Agreement | undefined;
  const lines = description.value.media.flatMap((section) => {
    const agreed = agreement ? undefined : agree(section, local);
    if (!agreed) return [`m=${section.kind} 0 ${section.protocol} ${section.formats}`.trimEnd()];
    agreement = agreed;
    const formats = [...agreed.formats].map(([payloadType, name]) => ({ payloadType, name }));
    return audioLines(local, formats, agreed.direction, section.protocol, agreed.rtcpMux);
  });
  const closed = description.value.media.every(({ port }) => port === 0);
  if (running && closed) agreement = { ...running, direction: 'inactive', remoteDirection: 'inactive' };
  return agreement ? ok({ agreement, lines }) : err(mismatch(description.value.media, local.host));
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
  const speech = formats.find((format) => format.name !== 'telephone-event');
  const events = formats.find((format) => format.name === 'telephone-event');
  return (
    speech && {
      codec: speech.name as CodecName,
      payloadType: speech.payloadType,
      ...(events && { telephoneEvent: events.payloadType }),
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
