import { err, ok, type Result } from '../message/result.ts';
import type { AudioCodec } from '../rtp/frame.ts';
import { isV6, parseDescription, type AudioFormat, type AudioSection, type MediaSection } from './description.ts';
import { answeringDirection, type Direction } from './direction.ts';
import { NoCommonCodec, type BadSdp } from './failure.ts';

/** Our end of a stream. */
export interface LocalAudio {
  readonly host: string;
  readonly port: number;
  /** What we want, before the peer has its say. */
  readonly direction: Direction;
}

/** What both sides agreed. */
export interface Agreement {
  /** What we send: the peer's first choice among ours. */
  readonly codec: AudioCodec;
  readonly payloadType: number;
  /** For the events we send; undefined when the peer takes none. */
  readonly telephoneEvent?: number;
  /** What a payload type that arrives means: the peer's numbers, and the ones we offered. */
  readonly formats: ReadonlyMap<number, AudioFormat['name']>;
  readonly remote: { readonly host: string; readonly port: number };
  readonly remoteDirection: Direction;
  readonly direction: Direction;
  readonly rtcpMux: boolean;
}

export const ourFormats: readonly AudioFormat[] = [
  { payloadType: 0, name: 'PCMU' },
  { payloadType: 8, name: 'PCMA' },
  { payloadType: 101, name: 'telephone-event' },
];

/** The body of an offer, after its session lines. RFC 3264 §5. */
export function offerMedia(local: LocalAudio): string[] {
  return audioLines(local, ourFormats, local.direction, 'RTP/AVP', false);
}

/** Reads the answer to our offer. RFC 3264 §7. */
export function readAnswer(text: string, local: LocalAudio): Result<Agreement, BadSdp | NoCommonCodec> {
  const description = parseDescription(text);
  if (!description.ok) return description;
  const section = description.value.media[0]!;
  const agreement = agree(section, local);
  if (!agreement) return err(new NoCommonCodec('the answer accepts no stream that we offered'));
  const formats = new Map([...ourFormats.map(entry), ...agreement.formats]);
  return ok({ ...agreement, formats });
}

/**
 * Accepts the first audio stream of an offer that we can serve and rejects every other stream. RFC 3264 §6.
 * Keeps the offer's order and payload types.
 * @returns the agreement, and the body of the answer after its session lines
 */
export function answerMedia(
  text: string,
  local: LocalAudio,
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
  return agreement
    ? ok({ agreement, lines })
    : err(new NoCommonCodec('the offer has no PCMU or PCMA audio stream for us'));
}

const entry = (format: AudioFormat): [number, AudioFormat['name']] => [format.payloadType, format.name];

function agree(section: MediaSection, local: LocalAudio): Agreement | undefined {
  const { audio } = section;
  if (!audio || isV6(audio.host) !== isV6(local.host)) return undefined;
  const speech = audio.formats.find((format) => format.name !== 'telephone-event');
  if (!speech) return undefined;
  const events = audio.formats.find((format) => format.name === 'telephone-event');
  return {
    codec: speech.name as AudioCodec,
    payloadType: speech.payloadType,
    ...(events && { telephoneEvent: events.payloadType }),
    formats: new Map(audio.formats.map(entry)),
    ...directions(audio, local),
    remote: { host: audio.host, port: section.port },
    rtcpMux: audio.rtcpMux,
  };
}

const directions = (audio: AudioSection, local: LocalAudio): { remoteDirection: Direction; direction: Direction } => ({
  remoteDirection: audio.direction,
  direction: answeringDirection(audio.direction, local.direction),
});

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
