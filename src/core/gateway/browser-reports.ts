import { RtcpRrPacket, RtcpSrPacket, type RTCRtpSender, type RtcpPacket } from 'werift';
import type { PeerReport } from '../media/rtcp-reports.ts';
import type { Clock } from '../time/clock.ts';

/** What a browser reports of the stream that we send it; werift sends our own reports, and measures the round trip. */
export class BrowserReports {
  readonly #clock: Clock;
  readonly #sender: RTCRtpSender;
  readonly #rateHz: () => number;
  #peer: PeerReport | undefined;

  /** @param rateHz timestamp units a second of what we send */
  constructor(clock: Clock, sender: RTCRtpSender, rateHz: () => number) {
    this.#clock = clock;
    this.#sender = sender;
    this.#rateHz = rateHz;
  }

  get peer(): PeerReport | undefined {
    return this.#peer;
  }

  get roundTripMs(): number | undefined {
    // werift has it in its statistics alone, which make a promise and a list of everything.
    const seconds: number | undefined = this.#sender['rtt'];
    return seconds === undefined ? undefined : Math.max(0, seconds * 1000);
  }

  receive(packet: RtcpPacket): void {
    if (!(packet instanceof RtcpRrPacket || packet instanceof RtcpSrPacket)) return;
    for (const { ssrc, packetsLost, fractionLost, jitter } of packet.reports) {
      if (ssrc !== this.#sender.ssrc) continue;
      this.#peer = {
        lost: Math.max(0, (packetsLost << 8) >> 8),
        lossFraction: fractionLost / 256,
        jitterMs: (jitter * 1000) / this.#rateHz(),
        at: this.#clock.now(),
      };
    }
  }
}
