/** Amplitude (0 to 32767) of one frequency in a signal of 16-bit samples. Goertzel's algorithm. */
export function energyAt(samples: ArrayLike<number>, hz: number, rateHz = 8000): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * hz) / rateHz);
  let previous = 0;
  let before = 0;
  for (let index = 0; index < samples.length; index += 1) {
    const next = samples[index]! + coefficient * previous - before;
    before = previous;
    previous = next;
  }
  const power = previous * previous + before * before - coefficient * previous * before;
  return samples.length === 0 ? 0 : (2 * Math.sqrt(Math.max(0, power))) / samples.length;
}

/** Whether a tone of `hz` clearly stands out: it is loud, and none of the others is near. */
export function hears(samples: ArrayLike<number>, hz: number, others: readonly number[]): boolean {
  const strength = energyAt(samples, hz);
  return strength > 500 && others.every((other) => energyAt(samples, other) * 4 < strength);
}

export function sine(hz: number, amplitude: number, length: number): number[] {
  return Array.from({ length }, (_, sample) => Math.round(amplitude * Math.sin((2 * Math.PI * hz * sample) / 8000)));
}
