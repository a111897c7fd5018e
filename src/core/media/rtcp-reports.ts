import { random } from '../rtp/random.ts';
import type { Received } from '../rtp/received.ts';
import type { ReceivedStream } from '../rtp/received-stream.ts';
import { middleOf, ntpOf, shortSpan, shortSpanMs } from '../rtp/rtcp/ntp.ts';
import type { ReportBlock, RtcpPacket, SenderReport } from '../rtp/rtcp/packet.ts';
import { parseRtcp } from '../rtp/rtcp/parse.ts';
import { rtcpInterval, type Traffic } from '../rtp/rtcp/timing.ts';
import { writeRtcp } from '../rtp/rtcp/write.ts';
import { uint32 } from '../rtp/serial.ts';
import type { Clock, Timer } from '../time/clock.ts';

/** What the peer says of the stream that we send it. */
export interface PeerReport {
  /** Since our stream began. */
  readonly lost: number;
  /** Between its last two reports, 0 to 1. */
  readonly lossFraction: number;
  readonly jitterMs: number;
  /** Clock's milliseconds. */
  readonly at: number;
}

export interface RtcpParts {
  readonly clock: Clock;
  /** Numbers from 0 to 1. */
  readonly chance: () => number;
  /** Of the stream that we send. */
  readonly ssrc: number;
  /** Names this end while the call lasts, and nobody. RFC 7022. */
  readonly cname: string;
  readonly received: Received;
  /** Timestamp units a second of what we send. */
  readonly rateHz: () => number;
  readonly send: (datagram: Uint8Array) => void;
}

/** Of G.711 with all headers, in bytes a second. The interval never depends on it with two members: RFC 3550 §6.2. */
const BANDWIDTH = 10_000;
/** IPv4 and UDP. */
const HEADERS = 28;
/** Our newest SRs, as a peer may repeat them. */
const MOST_SENT = 8;
/** Members that gave no sign in so many intervals are gone. RFC 3550 §6.3.5. */
const MEMBER_INTERVALS = 5;
/** A round trip that takes longer is a fault of the report. */
const LONGEST_TRIP_MS = 30_000;

/** RTCP of one leg: reports both ways, and BYE at the end. RFC 3550 §6. */
export class RtcpReports {
  readonly #parts: RtcpParts;
  readonly #wallOffset: number;
  #packets = 0;
  #octets = 0;
  #newestTimestamp = 0;
  #newestAt = -Infinity;
  #averageSize = 100 + HEADERS;
  #sentAt: number | undefined;
  #previousAt: number;
  #timer: Timer | undefined;
  readonly #sentSrs: number[] = [];
  #heardAt = -Infinity;
  #peer: PeerReport | undefined;
  #roundTripMs: number | undefined;

  constructor(parts: RtcpParts) {
    this.#parts = parts;
    // A report is answered within seconds, and a step of the system's time in between must not look like a delay.
    this.#wallOffset = parts.clock.wall() - parts.clock.now();
    this.#previousAt = parts.clock.now();
  }

  /** The peer's newest report of what we send. */
  get peer(): PeerReport | undefined {
    return this.#peer;
  }

  /** From us to the peer and back, by its newest report. */
  get roundTripMs(): number | undefined {
    return this.#roundTripMs;
  }

  get octets(): number {
    return this.#octets;
  }

  /** Begins to send reports. Harmless to call again. */
  begin(): void {
    if (this.#timer) return;
    this.#previousAt = this.#parts.clock.now();
    this.#arm();
  }

  /** An RTP packet was sent. */
  sent(timestamp: number, payloadBytes: number): void {
    this.#packets += 1;
    this.#octets += payloadBytes;
    this.#newestTimestamp = timestamp;
    this.#newestAt = this.#parts.clock.now();
  }

  /** A datagram of the peer. Whatever it is, it does no harm. */
  receive(datagram: Uint8Array): void {
    const now = this.#parts.clock.now();
    this.#noteSize(datagram.length);
    for (const packet of parseRtcp(datagram)) {
      if (packet.type === 'BYE') this.#heardAt = -Infinity;
      if (packet.type !== 'SR' && packet.type !== 'RR') continue;
      this.#heardAt = now;
      if (packet.type === 'SR') this.#noteSr(packet, now);
      for (const block of packet.blocks) if (block.ssrc === this.#parts.ssrc) this.#noteBlock(block, now);
    }
  }

  /** Says BYE if this end was ever heard (RFC 3550 §6.3.7), and nothing more after that. */
  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#packets > 0 || this.#sentAt !== undefined) {
      this.#send([...this.#report(), { type: 'BYE', ssrcs: [this.#parts.ssrc] }]);
    }
  }

  #arm(): void {
    const { clock } = this.#parts;
    const at = this.#previousAt + this.#interval();
    this.#timer = clock.after(at - clock.now(), () => this.#due());
  }

  /** Timer reconsideration: who has joined meanwhile makes it later. RFC 3550 §6.3.6. */
  #due(): void {
    const { clock } = this.#parts;
    const again = this.#previousAt + this.#interval();
    if (again > clock.now()) {
      this.#timer = clock.after(again - clock.now(), () => this.#due());
      return;
    }
    this.#send(this.#report());
    this.#sentAt = clock.now();
    this.#previousAt = this.#sentAt;
    this.#arm();
  }

  #interval(): number {
    return rtcpInterval(this.#traffic(), this.#parts.chance());
  }

  #traffic(): Traffic {
    const weSent = this.#weSent();
    const others = this.#present() ? 1 : 0;
    return {
      members: 1 + others,
      senders: Number(weSent) + (this.#parts.received.newest ? others : 0),
      weSent,
      bandwidth: BANDWIDTH,
      averageSize: this.#averageSize,
      initial: this.#sentAt === undefined,
    };
  }

  #present(): boolean {
    return (
      this.#parts.clock.now() - this.#heardAt < MEMBER_INTERVALS * 5000 || this.#parts.received.newest !== undefined
    );
  }

  /** In the last two intervals. RFC 3550 §6.3.8. */
  #weSent(): boolean {
    return this.#parts.clock.now() - this.#newestAt < 2 * 5000;
  }

  #report(): RtcpPacket[] {
    const { ssrc, cname, received, clock } = this.#parts;
    const now = clock.now();
    const blocks = received.takeUnreported().map((stream) => blockOf(stream, now));
    const report: RtcpPacket = this.#weSent() ? this.#senderReport(now, blocks) : { type: 'RR', ssrc, blocks };
    return [report, { type: 'SDES', chunks: [{ ssrc, cname }] }];
  }

  #senderReport(now: number, blocks: readonly ReportBlock[]): SenderReport {
    const { ssrc, rateHz } = this.#parts;
    const { seconds, fraction } = ntpOf(now + this.#wallOffset);
    this.#sentSrs.push(middleOf(seconds, fraction));
    if (this.#sentSrs.length > MOST_SENT) this.#sentSrs.shift();
    const since = Math.round(((now - this.#newestAt) * rateHz()) / 1000);
    return {
      type: 'SR',
      ssrc,
      ntpSeconds: seconds,
      ntpFraction: fraction,
      rtpTimestamp: uint32(this.#newestTimestamp + since),
      packets: uint32(this.#packets),
      octets: uint32(this.#octets),
      blocks,
    };
  }

  #send(packets: readonly RtcpPacket[]): void {
    const datagram = writeRtcp(packets);
    this.#noteSize(datagram.length);
    this.#parts.send(datagram);
  }

  /** RFC 3550 §6.3.3. */
  #noteSize(bytes: number): void {
    this.#averageSize += (bytes + HEADERS - this.#averageSize) / 16;
  }

  #noteSr({ ssrc, ntpSeconds, ntpFraction }: SenderReport, now: number): void {
    const stream = this.#parts.received.streams.find((known) => known.ssrc === ssrc);
    if (!stream) return;
    stream.lastSr = middleOf(ntpSeconds, ntpFraction);
    stream.lastSrAt = now;
  }

  #noteBlock({ cumulativeLost, fractionLost, jitter, lastSr, delaySinceLastSr }: ReportBlock, now: number): void {
    const jitterMs = (jitter * 1000) / this.#parts.rateHz();
    this.#peer = { lost: Math.max(0, cumulativeLost), lossFraction: fractionLost / 256, jitterMs, at: now };
    // A peer that makes times up, or repeats old ones, tells nothing.
    if (!this.#sentSrs.includes(lastSr)) return;
    const { seconds, fraction } = ntpOf(now + this.#wallOffset);
    const trip = shortSpanMs(middleOf(seconds, fraction) - lastSr - delaySinceLastSr);
    if (trip < LONGEST_TRIP_MS) this.#roundTripMs = Math.max(0, trip);
  }
}

/** A name for the length of a call: 96 random bits. RFC 7022 §4.2. */
export function randomName(): string {
  return Array.from({ length: 3 }, () => random(0xffff_ffff).toString(16).padStart(8, '0')).join('');
}

function blockOf(stream: ReceivedStream, now: number): ReportBlock {
  const { ssrc, cumulativeLost, highestSequence, jitter, lastSr, lastSrAt } = stream;
  return {
    ssrc,
    fractionLost: stream.takeFractionLost(),
    cumulativeLost,
    highestSequence,
    jitter: Math.floor(jitter),
    lastSr,
    delaySinceLastSr: lastSr === 0 ? 0 : shortSpan(now - lastSrAt),
  };
}
