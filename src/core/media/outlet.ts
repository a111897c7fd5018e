import { Continuity } from '../rtp/continuity.ts';
import { writeTelephoneEvent } from '../rtp/dtmf.ts';
import type { Frame } from '../rtp/frame.ts';
import { transcodeG711 } from '../rtp/g711.ts';
import type { RtpPacket } from '../rtp/packet.ts';
import { random } from '../rtp/random.ts';
import type { Agreement } from '../sdp/negotiate.ts';
import type { Clock } from '../time/clock.ts';

/** How to write frames for a peer. */
type Wire = Pick<Agreement, 'codec' | 'payloadType' | 'telephoneEvent'>;

/** Turns frames of any source into the packets of one unbroken stream in the peer's codec. */
export class Outlet {
  readonly #continuity: Continuity;

  constructor(clock: Clock, ssrc: number) {
    this.#continuity = new Continuity(clock, {
      ssrc,
      // Far from the wrap, so that SRTP's rollover counter begins at zero on both sides. RFC 3711 §3.3.1.
      sequenceNumber: random(0x7fff),
      timestamp: random(0xffff_ffff),
    });
  }

  /** @returns undefined when the peer can't take the frame, or it is too late */
  packet(frame: Frame, wire: Wire): RtpPacket | undefined {
    const payloadType = frame.kind === 'audio' ? wire.payloadType : wire.telephoneEvent;
    if (payloadType === undefined) return undefined;
    const placed = this.#continuity.place(frame);
    if (!placed) return undefined;
    const { ssrc, sequenceNumber, timestamp, marker } = placed;
    const payload =
      placed.kind === 'audio' ? transcodeG711(placed.payload, placed.codec, wire.codec) : writeTelephoneEvent(placed);
    return { payloadType, marker, sequenceNumber, timestamp, ssrc, payload };
  }

  /** The peer is sent nothing for a while: what was not sent leaves no gap in the numbers, as that would look like loss. */
  interrupt(): void {
    this.#continuity.interrupt();
  }
}
