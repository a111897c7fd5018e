/** Media without sockets, for call control in virtual time: descriptions are words, frames are counted. */
import type { MediaFactory, MediaSession } from '../../src/core/media/session.ts';
import type { Direction } from '../../src/core/sdp/direction.ts';
import type { AudioCodec, Frame, FrameSink } from '../../src/core/rtp/frame.ts';

export class FakeMediaSession implements MediaSession {
  readonly kind: 'rtp' | 'webrtc';
  remoteDirection: Direction = 'sendrecv';
  codec: AudioCodec | undefined = 'PCMU';
  readonly stats = { received: 0, sent: 0 };
  sink: FrameSink | undefined;
  closed = false;
  /** What was played to the far end last. */
  said: Frame | undefined;
  readonly #taps = new Set<FrameSink>();

  constructor(kind: 'rtp' | 'webrtc') {
    this.kind = kind;
  }

  async createOffer(): Promise<string> {
    return 'offer';
  }

  async acceptAnswer(sdp: string): Promise<void> {
    this.#read(sdp);
  }

  async answerOffer(sdp: string): Promise<string> {
    this.#read(sdp);
    return 'answer';
  }

  /** A direction, or a word that means that nothing is common. */
  #read(sdp: string): void {
    if (sdp === 'no-codec') throw Object.assign(new Error('nothing in common'), { status: 488 });
    this.remoteDirection = sdp === 'sendonly' || sdp === 'inactive' ? sdp : 'sendrecv';
  }

  setHold(): void {}

  async ready(): Promise<void> {}

  pipe(sink: FrameSink | undefined): void {
    this.sink = sink;
  }

  tap(sink: FrameSink): () => void {
    this.#taps.add(sink);
    return () => this.#taps.delete(sink);
  }

  /** The far end says this. */
  hear(frame: Frame): void {
    for (const tap of this.#taps) tap.write(frame);
  }

  /** Somebody listens in. */
  get tapped(): boolean {
    return this.#taps.size > 0;
  }

  write(frame: Frame): void {
    this.stats.sent += 1;
    this.said = frame;
  }

  onSilence(): void {}

  async close(): Promise<void> {
    this.closed = true;
  }
}

export interface FakeMediaFactory extends MediaFactory {
  readonly sessions: FakeMediaSession[];
}

export function fakeMedia(): FakeMediaFactory {
  const sessions: FakeMediaSession[] = [];
  const make = async (kind: 'rtp' | 'webrtc') => {
    const session = new FakeMediaSession(kind);
    sessions.push(session);
    return session;
  };
  return { sessions, rtp: () => make('rtp'), webrtc: () => make('webrtc'), close: async () => {} };
}
