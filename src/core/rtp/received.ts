import { ReceivedStream, noCounts, type Counted, type StreamCounts } from './received-stream.ts';

/** A peer may change its SSRC at any time (RFC 3550 §8); so many are remembered for the next report. */
const MOST_STREAMS = 4;

/** All that a peer has sent, whatever SSRCs it used. */
export class Received {
  /** In the order in which they were first heard. */
  readonly streams: ReceivedStream[] = [];
  /** Of streams that are remembered no longer. */
  readonly #before = noCounts();
  #newest: ReceivedStream | undefined;

  /** @see ReceivedStream.receive */
  receive(packet: Counted & { readonly ssrc: number }, arrival: number, rate: number, timed: boolean): void {
    const stream = this.#newest?.ssrc === packet.ssrc ? this.#newest : this.#turnTo(packet.ssrc);
    stream.receive(packet, arrival, rate, timed);
  }

  /** The stream that is heard now. */
  get newest(): ReceivedStream | undefined {
    return this.#newest;
  }

  /** Streams of which something came since this was last asked. RFC 3550 §6.4.1. */
  takeUnreported(): ReceivedStream[] {
    return this.streams.filter((stream) => stream.takeHeard());
  }

  get counts(): StreamCounts {
    const sum = { ...this.#before };
    for (const stream of this.streams) stream.addTo(sum);
    return sum;
  }

  /** The same, and how evenly the stream comes that is heard now. */
  get figures(): StreamCounts & { jitterMs: number } {
    return { ...this.counts, jitterMs: this.#newest?.jitterMs ?? 0 };
  }

  #turnTo(ssrc: number): ReceivedStream {
    let stream = this.streams.find((known) => known.ssrc === ssrc);
    if (!stream) {
      stream = new ReceivedStream(ssrc);
      this.streams.push(stream);
      if (this.streams.length > MOST_STREAMS) this.streams.shift()!.addTo(this.#before);
    }
    this.#newest = stream;
    return stream;
  }
}
