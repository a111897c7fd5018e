/**
 * The sound of one call over a WebSocket of its own (M19): the microphone goes out and what comes is played, both in the audio
 * thread. It can be looked at as a peer connection can, as far as the console does.
 */
import type { ToneSender } from '../dtmf.ts';
import type { WatchedConnection } from '../media-watch.ts';
import { readFrame, writeFrame } from './format.ts';
import type { PlayoutStats } from './playout.ts';
// A file of its own, and here its address: Vite's words. https://vite.dev/guide/features#web-workers
// oxlint-disable-next-line import/default
import workletUrl from './worklet.ts?worker&url';

/** Waits before the socket is opened again, in milliseconds; the last one repeats. */
const AGAIN_MS = [100, 500, 1000, 2000];
/** Beyond 200 ms of sound nobody is served by what waits. */
const MAX_WAITING_BYTES = 6440;

/** The socket's reasons: the call is over, another one has its place. */
const FOR_GOOD = new Set([1000, 4001]);

const loaded = new WeakMap<BaseAudioContext, Promise<void>>();

export class SocketAudio extends EventTarget implements WatchedConnection {
  readonly #context: AudioContext;
  readonly #url: string;
  /** Played by an element, as that of a peer connection is. */
  readonly #heard: MediaStreamAudioDestinationNode;
  readonly #tones: SocketTones;
  #track: MediaStreamTrack | undefined;
  #source: MediaStreamAudioSourceNode | undefined;
  #capture: AudioWorkletNode | undefined;
  #player: AudioWorkletNode | undefined;
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #tries = 0;
  #number = 0;
  #closed = false;
  #failed = false;
  #sends = true;
  /** Frames that the trunk was not sent, because the socket did not take them. */
  #dropped = 0;
  #received = 0;
  #playout: PlayoutStats | undefined;

  /** @param url of the call's WebSocket; it carries the token */
  constructor(context: AudioContext, url: string, track: MediaStreamTrack | undefined) {
    super();
    this.#context = context;
    this.#url = url;
    this.#track = track;
    this.#heard = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
    this.#tones = new SocketTones((key, ms) => this.#press(key, ms));
    this.#open();
    void this.#start();
  }

  get stream(): MediaStream {
    return this.#heard.stream;
  }

  get tones(): ToneSender {
    return this.#tones;
  }

  get connectionState(): RTCPeerConnectionState {
    if (this.#closed) return 'closed';
    if (this.#failed) return 'failed';
    return this.#socket?.readyState === WebSocket.OPEN && this.#player !== undefined ? 'connected' : 'connecting';
  }

  /** There are no candidates to be tried. */
  get iceConnectionState(): RTCIceConnectionState {
    return this.connectionState === 'connected' ? 'connected' : 'checking';
  }

  async getStats(): Promise<RTCStatsReport> {
    const { gaps = 0, droppedMs = 0, waitingMs = 0 } = this.#playout ?? {};
    const stats = { type: 'inbound-rtp', packetsReceived: this.#received, gaps, droppedMs, waitingMs };
    return new Map([['inbound', { ...stats, sent: this.#number, dropped: this.#dropped }]]);
  }

  /** @param sends whether the other side wants to hear anything */
  setDirection(sends: boolean): void {
    this.#sends = sends;
  }

  /** Puts another microphone in the place of the one there is. */
  replaceTrack(track: MediaStreamTrack): void {
    this.#track?.stop();
    this.#track = track;
    this.#listen();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket?.close(1000);
    this.#source?.disconnect();
    this.#capture?.disconnect();
    this.#player?.disconnect();
    this.#track?.stop();
    this.#changed();
  }

  async #start(): Promise<void> {
    try {
      await loadWorklet(this.#context);
      if (this.#closed) return;
      this.#player = new AudioWorkletNode(this.#context, 'patchcord-player', {
        numberOfInputs: 0,
        outputChannelCount: [1],
      });
      this.#player.connect(this.#heard);
      this.#player.port.onmessage = ({ data }: MessageEvent<PlayoutStats>) => {
        this.#playout = data;
      };
      this.#capture = new AudioWorkletNode(this.#context, 'patchcord-capture', {
        numberOfOutputs: 0,
        channelCount: 1,
        channelCountMode: 'explicit',
      });
      this.#capture.port.onmessage = ({ data }: MessageEvent<Int16Array>) => this.#send(data);
      this.#listen();
    } catch {
      // A browser without AudioWorklet, or one that was not given the file.
      this.#failed = true;
    }
    this.#changed();
  }

  #listen(): void {
    this.#source?.disconnect();
    this.#source = undefined;
    if (!this.#track || !this.#capture) return;
    const mediaStream = new MediaStream([this.#track]);
    this.#source = new MediaStreamAudioSourceNode(this.#context, { mediaStream });
    this.#source.connect(this.#capture);
  }

  #open(): void {
    const socket = new WebSocket(this.#url);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    socket.addEventListener('open', () => {
      this.#tries = 0;
      this.#changed();
    });
    socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      const samples = readFrame(data);
      if (!samples) return;
      this.#received += 1;
      this.#player?.port.postMessage(samples, [samples.buffer]);
    });
    socket.addEventListener('close', ({ code }) => {
      if (this.#closed || this.#socket !== socket) return;
      this.#failed ||= FOR_GOOD.has(code);
      this.#changed();
      if (this.#failed) return;
      const wait = AGAIN_MS[Math.min(this.#tries, AGAIN_MS.length - 1)];
      this.#tries += 1;
      this.#timer = setTimeout(() => this.#open(), wait);
    });
  }

  #send(samples: Int16Array): void {
    const socket = this.#socket;
    const number = this.#number;
    this.#number = (number + 1) >>> 0;
    if (!this.#sends || socket?.readyState !== WebSocket.OPEN) return;
    if (socket.bufferedAmount > MAX_WAITING_BYTES) this.#dropped += 1;
    else socket.send(writeFrame(number, samples));
  }

  #press(key: string, ms: number): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify({ key, ms }));
    return true;
  }

  #changed(): void {
    this.#tones.canInsertDTMF = this.connectionState === 'connected';
    this.dispatchEvent(new Event('connectionstatechange'));
  }
}

/** Loads what runs in the audio thread, once a context; before a call it saves a moment at its beginning. */
export function loadWorklet(context: AudioContext): Promise<void> {
  let loading = loaded.get(context);
  if (!loading) {
    loading = context.audioWorklet.addModule(workletUrl);
    loaded.set(context, loading);
    loading.catch(() => loaded.delete(context));
  }
  return loading;
}

/** Sends one key at a time, as `RTCDTMFSender` does. */
class SocketTones extends EventTarget implements ToneSender {
  canInsertDTMF = false;
  readonly #press: (key: string, ms: number) => boolean;

  constructor(press: (key: string, ms: number) => boolean) {
    super();
    this.#press = press;
  }

  /** @throws when it cannot be sent now */
  insertDTMF(tones: string, duration = 100, gap = 70): void {
    if (!this.#press(tones, duration)) throw new Error('the socket is not open');
    setTimeout(() => this.dispatchEvent(Object.assign(new Event('tonechange'), { tone: '' })), duration + gap);
  }
}
