import type { CodecName } from '../codec/codec.ts';

/** Where a frame stands in its source's stream. RFC 3550 §5.1. */
export interface Position {
  readonly ssrc: number;
  readonly sequenceNumber: number;
  /** In units of the clock of the codec (`clockRateHz`); that of telephone events is the clock of the audio beside them. */
  readonly timestamp: number;
  readonly marker: boolean;
}

export interface AudioFrame extends Position {
  readonly kind: 'audio';
  readonly codec: CodecName;
  readonly payload: Uint8Array;
}

/** One telephone-event packet. RFC 4733 §2.3. */
export interface DtmfFrame extends Position {
  readonly kind: 'dtmf';
  /** 0–9, 10 `*`, 11 `#`, 12–15 `A`–`D`. */
  readonly event: number;
  readonly end: boolean;
  /** 0–63, in -dBm0. */
  readonly volume: number;
  /** Since the event began, in units of 1/8000 s whatever the clock. */
  readonly duration: number;
  /** Of the timestamp; 8000 when absent. */
  readonly clockRateHz?: number;
}

/** The sender is silent from here on; its packets cease, or become few. RFC 3389. */
export interface NoiseFrame extends Position {
  readonly kind: 'noise';
  /** The level of the noise in -dBov, and what it is like. */
  readonly payload: Uint8Array;
}

export type Frame = AudioFrame | DtmfFrame | NoiseFrame;

/** Anything that takes in a stream of frames: a leg, a recorder, a party's ear. */
export interface FrameSink {
  write(frame: Frame): void;
  /** A source begins, or goes on after a time in which nothing of it was passed on. */
  begin?(): void;
}

export const SAMPLE_RATE_HZ = 8000;
export const FRAME_MS = 20;
/** Samples, and so G.711 bytes and timestamp units, in one frame. */
export const FRAME_SAMPLES = 160;
