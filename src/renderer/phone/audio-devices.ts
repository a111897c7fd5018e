/** Microphone, speaker and ringer of this machine: the chosen ones where they are there, and what comes and goes (M14). */
import { devicesOf, NO_DEVICES, deviceUse, type DeviceList } from './devices.ts';
import { meterLevel, Microphone } from './microphone.ts';
import { Output, outputsCanBeChosen } from './output.ts';
import type { PhoneEvent } from './phone.ts';
import { USUAL_SOUND, type SoundSettings } from './sound-settings.ts';

const LEVEL_EVERY_MS = 100;

export class AudioDevices {
  readonly microphone: Microphone;
  readonly speaker = new Output();
  readonly ringer = new Output();
  readonly #tell: (event: PhoneEvent) => void;
  readonly #inputLevels = new Set<(level: number) => void>();
  readonly #outputLevels = new Set<(level: number) => void>();
  #settings: SoundSettings = USUAL_SOUND;
  #list: DeviceList = NO_DEVICES;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(context: () => AudioContext | undefined, tell: (event: PhoneEvent) => void) {
    this.#tell = tell;
    this.microphone = new Microphone(
      context,
      (microphone) => {
        tell({ type: 'microphoneChanged', microphone });
        // Devices have names once the microphone was allowed.
        if (microphone.state !== 'asking') void this.look();
      },
      (level) => this.#inputLevels.forEach((listener) => listener(level)),
    );
  }

  /** Asks for the microphone, and follows what is plugged in. */
  start(): void {
    navigator.mediaDevices?.addEventListener('devicechange', () => void this.#changed());
    void this.microphone.open();
  }

  async set(settings: SoundSettings): Promise<void> {
    this.#settings = settings;
    this.speaker.volume = settings.volume;
    this.ringer.volume = settings.ringVolume;
    await this.#apply();
  }

  onInputLevel(listener: (level: number) => void): () => void {
    this.#inputLevels.add(listener);
    return () => this.#inputLevels.delete(listener);
  }

  /** Looks ten times a second, as long as somebody wants to know. */
  onOutputLevel(listener: (level: number) => void): () => void {
    this.#outputLevels.add(listener);
    this.#timer ??= setInterval(() => {
      const level = meterLevel(Math.max(this.speaker.level, this.ringer.level));
      this.#outputLevels.forEach((each) => each(level));
    }, LEVEL_EVERY_MS);
    return () => {
      this.#outputLevels.delete(listener);
      if (this.#outputLevels.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }

  /** Reads the list of devices anew. */
  async look(): Promise<void> {
    const infos = await navigator.mediaDevices?.enumerateDevices?.().catch(() => undefined);
    if (!infos) return;
    const list = { ...devicesOf(infos), outputsCanBeChosen: outputsCanBeChosen() };
    if (JSON.stringify(list) === JSON.stringify(this.#list)) return;
    this.#list = list;
    this.#tell({ type: 'devicesChanged', devices: list });
    await this.#apply();
  }

  async #changed(): Promise<void> {
    await this.look();
    await this.microphone.deviceChanged();
  }

  async #apply(): Promise<void> {
    const { devices, echoCancellation, noiseSuppression, autoGain } = this.#settings;
    this.speaker.choose(deviceUse('speaker', devices, this.#list).use?.id);
    this.ringer.choose(deviceUse('ringer', devices, this.#list).use?.id);
    const id = deviceUse('microphone', devices, this.#list).use?.id;
    await this.microphone.set({ id, echoCancellation, noiseSuppression, autoGain });
  }
}
