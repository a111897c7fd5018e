import { sequenceStep, timestampStep } from './serial.ts';

/** RFC 3550 §A.1. */
const MAX_DROPOUT = 3000;
const MAX_MISORDER = 100;
/** Numbers of which is known whether they came: more than MAX_MISORDER, and a power of two. */
const WINDOW = 256;
/** A packet counts as lost, for the lengths of bursts alone, when so many newer ones have come. */
const PATIENCE = 64;

/** What is counted of a packet. */
export interface Counted {
  readonly sequenceNumber: number;
  readonly timestamp: number;
  readonly marker: boolean;
}

/** Sums over a stream, or over several that followed each other. Packets. */
export interface StreamCounts {
  /** All that came, copies too. */
  received: number;
  /** First to last number, with the gaps. */
  expected: number;
  duplicates: number;
  /** They came after a packet with a later number. */
  reordered: number;
  /** Runs of lost packets, of any length. */
  bursts: number;
  /** Packets in these runs; up to date but for the last 64. */
  burstLost: number;
  /** The numbers began anew. */
  restarts: number;
}

export const noCounts = (): StreamCounts => ({
  received: 0,
  expected: 0,
  duplicates: 0,
  reordered: 0,
  bursts: 0,
  burstLost: 0,
  restarts: 0,
});

/** What never came: a copy makes up for no loss. */
export const lostOf = ({ expected, received, duplicates }: StreamCounts): number =>
  Math.max(0, expected - (received - duplicates));

/**
 * Statistics of one SSRC. RFC 3550 §A.1 (numbers), §A.3 (loss), §A.8 (jitter). Whether the source is believed has been
 * decided before (`media/latching.ts`), so the first packet counts. Nothing is allocated for a packet.
 */
export class ReceivedStream {
  readonly ssrc: number;
  /** Middle 32 bits of the newest SR's time, and when it came by our clock. */
  lastSr = 0;
  lastSrAt = 0;
  /** Of earlier runs of numbers. */
  readonly #before = noCounts();
  #begun = false;
  #heard = false;
  #received = 0;
  #duplicates = 0;
  #reordered = 0;
  #bursts = 0;
  #burstLost = 0;
  /** Counted on past 65,535. */
  #base = 0;
  #highest = 0;
  /** The number that would prove a restart. */
  #bad = -1;
  #came = new Uint8Array(WINDOW);
  #losing = false;
  #arrival = 0;
  #timestamp = 0;
  #timed = false;
  #rate = 0;
  #jitter = 0;
  #expectedPrior = 0;
  #receivedPrior = 0;

  constructor(ssrc: number) {
    this.ssrc = ssrc;
  }

  get #expected(): number {
    return this.#begun ? this.#highest - this.#base + 1 : 0;
  }

  /** Of all packets, those of earlier runs of numbers too. */
  addTo(sum: StreamCounts): void {
    sum.received += this.#before.received + this.#received;
    sum.expected += this.#before.expected + this.#expected;
    sum.duplicates += this.#before.duplicates + this.#duplicates;
    sum.reordered += this.#before.reordered + this.#reordered;
    sum.bursts += this.#before.bursts + this.#bursts;
    sum.burstLost += this.#before.burstLost + this.#burstLost;
    sum.restarts += this.#before.restarts;
  }

  /** In units of timestamps. */
  get jitter(): number {
    return this.#jitter;
  }

  get jitterMs(): number {
    return this.#rate === 0 ? 0 : (this.#jitter * 1000) / this.#rate;
  }

  /** Sequence number, with the count of its wraps in the upper 16 bits. */
  get highestSequence(): number {
    return this.#highest >>> 0;
  }

  /** As the peer is told: a late packet or a copy counts as received. RFC 3550 §A.3. */
  get cumulativeLost(): number {
    return this.#expected - this.#received;
  }

  /** Whether something came since this was last asked. */
  takeHeard(): boolean {
    const heard = this.#heard;
    this.#heard = false;
    return heard;
  }

  /** Lost since this was last asked, in 1/256. RFC 3550 §A.3. */
  takeFractionLost(): number {
    const expected = this.#expected - this.#expectedPrior;
    const lost = expected - (this.#received - this.#receivedPrior);
    this.#expectedPrior = this.#expected;
    this.#receivedPrior = this.#received;
    return expected <= 0 || lost <= 0 ? 0 : Math.min(255, Math.floor((lost * 256) / expected));
  }

  /**
   * @param arrival clock's milliseconds
   * @param rate timestamp units a second
   * @param timed its timestamp is that of its sending: not so of telephone events, of which each has one
   */
  receive(packet: Counted, arrival: number, rate: number, timed: boolean): void {
    if (!this.#begun) this.#begin(packet.sequenceNumber);
    else if (!this.#place(packet.sequenceNumber)) return;
    this.#received += 1;
    this.#heard = true;
    if (timed) this.#measure(packet, arrival, rate);
  }

  #begin(sequenceNumber: number): void {
    this.#begun = true;
    this.#base = sequenceNumber;
    this.#highest = sequenceNumber;
    this.#bad = -1;
    this.#losing = false;
    // What comes from before the first packet was sent, and is no copy.
    this.#came.fill(0);
    this.#came[sequenceNumber & (WINDOW - 1)] = 1;
  }

  /** @returns whether it counts */
  #place(sequenceNumber: number): boolean {
    const step = sequenceStep(this.#highest & 0xffff, sequenceNumber);
    if (step > 0 && step <= MAX_DROPOUT) this.#advance(step);
    else if (step <= 0 && step >= -MAX_MISORDER) this.#late(step);
    else return this.#jump(sequenceNumber);
    this.#bad = -1;
    return true;
  }

  #advance(step: number): void {
    for (let n = 1; n <= step; n += 1) {
      const number = this.#highest + n;
      this.#came[number & (WINDOW - 1)] = n === step ? 1 : 0;
      const judged = number - PATIENCE;
      if (judged <= this.#base) continue;
      const lost = this.#came[judged & (WINDOW - 1)] === 0;
      if (lost) {
        this.#burstLost += 1;
        if (!this.#losing) this.#bursts += 1;
      }
      this.#losing = lost;
    }
    this.#highest += step;
  }

  #late(step: number): void {
    const number = this.#highest + step;
    const slot = number & (WINDOW - 1);
    if (this.#came[slot] === 1) {
      this.#duplicates += 1;
      return;
    }
    this.#came[slot] = 1;
    this.#reordered += 1;
    if (number < this.#base) this.#base = number;
  }

  /** Two in a row from elsewhere mean that the sender has begun anew. */
  #jump(sequenceNumber: number): boolean {
    if (sequenceNumber !== this.#bad) {
      this.#bad = (sequenceNumber + 1) & 0xffff;
      return false;
    }
    this.#restart((sequenceNumber - 1) & 0xffff);
    this.#advance(1);
    return true;
  }

  /** The packet before was the first of the new run; it was not counted then. */
  #restart(first: number): void {
    const sum = noCounts();
    this.addTo(sum);
    Object.assign(this.#before, sum, { restarts: sum.restarts + 1 });
    this.#received = 1;
    this.#duplicates = 0;
    this.#reordered = 0;
    this.#bursts = 0;
    this.#burstLost = 0;
    this.#expectedPrior = 0;
    this.#receivedPrior = 0;
    this.#timed = false;
    this.#begin(first);
  }

  #measure({ timestamp, marker }: Counted, arrival: number, rate: number): void {
    if (this.#timed && rate === this.#rate) {
      const difference = ((arrival - this.#arrival) * rate) / 1000 - timestampStep(this.#timestamp, timestamp);
      const size = Math.abs(difference);
      // A sender that does not count a pause begins anew with the marker: that is no jitter.
      if (!marker || size < rate) this.#jitter += (size - this.#jitter) / 16;
    }
    this.#timed = true;
    this.#rate = rate;
    this.#arrival = arrival;
    this.#timestamp = timestamp;
  }
}
