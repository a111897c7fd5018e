/** Does sound flow between this browser and the trunk? Read from what WebRTC says of one peer connection. Pure. (W28) */

/** Why there is no sound. */
export type MediaFailure =
  /** The browser offered no address from which sound could be sent. */
  | 'no-candidates'
  /** No way to the trunk's port was found. RFC 8445. */
  | 'ice-failed'
  /** A way was found, but no keys were agreed. RFC 5763. */
  | 'dtls-failed'
  /** The WebSocket for the sound could not be opened (M19). */
  | 'socket-failed'
  /** There was sound, and the connection broke off. */
  | 'lost';

export type MediaState =
  | { state: 'connecting' }
  /** `quiet`: nothing has arrived for seconds. The other side may well be silent: no fault by itself. */
  | { state: 'connected'; quiet: boolean; over?: 'websocket' }
  | { state: 'failed'; why: MediaFailure };

export interface MediaFacts {
  /** ICE candidates that the browser has found. */
  candidates: number;
  connection: RTCPeerConnectionState;
  ice: RTCIceConnectionState;
  /** It was connected before. */
  connectedBefore: boolean;
  /** Milliseconds since the answer, or since the connection was lost. */
  waitingMs: number;
  /** Milliseconds since the last packet arrived. */
  quietMs: number;
  /** Over the console's WebSocket, not WebRTC (M19). */
  overSocket: boolean;
  /** How long it may take to connect. */
  limitMs: number;
}

/** Without media for this long after the answer the line says so: 3 s, less one look. */
export const MEDIA_LIMIT_MS = 2500;
export const QUIET_AFTER_MS = 3000;

export function mediaHealth(facts: MediaFacts): MediaState {
  const { connection, waitingMs, quietMs, overSocket, limitMs } = facts;
  if (connection === 'connected') {
    const quiet = quietMs >= QUIET_AFTER_MS;
    return overSocket ? { state: 'connected', quiet, over: 'websocket' } : { state: 'connected', quiet };
  }
  if (connection === 'failed' || waitingMs >= limitMs) return { state: 'failed', why: whyNot(facts) };
  return { state: 'connecting' };
}

function whyNot({ candidates, ice, connectedBefore, overSocket }: MediaFacts): MediaFailure {
  if (connectedBefore) return 'lost';
  if (overSocket) return 'socket-failed';
  if (ice === 'connected' || ice === 'completed') return 'dtls-failed';
  return candidates === 0 ? 'no-candidates' : 'ice-failed';
}

export function sameMedia(a: MediaState | undefined, b: MediaState): boolean {
  if (a?.state === 'connected' && b.state === 'connected') return a.quiet === b.quiet && a.over === b.over;
  if (a?.state === 'failed' && b.state === 'failed') return a.why === b.why;
  return a?.state === b.state;
}
