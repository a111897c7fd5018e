import type { RemoteInfo } from 'node:dgram';
import type { MediaEncryption } from '../../nouns/call.ts';
import type { Logger } from '../log/logger.ts';
import type { CodecName } from '../codec/codec.ts';
import { codecs } from '../codec/registry.ts';
import type { Frame, FrameSink } from '../rtp/frame.ts';
import { isRtcp, parseRtp, senderOf, writeRtp, type RtpPacket } from '../rtp/packet.ts';
import { random } from '../rtp/random.ts';
import { receives, sends, type Direction } from '../sdp/direction.ts';
import { answerMedia, G711, offerMedia, readAnswer, type Agreement, type LocalAudio } from '../sdp/negotiate.ts';
import { favourCodec } from '../sdp/favour.ts';
import { Origin } from '../sdp/origin.ts';
import type { Encryption, LocalKeys } from '../sdp/sdes.ts';
import type { Clock } from '../time/clock.ts';
import type { MediaFigures } from './figures.ts';
import { Inlet } from './inlet.ts';
import { Outlet } from './outlet.ts';
import { Protection } from './protection.ts';
import type { PortPair, PortRange } from './ports.ts';
import { Remote, type Address } from './remote.ts';
import { randomName, RtcpReports } from './rtcp-reports.ts';
import type { MediaConnection, MediaSession } from './session.ts';

interface Parts {
  readonly clock: Clock;
  readonly log: Logger;
  /** Our address as the peer reaches it. */
  readonly host: string;
  /** The session owns the sockets until it gives them back to their range. */
  readonly ports: PortPair;
  readonly range: PortRange;
  /** Hosts that the peer's signalling names, asked when its packets come from elsewhere than announced. W15. */
  readonly peerHosts?: (() => readonly string[]) | undefined;
  /** Whether its sound is encrypted by SDES; `off` by default. M5. */
  readonly encryption?: Encryption | undefined;
  /** Whether keys are looked for in the sound of a peer that has agreed to no telephone-event. M6. */
  readonly inbandDtmf?: (() => boolean) | undefined;
  /** What it speaks, in the order of our offers; G.711 by default. */
  readonly codecs?: readonly CodecName[] | undefined;
  /** Called once everything is released. */
  readonly onClose?: () => void;
}

/** Payload type. RFC 3551 §6: a peer may send it although nobody has agreed on it. */
const COMFORT_NOISE = 13;
/** Packets of others after which the log says so: fewer are late, or prove who they are. */
const IGNORED_TILL_SAID = 10;

/** Plain RTP on a UDP socket of its own. */
export class RtpSession implements MediaSession {
  readonly kind = 'rtp';
  readonly #log: Logger;
  readonly #host: string;
  readonly #ports: PortPair;
  readonly #range: PortRange;
  readonly #onClose: (() => void) | undefined;
  readonly #origin: Origin;
  readonly #inlet: Inlet;
  readonly #outlet: Outlet;
  readonly #reports: RtcpReports;
  readonly #peerHosts: () => readonly string[];
  readonly #protection: Protection;
  readonly #inbandDtmf: () => boolean;
  readonly #codecs: readonly CodecName[];
  #agreement: Agreement | undefined;
  #remote: Remote | undefined;
  /** Where the peer's RTCP comes from. */
  #controlFrom: Address | undefined;
  #held = false;
  #sent = 0;
  #ignored = 0;
  #closed: Promise<void> | undefined;

  constructor(parts: Parts) {
    const { clock, log, host, ports, range, onClose } = parts;
    const { peerHosts = () => [], encryption = 'off', inbandDtmf = () => false } = parts;
    this.#codecs = parts.codecs ?? G711;
    this.#log = log;
    this.#host = host;
    this.#ports = ports;
    this.#range = range;
    this.#onClose = onClose;
    this.#peerHosts = peerHosts;
    this.#inbandDtmf = inbandDtmf;
    this.#origin = new Origin(host, random(0x7fff_ffff));
    this.#protection = new Protection(encryption);
    this.#inlet = new Inlet(clock);
    const ssrc = random(0xffff_ffff);
    this.#outlet = new Outlet(clock, ssrc, (packet) => this.#send(packet));
    this.#reports = new RtcpReports({
      clock,
      chance: () => random(0xffff) / 0xffff,
      ssrc,
      cname: randomName(),
      received: this.#inlet.statistics,
      rateHz: () => codecs[this.codec ?? 'PCMU'].clockRateHz,
      send: (datagram) => this.#sendControl(datagram),
    });
    ports.serve({
      received: (datagram, source) => this.#receive(datagram, source),
      control: (datagram, source) => this.#control(datagram, source),
      // It is about one packet (unreachable host): silence is what tells that the peer is gone.
      failed: (why) => log.debug({ why: why.message, port: ports.port }, 'an RTP packet was not sent'),
    });
  }

  async createOffer(): Promise<string> {
    return this.#origin.describe(offerMedia(this.#local(this.#protection.local('offer'))));
  }

  async acceptAnswer(sdp: string): Promise<void> {
    const agreement = readAnswer(sdp, this.#local(this.#protection.local('answer')));
    if (!agreement.ok) throw agreement.error;
    this.#agree(agreement.value, false);
  }

  async answerOffer(sdp: string): Promise<string> {
    const answer = answerMedia(sdp, this.#local(this.#protection.local('answer')), this.#agreement);
    if (!answer.ok) throw answer.error;
    this.#agree(answer.value.agreement, true);
    return this.#origin.describe(answer.value.lines);
  }

  favour(sdp: string, codec: CodecName): string | undefined {
    const favoured = this.#agreement && favourCodec(sdp, this.#agreement, codec);
    if (!favoured) return undefined;
    this.#agreement = favoured.agreed;
    return this.#origin.stamp(favoured.sdp);
  }

  setHold(held: boolean): void {
    this.#held = held;
  }

  get remoteDirection(): Direction {
    // Without an address it can neither be heard nor hear.
    if (this.#agreement && !this.#remote) return 'inactive';
    return this.#agreement?.remoteDirection ?? 'sendrecv';
  }

  get codec(): CodecName | undefined {
    return this.#agreement?.codec;
  }

  get encryption(): MediaEncryption {
    return this.#protection.view;
  }

  get stats(): { received: number; sent: number } {
    return { received: this.#inlet.received, sent: this.#sent };
  }

  figures(): MediaFigures {
    const { peer: reported, roundTripMs } = this.#reports;
    return { ...this.#inlet.figures, sent: this.#sent, reported, roundTripMs };
  }

  get connection(): MediaConnection {
    const missing = !this.#agreement || this.#inlet.missing;
    return missing ? { state: 'connecting', why: 'no-packets' } : { state: 'connected' };
  }

  onConnection(listener: () => void): void {
    this.#inlet.onFirst(listener);
  }

  async ready(): Promise<void> {}

  tap(sink: FrameSink): () => void {
    return this.#inlet.tap(sink);
  }

  onKey(listener: (key: string) => void): void {
    this.#inlet.onKey(listener);
  }

  keysBySignalling(): string | undefined {
    return this.#inlet.keysBySignalling();
  }

  get silentMs(): number {
    return this.#inlet.silentMs;
  }

  get expected(): boolean {
    return this.#inlet.expected;
  }

  write(frame: Frame): void {
    const agreement = this.#agreement;
    if (this.#closed || !agreement || !this.#remote) return;
    if (sends(agreement.direction)) this.#outlet.write(frame, agreement);
    else this.#outlet.interrupt();
  }

  begin(): void {
    this.#outlet.begin();
  }

  close(): Promise<void> {
    this.#closed ??= this.#release();
    return this.#closed;
  }

  async #release(): Promise<void> {
    this.#inlet.close();
    this.#outlet.close();
    this.#reports.close();
    await this.#range.give(this.#ports);
    this.#onClose?.();
  }

  #send(packet: RtpPacket): void {
    if (!this.#remote) return;
    const { host, port } = this.#remote.target;
    const datagram = this.#protection.protect(writeRtp(packet));
    if (!datagram) return;
    this.#sent += 1;
    this.#reports.sent(packet.timestamp, packet.payload.length);
    this.#ports.send(datagram, port, host);
  }

  /** To the port of its sound where both said so (RFC 5761), else to the one above, or that of `a=rtcp` (RFC 3605). */
  #sendControl(report: Uint8Array): void {
    const agreement = this.#agreement;
    const datagram = this.#protection.protectControl(report);
    if (!this.#remote || !agreement || !datagram) return;
    const { host, port } = this.#remote.target;
    if (agreement.rtcpMux) return this.#ports.send(datagram, port, host);
    const seen = this.#controlFrom?.host === host ? this.#controlFrom : undefined;
    // A peer that sends its sound from elsewhere than announced does so with its RTCP, and that has not come yet.
    const announced = agreement.remote.host === host && agreement.remote.port === port ? agreement.rtcp : undefined;
    const to = seen ?? announced ?? { host, port: port + 1 };
    if (to.port <= 65_535) this.#ports.sendControl(datagram, to.port, to.host);
  }

  #local(keys: LocalKeys): LocalAudio {
    const direction = this.#held ? 'sendonly' : 'sendrecv';
    return { host: this.#host, port: this.#ports.port, direction, keys, codecs: this.#codecs };
  }

  /** @param answered by us */
  #agree(agreement: Agreement, answered: boolean): void {
    this.#agreement = agreement;
    // The old way to hold names no real address: the peer stays where it was.
    const muted = !receives(agreement.remoteDirection) && /^[0.:]+$/.test(agreement.remote.host);
    this.#protection.agree(agreement.keys, muted ? undefined : agreement.remote, answered);
    if (!muted) this.#moveTo(agreement.remote);
    this.#inlet.expect(receives(agreement.direction), agreement.direction === 'sendrecv');
    this.#reports.begin();
    this.#inlet.lookForKeys(agreement.telephoneEvent === undefined && this.#inbandDtmf());
  }

  #moveTo(announced: Address): void {
    if (this.#remote) return this.#remote.describe(announced);
    this.#remote = new Remote(announced, { hosts: this.#peerHosts, silentMs: () => this.#inlet.unheardMs });
  }

  #receive(datagram: Uint8Array, source: RemoteInfo): void {
    if (!this.#remote) return;
    // RTCP may share the port (RFC 5761).
    if (isRtcp(datagram)) return this.#control(datagram, source);
    const opened = this.#protection.open(datagram);
    const packet = opened && parseRtp(opened);
    if (!packet?.ok) return;
    const { payloadType } = packet.value;
    const format = this.#agreement?.formats.get(payloadType) ?? (payloadType === COMFORT_NOISE ? 'CN' : undefined);
    if (!format) {
      if (!this.#remote.isAt(source)) return;
      this.#inlet.skip(packet.value);
      this.#inlet.alive();
      return;
    }
    if (!this.#remote.accepts(source, packet.value)) return this.#ignore(source);
    this.#inlet.receive(packet.value, format);
  }

  #control(datagram: Uint8Array, source: RemoteInfo): void {
    if (!isRtcp(datagram) || this.#remote?.target.host !== source.address) return;
    const report = this.#protection.openControl(datagram);
    if (!report) return;
    this.#inlet.alive();
    // A stranger does not get our reports: it would have to know whose sound we hear.
    if (senderOf(report) === this.#inlet.statistics.newest?.ssrc)
      this.#controlFrom = { host: source.address, port: source.port };
    this.#reports.receive(report);
  }

  /** Says once that somebody else sends here: it may be the peer behind a NAT of which its signalling knows nothing. */
  #ignore({ address, port }: RemoteInfo): void {
    this.#ignored += 1;
    if (this.#ignored !== IGNORED_TILL_SAID) return;
    const { target } = this.#remote!;
    this.#log.info(
      { from: `${address} ${port}`, peer: `${target.host} ${target.port}` },
      'RTP of a stranger is ignored',
    );
  }
}
