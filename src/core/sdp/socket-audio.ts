/**
 * Sound over the console's WebSocket, as SDP says it (M19). One m= line whose transport is private:
 *
 *     m=audio 9 TCP/WS/L16 96
 *     a=rtpmap:96 L16/16000
 *     a=audio-socket:0b5c…
 *
 * `audio-socket` is in the trunk's descriptions alone: the browser opens `/audio/{id}` on the console's server. An offer of
 * WebRTC names this as its other possibility in the words of RFC 5939 (`tcap`, `acap`, `pcfg`), which browsers pass over, and
 * an answer takes it by `acfg`. A re-INVITE may change the transport of the stream (RFC 3264 §8.3.1).
 */
import { err, ok, type Result } from '../message/result.ts';
import { parseLoosely, textOf } from './description.ts';
import type { Direction } from './direction.ts';
import { BadSdp, NoCommonCodec } from './failure.ts';
import { isWebRtcOffer } from './webrtc.ts';

const PROTOCOL = 'TCP/WS/L16';
const PAYLOAD_TYPE = 96;
export const SOCKET_RATE_HZ = 16_000;

/** Whether a description speaks of sound over the console's WebSocket. */
export function isSocketAudio(sdp: string): boolean {
  return /^m=audio [1-9]\d* TCP\/WS\/L16 /m.test(sdp);
}

/** Whether an offer is a browser's: its sound goes through the gateway. */
export function isBrowserOffer(sdp: string): boolean {
  return isWebRtcOffer(sdp) || isSocketAudio(sdp);
}

/** The body of a description, after its session lines. */
export function socketAudioLines(id: string, direction: Direction): string[] {
  return [
    `m=audio 9 ${PROTOCOL} ${PAYLOAD_TYPE}`,
    `a=rtpmap:${PAYLOAD_TYPE} L16/${SOCKET_RATE_HZ}`,
    'a=ptime:20',
    `a=audio-socket:${id}`,
    `a=${direction}`,
  ];
}

/** An offer of WebRTC that says what else would do. RFC 5939 §3. */
export function withSocketCapability(sdp: string, id: string): string {
  const lines = [`a=tcap:1 ${PROTOCOL}`, `a=acap:1 audio-socket:${id}`, 'a=pcfg:1 t=1 a=1'];
  return `${sdp.replace(/(?:\r\n)*$/, '\r\n')}${lines.join('\r\n')}\r\n`;
}

/** What the browser's description says, from its own view. */
export function readSocketAudio(text: string): Result<{ direction: Direction }, BadSdp | NoCommonCodec> {
  const session = parseLoosely(text);
  const media = session?.media.find(({ type, protocol }) => type === 'audio' && textOf(protocol) === PROTOCOL);
  if (!session || !media) return err(new BadSdp('not a description of sound over a WebSocket'));
  const format = media.rtp.find(({ payload }) => String(payload) === textOf(media.payloads).split(' ')[0]);
  if (textOf(format?.codec).toUpperCase() !== 'L16' || format?.rate !== SOCKET_RATE_HZ) {
    return err(new NoCommonCodec(`the sound over a WebSocket is L16/${SOCKET_RATE_HZ}`));
  }
  return ok({ direction: media.direction ?? session.direction ?? 'sendrecv' });
}
