/**
 * Mean opinion score by the E-model of ITU-T G.107 with its default values, which leaves R = 93.2 − Id − Ie,eff. The delay
 * impairment is the simplification of Cole and Rosenbluth (2001). docs/QUALITY.md writes it out.
 */

/** How a codec suffers from itself and from loss. */
interface Impairment {
  /** Ie. */
  readonly equipment: number;
  /** Bpl: the higher, the better it bears loss. */
  readonly robustness: number;
}

/** G.711 with the concealment of its Appendix I, which phones and browsers have. G.113 Appendix I. */
const concealed: Impairment = { equipment: 0, robustness: 25.1 };

/** G.113 has no values on this scale for the wideband codecs: they are taken to be no worse than G.711. *Chosen here.* */
const impairments: Readonly<Record<string, Impairment>> = {
  __proto__: null as never,
  PCMU: concealed,
  PCMA: concealed,
  G722: concealed,
  opus: concealed,
};

export interface Heard {
  readonly codec: string | undefined;
  /** 0 to 100. */
  readonly lossPercent: number;
  /** Lengths of bursts against those of random loss; 1 for random. G.107 §7.5. */
  readonly burstRatio: number;
  /** One way, from mouth to ear. */
  readonly delayMs: number;
}

/** The rating R, 0 to 93.2. */
export function rating({ codec, lossPercent, burstRatio, delayMs }: Heard): number {
  const { equipment, robustness } = impairments[codec ?? ''] ?? concealed;
  const delay = 0.024 * delayMs + 0.11 * Math.max(0, delayMs - 177.3);
  const loss = ((95 - equipment) * lossPercent) / (lossPercent / burstRatio + robustness);
  return Math.max(0, 93.2 - delay - (equipment + loss));
}

/** 1 to 4.41. G.107 Annex B. */
export function mosOf(heard: Heard): number {
  const r = rating(heard);
  return Math.max(1, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6);
}

/** G.107 §7.5: the mean length of a burst by that which random loss of the same rate has. */
export function burstRatioOf(lost: number, bursts: number, lossPercent: number): number {
  if (bursts === 0) return 1;
  return Math.max(1, (lost / bursts) * (1 - lossPercent / 100));
}

/** Half the way there and back, one packet, and what a receiver waits for to even the jitter out. *Chosen here.* */
export function delayOf(roundTripMs: number, jitterMs: number): number {
  return roundTripMs / 2 + 20 + 2 * jitterMs;
}
