/** Media without sockets, for call control in virtual time: descriptions are words, frames are counted. */
import { noFigures, type MediaFigures } from '../../src/core/media/figures.ts';
import type { MediaEncryption } from '../../src/nouns/call.ts';
import type { MediaConnection, MediaFactory, MediaSession } from '../../src/core/media/session.ts';
import type { Direction } from '../../src/core/sdp/direction.ts';
import type { CodecName } from '../../src/core/codec/codec.ts';
import type { Frame, FrameSink } from '../../src/core/rtp/frame.ts';

export class FakeMediaSession implements MediaSession {
  readonly kind: 'rtp' | 'webrtc';
  remoteDirection: Direction = 'sendrecv';
  codec: CodecName | undefined = 'PCMU';
  encryption: MediaEncryption = { kind: 'none' };
  readonly stats = { received: 0, sent: 0 };
  /** What is measured; a test sets it. */
  measured: MediaFigures = noFigures();
  closed = false;
  /** Answers taken so far. */
  readonly accepted: string[] = [];
  /** What was played to the far end last. */
  said: Frame | undefined;
  readonly #taps = new Set<FrameSink>();

  readonly #attempt: ((attempt: Attempt) => Promise<void>) | undefined;

  constructor(kind: 'rtp' | 'webrtc', attempt?: (attempt: Attempt) => Promise<void>) {
    this.kind = kind;
    this.#attempt = attempt;
  }

  async createOffer(): Promise<string> {
    await this.#attempt?.('createOffer');
    return 'offer';
  }

  async acceptAnswer(sdp: string): Promise<void> {
    this.#read(sdp);
    this.accepted.push(sdp);
  }

  async answerOffer(sdp: string): Promise<string> {
    await this.#attempt?.('answerOffer');
    this.#read(sdp);
    return 'answer';
  }

  /** A direction, or a word that means that nothing is common. */
  #read(sdp: string): void {
    if (sdp === 'no-codec') throw Object.assign(new Error('nothing in common'), { status: 488 });
    this.remoteDirection = sdp === 'sendonly' || sdp === 'inactive' ? sdp : 'sendrecv';
  }

  setHold(): void {}

  figures(): MediaFigures {
    return this.measured;
  }

  connection: MediaConnection = { state: 'connected' };
  #connectionChanged: (() => void) | undefined;

  onConnection(listener: () => void): void {
    this.#connectionChanged = listener;
  }

  /** The way to the far end has come up, or broken down. */
  connect(connection: MediaConnection): void {
    this.connection = connection;
    this.#connectionChanged?.();
  }

  async ready(): Promise<void> {}

  tap(sink: FrameSink): () => void {
    this.#taps.add(sink);
    return () => this.#taps.delete(sink);
  }

  #pressed: ((key: string) => void) | undefined;

  onKey(listener: (key: string) => void): void {
    this.#pressed = listener;
  }

  /** The far end presses a key. */
  press(key: string): void {
    this.#pressed?.(key);
  }

  /** The far end says this. */
  hear(frame: Frame): void {
    for (const tap of this.#taps) tap.write(frame);
  }

  /** Somebody listens in who is no leg. */
  get tapped(): boolean {
    return [...this.#taps].some((sink) => !(sink instanceof FakeMediaSession));
  }

  /** The other legs that hear this one. */
  get heardBy(): FrameSink[] {
    return [...this.#taps].filter((sink) => sink instanceof FakeMediaSession);
  }

  write(frame: Frame): void {
    this.stats.sent += 1;
    this.said = frame;
  }

  /** How long the far end has given no sign of life; it gives them all the time until `vanish`. */
  get silentMs(): number {
    return this.#silentMs();
  }

  #silentMs = (): number => 0;

  /** From now on nothing comes any more. */
  vanish(clock: { now(): number }): void {
    const at = clock.now();
    this.#silentMs = () => clock.now() - at;
  }

  get expected(): boolean {
    return this.remoteDirection === 'sendrecv';
  }

  async close(): Promise<void> {
    this.closed = true;
    this.#taps.clear();
  }
}

export interface FakeMediaFactory extends MediaFactory {
  readonly sessions: FakeMediaSession[];
  /** How new sessions begin. */
  connection: MediaConnection;
  /** What goes wrong, for whom it returns an error; asked with what is attempted, and for which session, from 0. */
  failing: ((attempt: Attempt, session: number) => Failure | Promise<Failure>) | undefined;
}

type Failure = Error | undefined;

export type Attempt = 'make' | 'createOffer' | 'answerOffer';

export function fakeMedia(): FakeMediaFactory {
  const sessions: FakeMediaSession[] = [];
  let made = 0;
  const make = async (kind: 'rtp' | 'webrtc') => {
    const number = made++;
    await fail('make', number);
    const session = new FakeMediaSession(kind, (attempt) => fail(attempt, number));
    session.connection = factory.connection;
    sessions.push(session);
    return session;
  };
  const fail = async (attempt: Attempt, session: number): Promise<void> => {
    const error = await factory.failing?.(attempt, session);
    if (error !== undefined) throw error;
  };
  const factory: FakeMediaFactory = {
    sessions,
    failing: undefined,
    connection: { state: 'connected' },
    rtp: () => make('rtp'),
    webrtc: () => make('webrtc'),
    close: async () => {},
  };
  return factory;
}
