/**
 * Which way the sound of calls goes: WebRTC, or the console's WebSocket where this browser has no WebRTC that works (M19).
 * It is looked at before the first call, and again when the network changes.
 */
import { mediaConfiguration } from './media-configuration.ts';

export type SoundWay = 'webrtc' | 'websocket';
export type SoundWaySetting = 'auto' | SoundWay;

export interface SoundWayState {
  way: SoundWay;
  /** Why WebRTC is not used. */
  why?: 'chosen' | 'no-candidates' | 'failed';
}

/** Long enough for a machine that has other things to do. */
const PROBE_MS = 5000;

export class SoundWays {
  readonly #changed: (state: SoundWayState) => void;
  readonly #probe: () => Promise<boolean>;
  #setting: SoundWaySetting = 'auto';
  #trouble: 'no-candidates' | 'failed' | undefined;
  #told: SoundWayState | undefined;

  /** @param probe whether the browser finds a candidate */
  constructor(changed: (state: SoundWayState) => void, probe = findsCandidate) {
    this.#changed = changed;
    this.#probe = probe;
  }

  get state(): SoundWayState {
    if (this.#setting === 'websocket') return { way: 'websocket', why: 'chosen' };
    if (this.#setting === 'webrtc' || !this.#trouble) return { way: 'webrtc' };
    return { way: 'websocket', why: this.#trouble };
  }

  /** Another way may be taken when this one does not work. */
  get free(): boolean {
    return this.#setting === 'auto';
  }

  choose(setting: SoundWaySetting): void {
    this.#setting = setting;
    this.#tell();
  }

  /** Nothing was found, or it did not work in a call: the next calls do not try it. */
  failed(trouble: 'no-candidates' | 'failed'): void {
    this.#trouble = trouble;
    this.#tell();
  }

  /** What was true on another network may not be true any more. */
  async look(): Promise<void> {
    const found = await this.#probe();
    this.#trouble = found ? undefined : 'no-candidates';
    this.#tell();
  }

  #tell(): void {
    const { state } = this;
    if (this.#told?.way === state.way && this.#told.why === state.why) return;
    this.#told = state;
    this.#changed(state);
  }
}

/** The trunk takes sound over UDP alone; where that is blocked, browsers still name TCP. */
export function isUsable(candidate: Pick<RTCIceCandidate, 'protocol'> | null): boolean {
  return candidate !== null && candidate.protocol !== 'tcp';
}

async function findsCandidate(): Promise<boolean> {
  if (typeof RTCPeerConnection === 'undefined') return false;
  const connection = new RTCPeerConnection(mediaConfiguration.peerConnectionConfiguration);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  connection.addEventListener('icecandidate', ({ candidate }) => {
    if (candidate === null || isUsable(candidate)) resolve(candidate !== null);
  });
  const timer = setTimeout(() => resolve(false), PROBE_MS);
  try {
    connection.addTransceiver('audio');
    await connection.setLocalDescription();
    return await promise;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
    connection.close();
  }
}
