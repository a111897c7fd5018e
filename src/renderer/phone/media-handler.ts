/** The media of one session, for sip.js: WebRTC by sip.js' own handler, or the console's WebSocket (M19). */
import type {
  BodyAndContentType,
  SessionDescriptionHandler,
  SessionDescriptionHandlerModifier,
  SessionDescriptionHandlerOptions,
  Web,
} from 'sip.js';
import type { ToneSender } from './dtmf.ts';
import type { WatchedConnection } from './media-watch.ts';
import { SocketAudio } from './pcm/socket-audio.ts';
import { answerTo, mayWeSend, readSocketSdp, SocketSdp, type SocketOffer } from './socket-sdp.ts';
import { isUsable, type SoundWay, type SoundWays } from './sound-way.ts';

export interface MediaHandlerParts {
  /** Makes sip.js' own handler, and with it a peer connection. */
  webRtc(): Web.SessionDescriptionHandler;
  /** A stream of its own for this session. */
  microphone(): MediaStream;
  context(): AudioContext | undefined;
  /** Address of a call's audio WebSocket. */
  socketUrl(id: string): string;
  readonly ways: SoundWays;
}

type Options = SessionDescriptionHandlerOptions & { hold?: boolean };
type Modifiers = SessionDescriptionHandlerModifier[];

/** Tells `connectionstatechange`, `iceconnectionstatechange`, and `streamchange` when another stream is to be heard. */
export class MediaHandler extends EventTarget implements SessionDescriptionHandler, WatchedConnection {
  readonly #parts: MediaHandlerParts;
  readonly #sdp = new SocketSdp(Math.floor(Math.random() * 2 ** 31));
  #web: Web.SessionDescriptionHandler | undefined;
  #audio: SocketAudio | undefined;
  /** Found by WebRTC. */
  #candidates = 0;
  /** What is to be answered; `undefined` as an offer is one of WebRTC alone. */
  #offer: { socket: SocketOffer | undefined } | undefined;
  /** Our offer of sound over the WebSocket is not answered yet. */
  #asked = false;
  #leavesWebRtc = false;
  #closed = false;

  constructor(parts: MediaHandlerParts) {
    super();
    this.#parts = parts;
  }

  get way(): SoundWay {
    return this.#audio || this.#asked ? 'websocket' : 'webrtc';
  }

  get candidates(): number {
    return this.#candidates;
  }

  /** WebRTC may be given up for the WebSocket: nothing has been heard over it. */
  get mayChangeOver(): boolean {
    return this.#parts.ways.free && this.way === 'webrtc' && !this.#leavesWebRtc && !this.#closed;
  }

  /** ICE has found a way: what is missing is the handshake. */
  get reached(): boolean {
    return this.iceConnectionState === 'connected' || this.iceConnectionState === 'completed';
  }

  get peerConnection(): RTCPeerConnection | undefined {
    return this.#web?.peerConnection;
  }

  get stream(): MediaStream | undefined {
    return this.#audio?.stream ?? this.#web?.remoteMediaStream;
  }

  get tones(): ToneSender | undefined {
    return this.#audio?.tones ?? this.peerConnection?.getSenders()[0]?.dtmf ?? undefined;
  }

  get connectionState(): RTCPeerConnectionState {
    return this.#audio?.connectionState ?? this.peerConnection?.connectionState ?? 'new';
  }

  get iceConnectionState(): RTCIceConnectionState {
    return this.#audio?.iceConnectionState ?? this.peerConnection?.iceConnectionState ?? 'new';
  }

  async getStats(): Promise<RTCStatsReport> {
    const from = this.#audio ?? this.peerConnection;
    return from ? from.getStats() : new Map();
  }

  /** The next offer is one of sound over the WebSocket: WebRTC came to nothing. */
  changeOver(): void {
    this.#parts.ways.failed('failed');
    this.#leaveWebRtc();
  }

  /** Puts another microphone under the session. */
  async replaceTrack(track: MediaStreamTrack): Promise<void> {
    if (this.#audio) return this.#audio.replaceTrack(track);
    const [sender] = this.peerConnection?.getSenders() ?? [];
    const before = sender?.track;
    await sender?.replaceTrack(track);
    before?.stop();
  }

  async getDescription(options?: Options, modifiers?: Modifiers): Promise<BodyAndContentType> {
    const offer = this.#offer;
    this.#offer = undefined;
    const hold = options?.hold === true;
    if (offer ? this.#mayAnswerOverSocket(offer.socket) : this.#prefersSocket)
      return this.#describe(offer?.socket, hold);
    const description = await this.#webRtc().getDescription(options, modifiers);
    const { ways } = this.#parts;
    // A browser that is slow has none yet, and may still find its way: it makes the checks.
    const searched = this.peerConnection?.iceGatheringState === 'complete';
    const mute = searched && this.#candidates === 0 && ways.free && this.connectionState === 'new';
    if (!mute || (offer && !offer.socket)) return description;
    ways.failed('no-candidates');
    this.#leaveWebRtc();
    return this.#describe(offer?.socket, hold);
  }

  async setDescription(sdp: string, options?: Options, modifiers?: Modifiers): Promise<void> {
    const socket = readSocketSdp(sdp);
    if (this.#asked) {
      this.#asked = false;
      if (!socket?.only) throw new Error('The answer is not one to sound over a WebSocket');
      this.#open(socket);
      return;
    }
    if (this.peerConnection?.signalingState === 'have-local-offer') {
      await this.#webRtc().setDescription(sdp, options, modifiers);
      return;
    }
    this.#offer = { socket };
    if (socket?.only || (socket && this.#prefersSocket)) return;
    await this.#webRtc().setDescription(sdp, options, modifiers);
  }

  async rollbackDescription(): Promise<void> {
    this.#offer = undefined;
    this.#asked = false;
    const connection = this.peerConnection;
    if (connection && connection.signalingState !== 'stable')
      await connection.setLocalDescription({ type: 'rollback' });
  }

  hasDescription(contentType: string): boolean {
    return contentType === 'application/sdp';
  }

  /** Keys go through `tones`. */
  sendDtmf(): boolean {
    return false;
  }

  close(): void {
    this.#closed = true;
    this.#web?.close();
    this.#audio?.close();
  }

  get #prefersSocket(): boolean {
    if (this.#audio || this.#leavesWebRtc) return true;
    return !this.#web && this.#parts.ways.state.way === 'websocket';
  }

  #mayAnswerOverSocket(socket: SocketOffer | undefined): boolean {
    return socket !== undefined && (socket.only || this.#prefersSocket);
  }

  /** @param offer what is answered; an offer of ours without one */
  #describe(offer: SocketOffer | undefined, hold: boolean): BodyAndContentType {
    if (offer) this.#open(offer);
    else this.#asked = true;
    const direction = offer ? answerTo(offer.direction, hold) : hold ? 'sendonly' : 'sendrecv';
    const answersCapability = offer !== undefined && !offer.only;
    return { body: this.#sdp.write(direction, answersCapability), contentType: 'application/sdp' };
  }

  #webRtc(): Web.SessionDescriptionHandler {
    if (this.#web) return this.#web;
    const web = this.#parts.webRtc();
    this.#web = web;
    web.peerConnectionDelegate = {
      onicecandidate: ({ candidate }) => {
        if (!isUsable(candidate)) return;
        this.#candidates += 1;
        // It goes out with the first one: the trunk is ICE lite, so this side makes the checks.
        web.iceGatheringComplete();
      },
    };
    for (const type of ['connectionstatechange', 'iceconnectionstatechange']) {
      web.peerConnection?.addEventListener(type, () => {
        if (this.#web === web) this.dispatchEvent(new Event(type));
      });
    }
    this.dispatchEvent(new Event('streamchange'));
    return web;
  }

  #leaveWebRtc(): void {
    this.#leavesWebRtc = true;
    const web = this.#web;
    this.#web = undefined;
    web?.close();
  }

  #open({ id, direction }: SocketOffer): void {
    const context = this.#parts.context();
    if (this.#closed || !context) return;
    if (!this.#audio) {
      this.#leaveWebRtc();
      const [track] = this.#parts.microphone().getAudioTracks();
      const audio = new SocketAudio(context, this.#parts.socketUrl(id), track);
      audio.addEventListener('connectionstatechange', () => this.dispatchEvent(new Event('connectionstatechange')));
      this.#audio = audio;
      this.dispatchEvent(new Event('streamchange'));
    }
    this.#audio.setDirection(mayWeSend(direction));
  }
}
