/** A sound that is played again and again without a click at its seam. */
import { FRAME_SAMPLES } from '../rtp/frame.ts';
import { decodeG711, encodeG711 } from '../codec/g711.ts';
import type { Sound } from './sound.ts';

/** Swells in its first frame and fades in its last one. What does not fill a frame at its end is left out. */
export function looping(sound: Sound): Sound {
  const { codec, length } = sound;
  if (length === undefined || length < 3) return sound;
  const frames = length - 1;
  const faded = (index: number, gain: (part: number) => number): Uint8Array => {
    const samples = decodeG711(sound.frame(index), codec);
    return encodeG711(
      samples.map((sample, at) => sample * gain(at / FRAME_SAMPLES)),
      codec,
    );
  };
  let first: Uint8Array | undefined;
  let last: Uint8Array | undefined;
  return {
    codec,
    length: frames,
    frame: (index) => {
      if (index === 0) return (first ??= faded(index, (part) => part));
      if (index === frames - 1) return (last ??= faded(index, (part) => 1 - part));
      return sound.frame(index);
    },
  };
}
