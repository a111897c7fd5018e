/** Descriptions of sound over the console's WebSocket, from the browser's side (M19). The trunk's side says how: `sdp/socket-audio.ts`. Pure. */
import { WIRE_RATE_HZ } from './pcm/format.ts';

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

const sends = (direction: Direction): boolean => direction === 'sendrecv' || direction === 'sendonly';
const receives = (direction: Direction): boolean => direction === 'sendrecv' || direction === 'recvonly';

export interface SocketOffer {
  /** Of the WebSocket at the trunk. */
  id: string;
  /** It is what is said; else WebRTC is, and this would do as well (RFC 5939). */
  only: boolean;
  direction: Direction;
}

/** @returns undefined for a description that knows nothing of it */
export function readSocketSdp(sdp: string): SocketOffer | undefined {
  const only = /^m=audio [1-9]\d* TCP\/WS\/L16 /m.test(sdp);
  const id = (only ? /^a=audio-socket:([0-9a-f]+)/m : /^a=acap:\d+ audio-socket:([0-9a-f]+)/m).exec(sdp)?.[1];
  const direction = /^a=(sendrecv|sendonly|recvonly|inactive)\s*$/m.exec(sdp)?.[1] as Direction | undefined;
  return id === undefined ? undefined : { id, only, direction: direction ?? 'sendrecv' };
}

/** What is agreed when one side offers and the other holds or does not. RFC 3264 §6.1. */
export function answerTo(offered: Direction, hold: boolean): Direction {
  const [send, receive] = [receives(offered), sends(offered) && !hold];
  if (send) return receive ? 'sendrecv' : 'sendonly';
  return receive ? 'recvonly' : 'inactive';
}

export function mayWeSend(theirs: Direction): boolean {
  return receives(theirs);
}

/** Counts up through a session, as o= has to. RFC 3264 §8. */
export class SocketSdp {
  readonly #session: number;
  #version = 0;

  constructor(session: number) {
    this.#session = session;
  }

  write(direction: Direction, answersCapability: boolean): string {
    this.#version += 1;
    return [
      'v=0',
      `o=- ${this.#session} ${this.#version} IN IP4 127.0.0.1`,
      's=-',
      'c=IN IP4 127.0.0.1',
      't=0 0',
      'm=audio 9 TCP/WS/L16 96',
      `a=rtpmap:96 L16/${WIRE_RATE_HZ}`,
      'a=ptime:20',
      ...(answersCapability ? ['a=acfg:1 t=1 a=1'] : []),
      `a=${direction}`,
      '',
    ].join('\r\n');
  }
}
