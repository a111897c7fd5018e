import { isIP } from 'node:net';
import { write, type MediaDescription, type SessionDescription } from 'sdp-transform';
import type { CodecName } from '../codec/codec.ts';
import { err, ok, type Result } from '../message/result.ts';
import { isSpeech, parseLoosely, readFormats, textOf, type AudioFormat } from './description.ts';
import type { Direction } from './direction.ts';
import { BadSdp, NoCommonCodec } from './failure.ts';
import { G711 } from './negotiate.ts';

/** A browser's description, reduced to what the gateway speaks. */
export interface BrowserAudio {
  /** Text for the WebRTC stack. */
  readonly sdp: string;
  /** Audio before telephone-event, each in the browser's order. */
  readonly formats: readonly AudioFormat[];
  readonly direction: Direction;
}

const PROTOCOL = /^UDP\/TLS\/RTP\/SAVPF?$/;

/** Whether an offer asks for ICE and DTLS-SRTP instead of plain RTP. RFC 8839, RFC 5763. */
export function isWebRtcOffer(sdp: string): boolean {
  return /^a=fingerprint:/m.test(sdp) && /^a=ice-ufrag:/m.test(sdp);
}

/**
 * Reduces a browser's offer or answer to `names` and telephone-event at 8 kHz: left alone, DTMF would be agreed at
 * 48 kHz and last six times as long. Candidates that only the browser's own machine can resolve (mDNS) go as well.
 */
export function reduceBrowserSdp(
  text: string,
  names: readonly CodecName[] = G711,
): Result<BrowserAudio, BadSdp | NoCommonCodec> {
  const session = parseLoosely(text);
  if (!session || !isWebRtcOffer(text)) return err(new BadSdp('not a WebRTC session description'));
  const audio = session.media.find(
    (media) => media.type === 'audio' && PROTOCOL.test(textOf(media.protocol)) && media.port !== 0,
  );
  if (!audio) return err(new NoCommonCodec('the offer has no WebRTC audio stream', 304));
  const known = readFormats(audio);
  const formats = [
    // A browser that has agreed to comfort noise is silent between words: it is not asked for.
    ...known.filter((format) => isSpeech(format) && names.includes(format.name)),
    ...known.filter((format) => format.name === 'telephone-event'),
  ];
  if (formats[0] === undefined || !isSpeech(formats[0])) {
    return err(new NoCommonCodec(`the browser speaks none of ${names.join(', ')}`));
  }
  const direction = audio.direction ?? session.direction ?? 'sendrecv';
  reduceAudio(audio, formats);
  session.media.forEach(dropUnreachableCandidates);
  return print(session, { formats, direction });
}

function reduceAudio(audio: MediaDescription, formats: readonly AudioFormat[]): void {
  const kept = new Set(formats.map((format) => format.payloadType));
  audio.payloads = formats.map((format) => format.payloadType).join(' ');
  audio.rtp = audio.rtp.filter((map) => kept.has(map.payload));
  audio.fmtp = audio.fmtp.filter((parameters) => kept.has(parameters.payload));
  delete audio.rtcpFb;
  delete audio.ext;
}

function dropUnreachableCandidates(media: MediaDescription): void {
  if (media.candidates) media.candidates = media.candidates.filter((candidate) => isIP(textOf(candidate.ip)) !== 0);
}

function print(session: SessionDescription, audio: Omit<BrowserAudio, 'sdp'>): Result<BrowserAudio, BadSdp> {
  try {
    return ok({ ...audio, sdp: write(session) });
  } catch {
    return err(new BadSdp('a session description that can not be written again'));
  }
}

/** Keeps of our own description only the candidates at `host`: the sockets are bound there and nowhere else. */
export function onlyCandidatesAt(host: string, sdp: string): string {
  const foreign = (line: string): boolean => line.startsWith('a=candidate:') && line.split(' ')[4] !== host;
  return sdp
    .split('\r\n')
    .filter((line) => !foreign(line))
    .join('\r\n');
}
