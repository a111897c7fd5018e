/** One loudspeaker: what people say, in elements, and the sounds of the console, from Web Audio (M14). */

const canChoose = (element: HTMLMediaElement): boolean => 'setSinkId' in element;

export class Output {
  readonly #elements = new Set<HTMLAudioElement>();
  #sink = '';
  #volume = 1;
  #gain: GainNode | undefined;
  #analyser: AnalyserNode | undefined;
  /** Plays the console's sounds on a device that is not the system's default. */
  #bridge: HTMLAudioElement | undefined;
  /** What people say, for the meter alone. */
  readonly #listened = new Map<MediaStream, MediaStreamAudioSourceNode>();

  /** Where sounds of the console go. */
  node(context: AudioContext): AudioNode {
    if (this.#gain?.context !== context) {
      this.#bridge?.remove();
      this.#bridge = undefined;
      this.#listened.clear();
      this.#gain = new GainNode(context, { gain: this.#volume });
      this.#analyser = new AnalyserNode(context, { fftSize: 1024 });
      this.#gain.connect(this.#analyser);
      this.#connect(context);
    }
    return this.#gain;
  }

  /** An element that plays what somebody says. */
  attach(element: HTMLAudioElement): void {
    for (const before of this.#elements) if (!before.isConnected) this.#elements.delete(before);
    this.#elements.add(element);
    element.volume = this.#volume;
    this.#send(element);
  }

  /** @param sink id of the device; the system's default when undefined */
  choose(sink: string | undefined): void {
    if (this.#sink === (sink ?? '')) return;
    this.#sink = sink ?? '';
    for (const element of this.#elements) this.#send(element);
    if (this.#gain) this.#connect(this.#gain.context as AudioContext);
  }

  set volume(volume: number) {
    this.#volume = volume;
    for (const element of this.#elements) element.volume = volume;
    if (this.#gain) this.#gain.gain.value = volume;
  }

  /** RMS of what is played now. */
  get level(): number {
    const analyser = this.#analyser;
    if (!analyser) return 0;
    this.#listen(analyser);
    const samples = new Float32Array(analyser.fftSize);
    analyser.getFloatTimeDomainData(samples);
    return Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);
  }

  #listen(analyser: AnalyserNode): void {
    const heard = new Set<MediaStream>();
    for (const { muted, isConnected, srcObject } of this.#elements) {
      if (isConnected && !muted && srcObject instanceof MediaStream && srcObject.getAudioTracks().length > 0) {
        heard.add(srcObject);
      }
    }
    for (const [stream, source] of this.#listened) {
      if (heard.has(stream)) continue;
      source.disconnect();
      this.#listened.delete(stream);
    }
    for (const mediaStream of heard) {
      if (this.#listened.has(mediaStream)) continue;
      const source = new MediaStreamAudioSourceNode(analyser.context as AudioContext, { mediaStream });
      source.connect(analyser);
      this.#listened.set(mediaStream, source);
    }
  }

  #connect(context: AudioContext): void {
    const gain = this.#gain!;
    this.#bridge?.remove();
    this.#bridge = undefined;
    gain.disconnect();
    gain.connect(this.#analyser!);
    const element = document.createElement('audio');
    if (this.#sink === '' || !canChoose(element)) {
      gain.connect(context.destination);
      return;
    }
    const bridge = new MediaStreamAudioDestinationNode(context);
    gain.connect(bridge);
    element.srcObject = bridge.stream;
    element.dataset['consoleAudio'] = '';
    document.body.append(element);
    this.#bridge = element;
    this.#send(element);
    element.play().catch(() => undefined);
  }

  #send(element: HTMLAudioElement): void {
    // One that has just been unplugged: the system's default is used, and the list of devices will say so.
    if (canChoose(element)) element.setSinkId(this.#sink).catch(() => undefined);
  }
}

/** Browsers without it play through the system's default alone: Safari, and Firefox before 116. */
export function outputsCanBeChosen(): boolean {
  return typeof HTMLMediaElement !== 'undefined' && 'setSinkId' in HTMLMediaElement.prototype;
}
