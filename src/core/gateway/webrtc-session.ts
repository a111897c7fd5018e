import {
  MediaStreamTrack,
  RtpHeader,
  RtpPacket,
  RTCPeerConnection,
  RTCRtpCodecParameters,
  type RTCDtlsTransport,
  type RTCRtpTransceiver,
} from 'werift';
import type { Logger } from '../log/logger.ts';
import type { MediaFigures } from '../media/figures.ts';
import { Inlet } from '../media/inlet.ts';
import { Outlet } from '../media/outlet.ts';
import type { MediaConnection, MediaSession } from '../media/session.ts';
import type { CodecName } from '../codec/codec.ts';
import { codecs } from '../codec/registry.ts';
import type { Frame, FrameSink } from '../rtp/frame.ts';
import type { RtpPacket as Sound } from '../rtp/packet.ts';
import { random } from '../rtp/random.ts';
import { isSpeech, type AudioFormat } from '../sdp/description.ts';
import { receives, sends, type Direction } from '../sdp/direction.ts';
import { AnotherPeer, BadSdp } from '../sdp/failure.ts';
import { onlyCandidatesAt, reduceBrowserSdp, type BrowserAudio } from '../sdp/webrtc.ts';
import { agreeAudio, formatsOf, G711, parametersOf, withOffered, type AgreedAudio } from '../sdp/negotiate.ts';
import { favourCodec } from '../sdp/favour.ts';
import { Origin } from '../sdp/origin.ts';
import type { Clock } from '../time/clock.ts';
import { BrowserReports } from './browser-reports.ts';
import { guard } from './guard.ts';
import { mendRollover } from './rollover.ts';

/** The gateway serves browsers on this machine only. */
const LOOPBACK = '127.0.0.1';

interface Parts {
  readonly clock: Clock;
  readonly log: Logger;
  /** Of the leg's descriptions, where others than ours belong to it. */
  readonly origin?: Origin;
  /** What it speaks, in the order of our offers; G.711 by default. */
  readonly codecs?: readonly CodecName[] | undefined;
  /** Called once everything is released. */
  readonly onClose?: () => void;
}

/** A browser's leg: ICE, DTLS and SRTP by werift, frames by us. */
export class WebRtcSession implements MediaSession {
  readonly kind = 'webrtc';
  readonly #log: Logger;
  readonly #onClose: (() => void) | undefined;
  readonly #connection: RTCPeerConnection;
  readonly #transceiver: RTCRtpTransceiver;
  readonly #codecs: readonly CodecName[];
  readonly #origin: Origin;
  readonly #inlet: Inlet;
  readonly #outlet: Outlet;
  readonly #reports: BrowserReports;
  #agreed: AgreedAudio | undefined;
  #lastAnswer: string | undefined;
  /** The browser named an address of its own, be it one that only its machine can resolve. */
  #named = false;
  /** Sound could pass at some time. */
  #wasConnected = false;
  #connectionChanged: (() => void) | undefined;
  #held = false;
  #sent = 0;
  #closed: Promise<void> | undefined;

  constructor({
    clock,
    log,
    origin = new Origin(LOOPBACK, random(0x7fff_ffff)),
    codecs: speaks = G711,
    onClose,
  }: Parts) {
    this.#origin = origin;
    this.#log = log;
    this.#onClose = onClose;
    this.#codecs = speaks;
    this.#connection = createConnection(speaks);
    this.#transceiver = this.#connection.addTransceiver(new MediaStreamTrack({ kind: 'audio' }), {
      direction: 'sendrecv',
    });
    this.#inlet = new Inlet(clock);
    this.#outlet = new Outlet(clock, this.#transceiver.sender.ssrc, (packet, kind) => this.#send(packet, kind));
    guard(this.#connection);
    this.#dtls.onStateChange.subscribe((state) => {
      if (state === 'connected') {
        this.#wasConnected = true;
        mendRollover(this.#dtls.srtp);
      }
      this.#connectionChanged?.();
    });
    this.#dtls.iceTransport.onStateChange.subscribe(() => this.#connectionChanged?.());
    this.#dtls.onRtp.subscribe((packet) => this.#receive(packet));
    this.#reports = new BrowserReports(clock, this.#transceiver.sender, () => codecs[this.codec ?? 'PCMU'].clockRateHz);
    this.#dtls.onRtcp.subscribe((packet) => {
      this.#inlet.alive();
      this.#reports.receive(packet);
    });
    this.#connection.connectionStateChange.subscribe((state) => log.debug({ state }, 'WebRTC connection'));
  }

  async createOffer(): Promise<string> {
    this.#transceiver.setDirection(this.#wanted);
    return this.#describe(() => this.#connection.createOffer());
  }

  async acceptAnswer(sdp: string): Promise<void> {
    // A provisional response and the 200 that follows carry the same answer. RFC 3261 §13.2.1.
    if (sdp === this.#lastAnswer && this.#connection.signalingState === 'stable') return;
    const answer = reduceBrowserSdp(sdp, this.#codecs);
    if (!answer.ok) throw answer.error;
    if (this.#connection.signalingState === 'stable' && this.#lastAnswer !== undefined) {
      if (linesOf(sdp, MID) !== linesOf(this.#lastAnswer, MID)) throw new BadSdp('an answer to another offer');
      if (linesOf(sdp, PEER) !== linesOf(this.#lastAnswer, PEER)) throw new AnotherPeer();
      // The answer of a 2xx that differs from the one before: our offer is still the same.
      await this.createOffer();
    }
    this.#named ||= namesCandidates(sdp);
    await this.#read('answer', answer.value);
    this.#lastAnswer = sdp;
    this.#agree(answer.value);
  }

  async answerOffer(sdp: string): Promise<string> {
    const offer = reduceBrowserSdp(sdp, this.#codecs);
    if (!offer.ok) throw offer.error;
    // An offer of ours that was never answered (a rejected re-INVITE) gives way.
    if (this.#connection.signalingState === 'have-local-offer')
      await this.#connection.setLocalDescription({ type: 'rollback' });
    this.#transceiver.setDirection(this.#wanted);
    // The browser begins the handshake at once, while werift as the client waits for 100 ms.
    if (!/^a=setup:passive/m.test(offer.value.sdp) && this.#dtls.role === 'auto') this.#dtls.role = 'server';
    this.#named ||= namesCandidates(sdp);
    await this.#read('offer', offer.value);
    const answer = await refusing(() => this.#describe(() => this.#connection.createAnswer()));
    this.#agree(offer.value);
    return answer;
  }

  favour(sdp: string, codec: CodecName): string | undefined {
    const favoured = this.#agreed && favourCodec(sdp, this.#agreed, codec);
    if (!favoured) return undefined;
    this.#agreed = favoured.agreed;
    return this.#origin.stamp(favoured.sdp);
  }

  setHold(held: boolean): void {
    this.#held = held;
  }

  get remoteDirection(): Direction {
    return this.#agreed?.remoteDirection ?? 'sendrecv';
  }

  get codec(): CodecName | undefined {
    return this.#agreed?.codec;
  }

  readonly encryption = { kind: 'dtls' } as const;

  get stats(): { received: number; sent: number } {
    return { received: this.#inlet.received, sent: this.#sent };
  }

  figures(): MediaFigures {
    const { peer: reported, roundTripMs } = this.#reports;
    return { ...this.#inlet.figures, sent: this.#sent, reported, roundTripMs };
  }

  get connection(): MediaConnection {
    const [ice, dtls] = [this.#dtls.iceTransport.state, this.#dtls.state];
    const broken = ice === 'failed' || ice === 'disconnected' || ice === 'closed';
    if (dtls === 'connected' && !broken) return { state: 'connected' };
    if (this.#wasConnected) return { state: 'failed', why: 'lost' };
    const reached = ice === 'connected' || ice === 'completed';
    const why = reached || dtls === 'failed' ? 'dtls-failed' : this.#named ? 'ice-failed' : 'no-candidates';
    return { state: dtls === 'failed' || ice === 'failed' ? 'failed' : 'connecting', why };
  }

  onConnection(listener: () => void): void {
    this.#connectionChanged = listener;
  }

  async ready(): Promise<void> {
    const over = (state: string): boolean => ['connected', 'failed', 'closed'].includes(state);
    if (this.#closed || over(this.#dtls.state)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const { unSubscribe } = this.#dtls.onStateChange.subscribe((state) => over(state) && resolve());
    await promise;
    unSubscribe();
  }

  tap(sink: FrameSink): () => void {
    return this.#inlet.tap(sink);
  }

  onKey(listener: (key: string) => void): void {
    this.#inlet.onKey(listener);
  }

  get silentMs(): number {
    return this.#inlet.silentMs;
  }

  get expected(): boolean {
    return this.#inlet.expected;
  }

  write(frame: Frame): void {
    const agreed = this.#agreed;
    if (this.#closed || !agreed || this.#dtls.state !== 'connected') return;
    if (sends(agreed.direction)) this.#outlet.write(frame, agreed);
    else this.#outlet.interrupt();
  }

  #send({ payload, ...header }: Sound, kind: Frame['kind']): void {
    const rtp = new RtpPacket(
      new RtpHeader(header),
      Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength),
    );
    this.#sent += 1;
    // The sender counts audio for its RTCP reports, but would give every packet the payload type of the codec.
    const sending =
      kind === 'audio' ? this.#transceiver.sender.sendRtp(rtp) : this.#dtls.sendRtp(rtp.payload, rtp.header);
    sending.catch((why: unknown) => this.#log.debug({ why: String(why) }, 'SRTP packet not sent'));
  }

  begin(): void {
    this.#outlet.begin();
  }

  close(): Promise<void> {
    this.#closed ??= this.#release();
    return this.#closed;
  }

  async #release(): Promise<void> {
    this.#connectionChanged = undefined;
    this.#inlet.close();
    this.#outlet.close();
    await this.#connection.close();
    this.#onClose?.();
  }

  get #wanted(): Direction {
    return this.#held ? 'sendonly' : 'sendrecv';
  }

  /** One for the one stream: everything is bundled. */
  get #dtls(): RTCDtlsTransport {
    return this.#transceiver.dtlsTransport;
  }

  async #describe(create: () => ReturnType<RTCPeerConnection['createOffer']>): Promise<string> {
    await this.#connection.setLocalDescription(await create());
    // werift writes another session identifier every time.
    return this.#origin.stamp(onlyCandidatesAt(LOOPBACK, this.#connection.localDescription!.sdp));
  }

  #read(type: 'offer' | 'answer', { sdp }: BrowserAudio): Promise<void> {
    return refusing(() => this.#connection.setRemoteDescription({ type, sdp }));
  }

  #agree(audio: BrowserAudio): void {
    // A description that names no speech was refused when it was reduced.
    this.#agreed = withOffered(agreeAudio(audio, this.#wanted, this.#codecs)!, this.#codecs);
    this.#inlet.expect(receives(this.#agreed.direction), this.#agreed.direction === 'sendrecv');
  }

  #receive({ header, payload }: RtpPacket): void {
    const { payloadType, marker, sequenceNumber, timestamp, ssrc } = header;
    const format = this.#agreed?.formats.get(payloadType);
    if (format) this.#inlet.receive({ payloadType, marker, sequenceNumber, timestamp, ssrc, payload }, format);
  }
}

/** Which stream is meant; and who answers, by its ICE and DTLS identity. RFC 9143 §7.3, RFC 8839 §5.4, RFC 8122 §5. */
const MID = /^a=mid:.*$/gm;
const PEER = /^a=(?:ice-ufrag|fingerprint):.*$/gm;

function linesOf(sdp: string, lines: RegExp): string {
  return (sdp.match(lines) ?? []).map((line) => line.trimEnd()).join('\n');
}

const namesCandidates = (sdp: string): boolean => /^a=candidate:/m.test(sdp);

/** @throws BadSdp for a description that the WebRTC stack refuses, be it at once or when it has to answer */
async function refusing<T>(apply: () => Promise<T>): Promise<T> {
  try {
    return await apply();
  } catch (why) {
    throw new BadSdp(why instanceof Error ? why.message : String(why));
  }
}

function createConnection(names: readonly CodecName[]): RTCPeerConnection {
  const codec = (format: AudioFormat): RTCRtpCodecParameters =>
    new RTCRtpCodecParameters({
      mimeType: `audio/${format.name}`,
      clockRate: isSpeech(format) ? codecs[format.name].clockRateHz : 8000,
      channels: isSpeech(format) ? codecs[format.name].channels : 1,
      payloadType: format.payloadType,
      parameters: parametersOf(format) ?? '',
    });
  return new RTCPeerConnection({
    codecs: { audio: formatsOf(names).map(codec), video: [] },
    headerExtensions: { audio: [] },
    // Without this line werift asks a public STUN server for our address.
    iceServers: [],
    iceLite: true,
    iceUseIpv6: false,
    iceUseTcp: false,
    iceAdditionalHostAddresses: [LOOPBACK],
    iceInterfaceAddresses: { udp4: LOOPBACK },
    bundlePolicy: 'max-bundle',
  });
}
