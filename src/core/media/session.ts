import type { MediaEncryption, MediaTrouble } from '../../nouns/call.ts';
import type { CodecName } from '../codec/codec.ts';
import type { FrameSink } from '../rtp/frame.ts';
import type { MediaFigures } from './figures.ts';
import type { Direction } from '../sdp/direction.ts';
import type { Encryption } from '../sdp/sdes.ts';

/** Whether sound can pass between a peer and us. W28. */
export type MediaConnection =
  | { readonly state: 'connected' }
  /** `connecting` has no end of its own: `why` is what is still missing. */
  | { readonly state: 'connecting' | 'failed'; readonly why: MediaTrouble };

/** One leg's media: plain RTP, WebRTC, or sound over the console's WebSocket; the same surface. Its frames are what the peer hears. */
export interface MediaSession extends FrameSink {
  readonly kind: 'rtp' | 'webrtc' | 'websocket';

  /** SDP of a first offer, or of a re-INVITE's once a description was agreed. */
  createOffer(): Promise<string>;
  /**
   * Again with another answer to the same offer, where responses differ.
   * @throws NoCommonCodec (488) or BadSdp (400), leaving what was agreed before; AnotherPeer where only a new session with an
   * offer of its own will do
   */
  acceptAnswer(sdp: string): Promise<void>;
  /**
   * A first offer, or a re-INVITE's.
   * @throws NoCommonCodec (488) or BadSdp (400), leaving what was agreed before
   */
  answerOffer(sdp: string): Promise<string>;
  /**
   * The newest answer of ours, which was not sent yet, with this codec first.
   * @returns undefined when it stays as it is
   */
  favour?(sdp: string, codec: CodecName): string | undefined;

  /** Holding asks the peer, from the next offer or answer on, to listen only. RFC 3264 §8.4. */
  setHold(held: boolean): void;
  /** What the peer's last description said, from its own view: `sendonly` means that it holds us. */
  readonly remoteDirection: Direction;
  /** What we send; undefined until agreed. */
  readonly codec: CodecName | undefined;

  /** Connected: by WebRTC, or by a first packet of a peer that is to send. */
  readonly connection: MediaConnection;
  /** Calls `listener` when the connection may have changed, descriptions apart: whoever gives one can look by himself. */
  onConnection(listener: () => void): void;
  /** Resolves when what is written can reach the peer, or never will; once a description was agreed that is at once for RTP. */
  ready(): Promise<void>;
  /** What the peer says goes to this sink too, as it comes: to as many as there are. @returns stops it */
  tap(sink: FrameSink): () => void;
  /** Calls `listener` with each key that comes with the sound, once, when it begins. */
  onKey(listener: (key: string) => void): void;
  /**
   * The peer sends its keys by INFO: none are looked for in its sound any more.
   * @returns the key that was heard there a moment ago, and so is the same press as one that comes now
   */
  keysBySignalling?(): string | undefined;
  /** Milliseconds since the peer gave a sign of life (RTP, RTCP), or since it has had a reason to give one. W5. */
  readonly silentMs: number;
  /** The peer has a reason to send: neither side holds, and it has not said by comfort noise that it will be silent. */
  readonly expected: boolean;
  /** Whether its sound is encrypted between the peer and us. M5. */
  readonly encryption: MediaEncryption;
  /** RTP packets. */
  /** Measured when it is asked for. M1. */
  figures(): MediaFigures;
  readonly stats: { readonly received: number; readonly sent: number };

  close(): Promise<void>;
}

/** Makes the media of legs. Closing it closes every session it made. */
export interface MediaFactory {
  /**
   * @param host our address as the peer reaches it, for SDP; by default as programs on this machine do
   * @param peerHosts hosts that the peer's signalling names: its packets may come from them. W15
   * @param encryption by SDES; `off` by default. M5
   */
  rtp(
    host?: string,
    peerHosts?: () => readonly string[],
    encryption?: Encryption,
    codecs?: readonly CodecName[],
  ): Promise<MediaSession>;
  /** Of a browser: WebRTC, or what it asks for in its place. */
  webrtc(codecs?: readonly CodecName[]): Promise<MediaSession>;
  close(): Promise<void>;
}
