/**
 * What the operator hears besides people: the ring, the tones of the trunk's country (M15), key tones and a warning.
 */
import type { Output } from './output.ts';
import { tonesOf, type Tone, type ToneCountry } from '../../contract/tones.ts';

/** A bell-like ring: three tones beating against each other, twice, then a rest. */
const RING: Tone = [
  { ms: 400, partials: [440, 480, 880].map((hz) => ({ hz, weight: 1 })) },
  { ms: 200, partials: [] },
  { ms: 400, partials: [440, 480, 880].map((hz) => ({ hz, weight: 1 })) },
  { ms: 2000, partials: [] },
];
/** Amplitude of the loudest partial of each. Call waiting is soft, as the operator talks. */
const LEVELS = { ring: 0.12, 'ring-back': 0.05, waiting: 0.04, busy: 0.05, congestion: 0.05 };
/** How long a call that failed is heard. */
const FAILED_MS = 2500;

/** ITU-T Q.23: row and column frequency of each key. */
const ROWS_HZ = [697, 770, 852, 941];
const COLUMNS_HZ = [1209, 1336, 1477];
const KEYS = ['123', '456', '789', '*0#'];
const RAMP_SECONDS = 0.008;

export type Sound = keyof typeof LEVELS | 'none';

/** Where it rings, and where everything else is heard. */
export interface Outputs {
  readonly speaker: Output;
  readonly ringer: Output;
}

export class Sounds {
  readonly #context: () => AudioContext | undefined;
  readonly #outputs: Outputs;
  #playing: Sound = 'none';
  #timer: ReturnType<typeof setTimeout> | undefined;
  #burst: GainNode | undefined;
  #country: ToneCountry = 'US';
  /** Ends the tone of a call that failed. */
  #failure: ReturnType<typeof setTimeout> | undefined;

  /** @param context the shared context; browsers start it suspended until the operator touches the page */
  constructor(context: () => AudioContext | undefined, outputs: Outputs) {
    this.#context = context;
    this.#outputs = outputs;
  }

  /** Whose tones are heard, from the next one on. */
  set country(country: ToneCountry) {
    this.#country = country;
  }

  /** A call could not be put through: its tone is heard for a moment, unless something else is to be heard. */
  failed(sound: 'busy' | 'congestion'): void {
    this.play(sound);
    this.#failure = setTimeout(() => this.#stopFailure(), FAILED_MS);
  }

  /** Plays a tone until another is asked for. Silence does not cut short the tone of a call that failed. */
  play(sound: Sound): void {
    if (sound === this.#playing || (sound === 'none' && this.#failure !== undefined)) return;
    this.#start(sound);
  }

  #stopFailure(): void {
    clearTimeout(this.#failure);
    this.#failure = undefined;
    this.#start('none');
  }

  #start(sound: Sound): void {
    clearTimeout(this.#failure);
    this.#failure = undefined;
    this.#playing = sound;
    clearTimeout(this.#timer);
    this.#burst?.gain.cancelScheduledValues(0).setTargetAtTime(0, 0, RAMP_SECONDS);
    this.#burst = undefined;
    const output = sound === 'ring' ? this.#outputs.ringer : this.#outputs.speaker;
    if (sound !== 'none') this.#step(this.#toneOf(sound), LEVELS[sound], 0, output);
  }

  /** A key's two tones, 120 ms, in the operator's ear only. */
  key(digit: string): void {
    const row = KEYS.findIndex((keys) => keys.includes(digit));
    if (row < 0 || digit.length !== 1) return;
    const column = KEYS[row]!.indexOf(digit);
    this.#tone(together([ROWS_HZ[row]!, COLUMNS_HZ[column]!]), 0.05, 120);
  }

  /** Two falling tones, once, over whatever else is heard. */
  warn(): void {
    this.#tone(together([660]), 0.08, 180);
    setTimeout(() => this.#tone(together([440]), 0.08, 260), 200);
  }

  /** The context can play now: what should be heard begins at once, not with its next round. */
  woke(): void {
    const sound = this.#playing;
    this.#start('none');
    this.#start(sound);
  }

  /** Silence at once, whatever is played. */
  stop(): void {
    this.#start('none');
  }

  #toneOf(sound: keyof typeof LEVELS): Tone {
    const { ringBack, callWaiting, busy, congestion } = tonesOf(this.#country);
    return { ring: RING, 'ring-back': ringBack, waiting: callWaiting, busy, congestion }[sound];
  }

  #step(tone: Tone, level: number, index: number, output: Output): void {
    const { ms, partials } = tone[index]!;
    this.#burst = partials.length === 0 ? undefined : this.#tone(partials, level, ms, output);
    this.#timer = setTimeout(() => this.#step(tone, level, (index + 1) % tone.length, output), ms);
  }

  /** One second of a tone, to hear whether a loudspeaker works. */
  test(output: Output): void {
    this.#tone(together([440]), 0.15, 1000, output);
  }

  #tone(
    partials: Tone[number]['partials'],
    level: number,
    ms: number,
    output = this.#outputs.speaker,
  ): GainNode | undefined {
    const context = this.#context();
    if (!context || context.state !== 'running') return undefined;
    const gain = new GainNode(context, { gain: 0 });
    gain.connect(output.node(context));
    const start = context.currentTime;
    const end = start + ms / 1000;
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(level, start + RAMP_SECONDS);
    gain.gain.setValueAtTime(level, end - RAMP_SECONDS);
    gain.gain.linearRampToValueAtTime(0, end);
    for (const { hz, weight } of partials) {
      const oscillator = new OscillatorNode(context, { frequency: hz });
      const part = new GainNode(context, { gain: weight });
      oscillator.connect(part).connect(gain);
      oscillator.start(start);
      oscillator.stop(end);
      oscillator.onended = () => part.disconnect();
    }
    return gain;
  }
}

function together(frequenciesHz: readonly number[]): Tone[number]['partials'] {
  return frequenciesHz.map((hz) => ({ hz, weight: 1 }));
}
