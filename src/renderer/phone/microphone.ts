/** The operator's microphone: asked for once and kept open, so that answering need not wait for it. */
import type { Microphone as MicrophoneState } from './phone.ts';

const LEVEL_EVERY_MS = 100;
/** Below this RMS a microphone that works is not heard either: a closed switch, an unplugged headset. */
const SILENT_RMS = 0.0003;
const SILENT_AFTER_MS = 5000;

export class Microphone {
  readonly #context: () => AudioContext | undefined;
  readonly #changed: (state: MicrophoneState) => void;
  readonly #level: (level: number) => void;
  #state: MicrophoneState = { state: 'asking' };
  #stream: MediaStream | undefined;
  #source: MediaStreamAudioSourceNode | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #quietMs = 0;
  #noiseSuppression = true;

  constructor(
    context: () => AudioContext | undefined,
    changed: (state: MicrophoneState) => void,
    level: (level: number) => void,
  ) {
    this.#context = context;
    this.#changed = changed;
    this.#level = level;
  }

  async open(): Promise<void> {
    this.close();
    this.#tell({ state: 'asking' });
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({
        audio: {
          echoCancellation: true,
          autoGainControl: true,
          noiseSuppression: this.#noiseSuppression,
        },
      });
    } catch (error) {
      this.#tell(whyNot(error));
      return;
    }
    const track = this.#stream.getAudioTracks()[0];
    track?.addEventListener('ended', () => {
      this.close();
      this.#tell({ state: 'missing' });
    });
    this.#tell({ state: 'ready', label: track?.label ?? '', silent: false });
    this.#meter(this.#stream);
  }

  /** Opens it again when it was missing, e.g. after a headset was plugged in. */
  async deviceChanged(): Promise<void> {
    if (this.#state.state === 'missing' || this.#state.state === 'failed') await this.open();
  }

  async setNoiseSuppression(on: boolean): Promise<void> {
    this.#noiseSuppression = on;
    const tracks = this.#stream?.getAudioTracks() ?? [];
    await Promise.all(tracks.map((track) => track.applyConstraints({ noiseSuppression: on })));
  }

  /**
   * A stream of its own for one session, which will stop its tracks. Without a microphone it is silence,
   * so that the operator can at least listen.
   */
  streamForSession(): MediaStream {
    const track = this.#stream?.getAudioTracks()[0];
    if (track) return new MediaStream([track.clone()]);
    const context = this.#context();
    return context ? new MediaStreamAudioDestinationNode(context).stream : new MediaStream();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#source?.disconnect();
    this.#source = undefined;
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = undefined;
    this.#quietMs = 0;
  }

  #meter(stream: MediaStream): void {
    const context = this.#context();
    if (!context) return;
    const analyser = new AnalyserNode(context, { fftSize: 1024 });
    this.#source = new MediaStreamAudioSourceNode(context, { mediaStream: stream });
    this.#source.connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.#timer = setInterval(() => {
      // A suspended context hands out zeros: say nothing rather than "silent".
      if (context.state !== 'running') return;
      analyser.getFloatTimeDomainData(samples);
      const rms = Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);
      this.#level(meterLevel(rms));
      this.#quietMs = rms < SILENT_RMS ? this.#quietMs + LEVEL_EVERY_MS : 0;
      const silent = this.#quietMs >= SILENT_AFTER_MS;
      if (this.#state.state === 'ready' && this.#state.silent !== silent) {
        this.#tell({ ...this.#state, silent });
      }
    }, LEVEL_EVERY_MS);
  }

  #tell(state: MicrophoneState): void {
    this.#state = state;
    this.#changed(state);
  }
}

/** Maps an RMS to a meter from 0 to 1 over 60 dB. */
export function meterLevel(rms: number): number {
  if (rms <= 0) return 0;
  return Math.min(1, Math.max(0, 1 + (20 * Math.log10(rms) + 3) / 60));
}

/** https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia names the errors. */
function whyNot(error: unknown): MicrophoneState {
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return { state: 'denied' };
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return { state: 'missing' };
  if (error instanceof TypeError) {
    return {
      state: 'failed',
      detail: 'This page has no access to microphones: open it over loopback or HTTPS.',
    };
  }
  return { state: 'failed', detail: error instanceof Error ? error.message : String(error) };
}
