import type { MediaEncryption } from '../../nouns/call.ts';
import type { Logger } from '../log/logger.ts';
import { noFigures, type MediaFigures } from '../media/figures.ts';
import type { MediaConnection, MediaSession } from '../media/session.ts';
import type { CodecName } from '../codec/codec.ts';
import type { Frame, FrameSink } from '../rtp/frame.ts';
import { random } from '../rtp/random.ts';
import type { Direction } from '../sdp/direction.ts';
import { NoCommonCodec } from '../sdp/failure.ts';
import { Origin } from '../sdp/origin.ts';
import { isSocketAudio, withSocketCapability } from '../sdp/socket-audio.ts';
import type { Clock } from '../time/clock.ts';
import type { AudioPlaces } from '../transport/audio-sockets.ts';
import { SocketSession } from './socket-session.ts';
import { WebRtcSession } from './webrtc-session.ts';

/** Both gateways serve browsers on this machine only. */
const LOOPBACK = '127.0.0.1';

interface Parts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly places: AudioPlaces;
  /** Called once everything is released. */
  /** What it speaks over WebRTC. */
  readonly codecs?: readonly CodecName[] | undefined;
  readonly onClose?: () => void;
}

/**
 * A browser's leg, whichever way its sound goes: WebRTC first, and over the WebSocket where the browser says so, in an
 * answer, an offer or a re-INVITE. There is no way back within a call. M19.
 */
export class ConsoleSession implements MediaSession {
  readonly #parts: Parts;
  readonly #origin = new Origin(LOOPBACK, random(0x7fff_ffff));
  /** Each sink that listens in, and how it stops. */
  readonly #taps = new Map<FrameSink, () => void>();
  #now: WebRtcSession | SocketSession | undefined;
  /** Offered beside WebRTC, and let go when that is taken. */
  #other: SocketSession | undefined;
  #listener: (() => void) | undefined;
  #pressed: ((key: string) => void) | undefined;
  #held = false;
  /** Packets of the way before. */
  #before = { received: 0, sent: 0 };
  #closed: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get kind(): 'webrtc' | 'websocket' {
    return this.#now?.kind ?? 'webrtc';
  }

  async createOffer(): Promise<string> {
    const session = this.#now ?? this.#take(this.#webRtc());
    const offer = await session.createOffer();
    // Once sound has gone over WebRTC it stays there, unless the browser asks for another way.
    if (session.kind === 'websocket' || session.codec !== undefined) return offer;
    this.#other ??= this.#socket();
    return withSocketCapability(offer, this.#other.id);
  }

  async acceptAnswer(sdp: string): Promise<void> {
    const session = isSocketAudio(sdp) ? await this.#overSocket() : this.#now;
    if (!session) throw new NoCommonCodec('nothing was offered', 302);
    await session.acceptAnswer(sdp);
    if (session.kind === 'webrtc') await this.#letOtherGo();
  }

  async answerOffer(sdp: string): Promise<string> {
    if (isSocketAudio(sdp)) return (await this.#overSocket()).answerOffer(sdp);
    if (this.#now?.kind === 'websocket') throw new NoCommonCodec('the sound of this call goes over a WebSocket', 302);
    return (this.#now ?? this.#take(this.#webRtc())).answerOffer(sdp);
  }

  favour(sdp: string, codec: CodecName): string | undefined {
    return this.#now?.kind === 'webrtc' ? this.#now.favour(sdp, codec) : undefined;
  }

  setHold(held: boolean): void {
    this.#held = held;
    this.#now?.setHold(held);
    this.#other?.setHold(held);
  }

  get remoteDirection(): Direction {
    return this.#now?.remoteDirection ?? 'sendrecv';
  }

  get codec(): CodecName | undefined {
    return this.#now?.codec;
  }

  get encryption(): MediaEncryption {
    return this.#now?.encryption ?? { kind: 'none' };
  }

  get stats(): { received: number; sent: number } {
    const { received = 0, sent = 0 } = this.#now?.stats ?? {};
    return { received: this.#before.received + received, sent: this.#before.sent + sent };
  }

  /** Of what it has now. */
  figures(): MediaFigures {
    return this.#now?.figures() ?? noFigures();
  }

  get connection(): MediaConnection {
    return this.#now?.connection ?? { state: 'connecting', why: 'no-candidates' };
  }

  onConnection(listener: () => void): void {
    this.#listener = listener;
  }

  async ready(): Promise<void> {
    await this.#now?.ready();
  }

  tap(sink: FrameSink): () => void {
    this.#taps.set(sink, this.#now?.tap(sink) ?? (() => {}));
    return () => {
      this.#taps.get(sink)?.();
      this.#taps.delete(sink);
    };
  }

  onKey(listener: (key: string) => void): void {
    this.#pressed = listener;
    this.#now?.onKey(listener);
  }

  get silentMs(): number {
    return this.#now?.silentMs ?? 0;
  }

  get expected(): boolean {
    return this.#now?.expected ?? false;
  }

  write(frame: Frame): void {
    this.#now?.write(frame);
  }

  begin(): void {
    this.#now?.begin();
  }

  close(): Promise<void> {
    this.#closed ??= this.#release();
    return this.#closed;
  }

  async #release(): Promise<void> {
    this.#listener = undefined;
    this.#taps.clear();
    await Promise.all([this.#now?.close(), this.#other?.close()]);
    this.#parts.onClose?.();
  }

  #webRtc(): WebRtcSession {
    const { clock, log } = this.#parts;
    const session = new WebRtcSession({ clock, log, origin: this.#origin, codecs: this.#parts.codecs });
    session.setHold(this.#held);
    return session;
  }

  #socket(): SocketSession {
    const { clock, places } = this.#parts;
    return new SocketSession({ clock, places, origin: this.#origin, held: this.#held });
  }

  async #overSocket(): Promise<SocketSession> {
    const before = this.#now;
    if (before?.kind === 'websocket') return before;
    const session = this.#take(this.#other ?? this.#socket());
    this.#other = undefined;
    if (before) {
      this.#before = before.stats;
      this.#parts.log.info({}, 'the sound of a console goes over its WebSocket');
      await before.close();
    }
    this.#listener?.();
    return session;
  }

  async #letOtherGo(): Promise<void> {
    const other = this.#other;
    this.#other = undefined;
    await other?.close();
  }

  /** Whoever listened goes on listening. */
  #take<S extends WebRtcSession | SocketSession>(session: S): S {
    for (const stop of this.#taps.values()) stop();
    this.#now = session;
    session.onConnection(() => this.#listener?.());
    session.onKey((key) => this.#pressed?.(key));
    for (const sink of this.#taps.keys()) this.#taps.set(sink, session.tap(sink));
    return session;
  }
}
