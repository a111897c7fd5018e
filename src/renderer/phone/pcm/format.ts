/**
 * What goes over the audio WebSocket (M19), as the trunk's gateway has it: binary messages of 20 ms, a frame's number
 * (32 bits, little endian) and 320 samples of 16 bits, little endian, at 16 kHz; keys as text.
 */
export const WIRE_RATE_HZ = 16_000;
export const WIRE_SAMPLES = 320;
const HEAD = 4;
const BYTES = HEAD + 2 * WIRE_SAMPLES;

export function writeFrame(number: number, samples: Int16Array): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(BYTES));
  view.setUint32(0, number, true);
  samples.forEach((sample, index) => view.setInt16(HEAD + 2 * index, sample, true));
  return view.buffer;
}

/** @returns undefined for what is no frame */
export function readFrame(data: unknown): Int16Array<ArrayBuffer> | undefined {
  if (!(data instanceof ArrayBuffer) || data.byteLength !== BYTES) return undefined;
  const view = new DataView(data);
  return Int16Array.from({ length: WIRE_SAMPLES }, (_, index) => view.getInt16(HEAD + 2 * index, true));
}
