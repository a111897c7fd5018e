/** What the operator hears besides people: the ring, ring-back, the waiting beep, key tones and a warning. */

type Pattern = {
  frequenciesHz: readonly number[];
  level: number;
  steps: readonly [onMs: number, offMs: number][];
};

/** A bell-like ring: two tones beating against each other, twice, then a rest. */
const RING: Pattern = {
  frequenciesHz: [440, 480, 880],
  level: 0.12,
  steps: [
    [400, 200],
    [400, 2000],
  ],
};
/** North American ring-back. */
const RING_BACK: Pattern = { frequenciesHz: [440, 480], level: 0.05, steps: [[2000, 4000]] };
/** A call waits while the operator talks: short and soft. */
const WAITING: Pattern = {
  frequenciesHz: [440],
  level: 0.04,
  steps: [
    [200, 200],
    [200, 5000],
  ],
};
const PATTERNS = { ring: RING, 'ring-back': RING_BACK, waiting: WAITING };

/** ITU-T Q.23: row and column frequency of each key. */
const ROWS_HZ = [697, 770, 852, 941];
const COLUMNS_HZ = [1209, 1336, 1477];
const KEYS = ['123', '456', '789', '*0#'];
const RAMP_SECONDS = 0.008;

export type Sound = keyof typeof PATTERNS | 'none';

export class Sounds {
  readonly #context: () => AudioContext | undefined;
  #playing: Sound = 'none';
  #timer: ReturnType<typeof setTimeout> | undefined;
  #burst: GainNode | undefined;

  /** @param context the shared context; browsers start it suspended until the operator touches the page */
  constructor(context: () => AudioContext | undefined) {
    this.#context = context;
  }

  /** Plays a pattern until another is asked for. */
  play(sound: Sound): void {
    if (sound === this.#playing) return;
    this.#playing = sound;
    clearTimeout(this.#timer);
    this.#burst?.gain.cancelScheduledValues(0).setTargetAtTime(0, 0, RAMP_SECONDS);
    this.#burst = undefined;
    if (sound !== 'none') this.#step(PATTERNS[sound], 0);
  }

  /** A key's two tones, 120 ms, in the operator's ear only. */
  key(digit: string): void {
    const row = KEYS.findIndex((keys) => keys.includes(digit));
    if (row < 0 || digit.length !== 1) return;
    const column = KEYS[row]!.indexOf(digit);
    this.#tone([ROWS_HZ[row]!, COLUMNS_HZ[column]!], 0.05, 120);
  }

  /** Two falling tones, once, over whatever else is heard. */
  warn(): void {
    this.#tone([660], 0.08, 180);
    setTimeout(() => this.#tone([440], 0.08, 260), 200);
  }

  /** The context can play now: what should be heard begins at once, not with its next round. */
  woke(): void {
    const sound = this.#playing;
    this.play('none');
    this.play(sound);
  }

  #step(pattern: Pattern, index: number): void {
    const [onMs, offMs] = pattern.steps[index]!;
    this.#burst = this.#tone(pattern.frequenciesHz, pattern.level, onMs);
    const next = (index + 1) % pattern.steps.length;
    this.#timer = setTimeout(() => this.#step(pattern, next), onMs + offMs);
  }

  #tone(frequenciesHz: readonly number[], level: number, ms: number): GainNode | undefined {
    const context = this.#context();
    if (!context || context.state !== 'running') return undefined;
    const gain = new GainNode(context, { gain: 0 });
    gain.connect(context.destination);
    const start = context.currentTime;
    const end = start + ms / 1000;
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(level, start + RAMP_SECONDS);
    gain.gain.setValueAtTime(level, end - RAMP_SECONDS);
    gain.gain.linearRampToValueAtTime(0, end);
    for (const frequency of frequenciesHz) {
      const oscillator = new OscillatorNode(context, { frequency });
      oscillator.connect(gain);
      oscillator.start(start);
      oscillator.stop(end);
      oscillator.onended = () => oscillator.disconnect();
    }
    return gain;
  }
}
