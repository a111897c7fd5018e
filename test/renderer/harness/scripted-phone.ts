/** A telephone without SIP: it does at once what it is told, and remembers it. */
import type { SoundSettings } from '../../../src/renderer/phone/sound-settings.ts';
import type { MediaState } from '../../../src/renderer/phone/media-health.ts';
import type {
  FollowStep,
  Phone,
  PhoneEvent,
  ReceivedRefer,
  ReferStep,
  SessionEnd,
} from '../../../src/renderer/phone/phone.ts';

type WithoutTime<T> = T extends unknown ? Omit<T, 'at'> : never;

export class ScriptedPhone implements Phone {
  /** Whose tones the operator hears. */
  toneCountry = '';
  readonly asked: [verb: string, ...rest: unknown[]][] = [];
  /** The one line that carries sound. */
  focused: string | undefined;
  /** How the next re-INVITEs are refused. */
  readonly refusals: { status: number; reason: string }[] = [];
  readonly #now: () => number;
  readonly #listeners = new Set<(event: PhoneEvent) => void>();
  readonly #levels = new Set<(level: number) => void>();
  readonly #transfers = new Map<string, string>();
  #dialled = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  emit(event: PhoneEvent): void {
    this.#listeners.forEach((listener) => listener(event));
  }

  level(level: number): void {
    this.#levels.forEach((listener) => listener(level));
  }

  async start(): Promise<void> {
    this.asked.push(['start']);
    this.emit({ type: 'microphoneChanged', microphone: { state: 'ready', label: 'Headset', silent: false } });
    this.emit({ type: 'registrationChanged', registration: { state: 'registered' } });
  }

  readonly instance = 'this-window';

  async take(): Promise<void> {
    this.asked.push(['take']);
    this.emit({ type: 'registrationChanged', registration: { state: 'registered' } });
  }

  async yield(lost: boolean): Promise<void> {
    this.asked.push(['yield', lost]);
    this.emit({ type: 'registrationChanged', registration: { state: 'elsewhere', lost } });
  }

  async stop(): Promise<void> {
    this.asked.push(['stop']);
  }

  onEvent(listener: (event: PhoneEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onLevel(listener: (level: number) => void): () => void {
    this.#levels.add(listener);
    return () => this.#levels.delete(listener);
  }

  async retryMicrophone(): Promise<void> {
    this.asked.push(['retryMicrophone']);
  }

  /** What the operator has chosen about sound. */
  sound: SoundSettings | undefined;

  async setSound(sound: SoundSettings): Promise<void> {
    this.sound = sound;
  }

  onOutputLevel(listener: (level: number) => void): () => void {
    listener(0.5);
    return () => {};
  }

  preview(on: boolean): void {
    this.asked.push(['preview', on]);
  }

  testTone(output: string): void {
    this.asked.push(['testTone', output]);
  }

  reconnectNow(): void {
    this.asked.push(['reconnectNow']);
  }

  ring(id: string, number: string, name: string): void {
    this.emit({ type: 'sessionStarted', session: { id, direction: 'in', number, name, at: this.#now() } });
  }

  async dial(number: string): Promise<string> {
    this.asked.push(['dial', number]);
    const id = `dialled-${(this.#dialled += 1)}`;
    this.emit({ type: 'sessionStarted', session: { id, direction: 'out', number, name: '', at: this.#now() } });
    return id;
  }

  async answer(id: string): Promise<void> {
    this.asked.push(['answer', id]);
    this.emit({ type: 'sessionChanged', id, change: { to: 'answering' } });
    this.establish(id);
  }

  /** Answered, and the sound is there at once. */
  establish(id: string): void {
    this.emit({ type: 'sessionChanged', id, change: { to: 'established', at: this.#now() } });
    this.media(id, { state: 'connected', quiet: false });
  }

  media(id: string, media: MediaState): void {
    this.emit({ type: 'sessionChanged', id, change: { to: 'media', ...media } });
  }

  focus(id: string | undefined): void {
    this.focused = id;
  }

  async refuse(id: string): Promise<void> {
    this.asked.push(['refuse', id]);
    this.end(id, { by: 'us', method: 'response', status: 486, reason: 'Busy Here' });
  }

  async hangUp(id: string): Promise<void> {
    this.asked.push(['hangUp', id]);
    this.end(id, { by: 'us', method: 'BYE' });
  }

  async hold(id: string, on: boolean): Promise<void> {
    this.asked.push(['hold', id, on]);
    const refusal = this.refusals.shift();
    this.emit({
      type: 'sessionChanged',
      id,
      change: refusal ? { to: 'hold-failed', on, ...refusal } : { to: 'held', on },
    });
  }

  mute(id: string, on: boolean): void {
    this.asked.push(['mute', id, on]);
    this.emit({ type: 'sessionChanged', id, change: { to: 'muted', on } });
  }

  dtmf(id: string, digit: string): void {
    this.asked.push(['dtmf', id, digit]);
  }

  async refer(id: string, transferId: string, number: string): Promise<void> {
    this.asked.push(['refer', id, number]);
    this.#transfers.set(id, transferId);
    this.step(id, { kind: 'refer', referTo: `sip:${number}@demo.zt.patchcord.test` });
  }

  followRefer(id: string): void {
    this.asked.push(['followRefer', id]);
  }

  declineRefer(id: string): void {
    this.asked.push(['declineRefer', id]);
  }

  /** The other side of a line asks to move it. */
  receiveRefer(id: string, refer: Pick<ReceivedRefer, 'who' | 'uri'> & Partial<ReceivedRefer>): void {
    const received = { id: `${id}~1`, at: this.#now(), headers: [], leftOut: [], refused: false, ...refer };
    this.emit({ type: 'referReceived', id, refer: received });
  }

  /** What the phone did, or heard, about that. */
  follow(id: string, step: WithoutTime<FollowStep>): void {
    this.emit({ type: 'followStepped', id, followId: `${id}~1`, step: { ...step, at: this.#now() } });
  }

  /** The new call that is to take the place of `movedFrom`. */
  move(id: string, movedFrom: string, number: string): void {
    const session = { id, direction: 'out', number, name: '', at: this.#now(), movedFrom } as const;
    this.emit({ type: 'sessionStarted', session });
    this.follow(movedFrom, { kind: 'invite', newLineId: id });
  }

  keyTone(digit: string): void {
    this.asked.push(['keyTone', digit]);
  }

  setToneCountry(country: string): void {
    this.toneCountry = country;
  }

  warn(): void {
    this.asked.push(['warn']);
  }

  /** What the trunk's next message about this line's REFER says. */
  step(id: string, step: WithoutTime<ReferStep>): void {
    const transferId = this.#transfers.get(id);
    if (transferId === undefined) throw new Error(`No transfer on ${id}`);
    this.emit({ type: 'referStepped', id, transferId, step: { ...step, at: this.#now() } });
  }

  end(id: string, why: Omit<SessionEnd, 'at'>): void {
    const end: SessionEnd = { ...why, at: this.#now() };
    if (this.#transfers.has(id)) this.step(id, { kind: 'session-ended', end });
    this.#transfers.delete(id);
    this.emit({ type: 'sessionEnded', id, end });
  }
}
