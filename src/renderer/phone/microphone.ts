/**
 * The operator's microphone: asked for at the start, open while there is a call, so that answering need not wait for it, and
 * closed between calls, so that the system's indicator is honest.
 */
import type { Microphone as MicrophoneState } from './phone.ts';

const LEVEL_EVERY_MS = 100;
/** Below this RMS a microphone that works is not heard either: a closed switch, an unplugged headset. */
const SILENT_RMS = 0.0003;
const SILENT_AFTER_MS = 5000;
/** After the last call the next one may come at once. */
const REST_AFTER_MS = 5000;

export interface MicrophoneSettings {
  /** Of the device; the system's default when undefined. */
  id: string | undefined;
  echoCancellation: boolean;
  noiseSuppression: boolean;
  autoGain: boolean;
}

export class Microphone {
  readonly #context: () => AudioContext | undefined;
  readonly #changed: (state: MicrophoneState) => void;
  readonly #level: (level: number) => void;
  #state: MicrophoneState = { state: 'asking' };
  #stream: MediaStream | undefined;
  #source: MediaStreamAudioSourceNode | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #resting: ReturnType<typeof setTimeout> | undefined;
  #quietMs = 0;
  #needed = false;
  /** Each opening has its number: of two at the same time the later one counts. */
  #opening = 0;
  #settings: MicrophoneSettings = { id: undefined, echoCancellation: true, noiseSuppression: true, autoGain: true };

  constructor(
    context: () => AudioContext | undefined,
    changed: (state: MicrophoneState) => void,
    level: (level: number) => void,
  ) {
    this.#context = context;
    this.#changed = changed;
    this.#level = level;
  }

  /** Asks for it. It rests soon unless it is needed. */
  async open(): Promise<void> {
    this.close();
    const opening = this.#opening;
    this.#tell({ state: 'asking' });
    let stream: MediaStream;
    try {
      stream = await this.#ask();
    } catch (error) {
      if (opening === this.#opening) this.#tell(whyNot(error));
      return;
    }
    if (opening !== this.#opening) {
      for (const track of stream.getTracks()) track.stop();
      return;
    }
    this.#stream = stream;
    const track = stream.getAudioTracks()[0];
    track?.addEventListener('ended', () => {
      if (this.#stream !== stream) return;
      this.close();
      this.#tell({ state: 'missing' });
      // Another one may take its place.
      if (this.#needed) void this.open();
    });
    this.#tell({ state: 'ready', label: track?.label ?? '', silent: false });
    this.#meter(stream);
    if (!this.#needed) this.#restLater();
  }

  /** A call begins or is up, or somebody looks at the meter. */
  need(needed: boolean): void {
    if (this.#needed === needed) return;
    this.#needed = needed;
    clearTimeout(this.#resting);
    const state = this.#state;
    if (!needed) this.#restLater();
    else if (state.state === 'ready' && state.resting) void this.open();
  }

  /** Opens it again when it was missing, e.g. after a headset was plugged in. */
  async deviceChanged(): Promise<void> {
    if (this.#state.state === 'missing' || this.#state.state === 'failed') await this.open();
  }

  async set(settings: MicrophoneSettings): Promise<void> {
    const before = this.#settings;
    this.#settings = settings;
    if (!this.#stream) return;
    if (before.id !== settings.id) return this.open();
    const changed = constraintsOf(settings, before);
    if (Object.keys(changed).length === 0) return;
    await Promise.all(this.#stream.getAudioTracks().map((track) => track.applyConstraints(changed)));
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
    this.#opening += 1;
    clearTimeout(this.#resting);
    clearInterval(this.#timer);
    this.#source?.disconnect();
    this.#source = undefined;
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = undefined;
    this.#quietMs = 0;
  }

  async #ask(): Promise<MediaStream> {
    const audio = constraintsOf(this.#settings);
    const { id } = this.#settings;
    const { mediaDevices } = navigator;
    if (id === undefined) return mediaDevices.getUserMedia({ audio });
    try {
      return await mediaDevices.getUserMedia({ audio: { ...audio, deviceId: { exact: id } } });
    } catch (error) {
      // The chosen one has gone, or another program has it: better the system's default than none.
      if (error instanceof Error && error.name === 'NotAllowedError') throw error;
      return mediaDevices.getUserMedia({ audio });
    }
  }

  #restLater(): void {
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => {
      const state = this.#state;
      if (this.#needed || state.state !== 'ready' || !this.#stream) return;
      this.close();
      this.#level(0);
      this.#tell({ ...state, silent: false, resting: true });
    }, REST_AFTER_MS);
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

/** @param before leaves out what is the same */
function constraintsOf(settings: MicrophoneSettings, before?: MicrophoneSettings): MediaTrackConstraints {
  const { echoCancellation, noiseSuppression, autoGain } = settings;
  return {
    ...(before?.echoCancellation === echoCancellation ? {} : { echoCancellation }),
    ...(before?.noiseSuppression === noiseSuppression ? {} : { noiseSuppression }),
    ...(before?.autoGain === autoGain ? {} : { autoGainControl: autoGain }),
  };
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
