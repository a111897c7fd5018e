/** The telephone: sip.js for the signalling, WebRTC for the sound. Its verbs have files of their own. */
import { Invitation, Inviter, UserAgent, type Session } from 'sip.js';
import type { PhoneSettings } from '../../contract/model.ts';
import { Connection } from './connection.ts';
import { abandon, hangUp } from './hang-up.ts';
import { hold } from './hold.ts';
import { applySending, change, describe, lineId, refused, watch, type Line } from './line.ts';
import { handlerOf, mediaFactory, replaceMicrophone } from './media.ts';
import { Microphone } from './microphone.ts';
import type { Microphone as MicrophoneState, Phone, PhoneEvent } from './phone.ts';
import { refer, referToFor } from './refer.ts';
import { Sounds } from './sounds.ts';

const DTMF = { duration: 160, interToneGap: 80 };

export class SipPhone implements Phone {
  readonly #now: () => number;
  readonly #listeners = new Set<(event: PhoneEvent) => void>();
  readonly #levels = new Set<(level: number) => void>();
  readonly #lines = new Map<string, Line>();
  readonly #sounds = new Sounds(() => this.#context);
  readonly #microphone: Microphone;
  #context: AudioContext | undefined;
  #connection: Connection | undefined;

  constructor(now: () => number) {
    this.#now = now;
    this.#microphone = new Microphone(
      () => this.#context,
      (microphone) => this.#microphoneChanged(microphone),
      (level) => this.#levels.forEach((listener) => listener(level)),
    );
  }

  async start(settings: PhoneSettings): Promise<void> {
    // Not awaited: a trunk that is gone does not answer the BYEs.
    void this.#disconnect();
    if (!this.#context) this.#openAudio();
    this.#connection = new Connection(
      settings,
      mediaFactory(() => this.#microphone.streamForSession()),
      {
        registration: (registration) => this.#tell({ type: 'registrationChanged', registration }),
        // sip.js says 180 by itself.
        invitation: (invitation) => this.#add(invitation, 'in'),
        lost: () => [...this.#lines.values()].forEach(abandon),
      },
      this.#now,
    );
    await this.#connection.open();
  }

  async stop(): Promise<void> {
    await this.#disconnect();
    this.#microphone.close();
    this.#sounds.play('none');
    await this.#context?.close();
    this.#context = undefined;
    this.#tell({ type: 'registrationChanged', registration: { state: 'off' } });
  }

  onEvent(listener: (event: PhoneEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onLevel(listener: (level: number) => void): () => void {
    this.#levels.add(listener);
    return () => this.#levels.delete(listener);
  }

  retryMicrophone(): Promise<void> {
    return this.#microphone.open();
  }

  setNoiseSuppression(on: boolean): Promise<void> {
    return this.#microphone.setNoiseSuppression(on);
  }

  reconnectNow(): void {
    this.#connection?.retryNow();
  }

  async dial(number: string): Promise<string> {
    const connection = this.#connection;
    const target = connection && UserAgent.makeURI(referToFor(number, connection.domain));
    if (!connection?.agent || !target) throw new Error('The phone is not connected');
    const inviter = new Inviter(connection.agent, target, { earlyMedia: true });
    const line = this.#add(inviter, 'out');
    await inviter.invite({
      requestDelegate: {
        onProgress: ({ message }) => {
          if ((message.statusCode ?? 0) < 180) return;
          line.stage = message.body ? 'early-media' : 'ring-back';
          change(line, { to: message.body ? 'early-media' : 'ringing' });
        },
        onReject: ({ message }) => refused(line, message),
      },
    });
    return line.id;
  }

  async answer(id: string): Promise<void> {
    const line = this.#lines.get(id);
    if (!(line?.session instanceof Invitation)) return;
    line.stage = 'answering';
    change(line, { to: 'answering' });
    await line.session.accept();
  }

  async hangUp(id: string): Promise<void> {
    const line = this.#lines.get(id);
    if (line) await hangUp(line);
  }

  async hold(id: string, on: boolean): Promise<void> {
    const line = this.#lines.get(id);
    if (line) await hold(line, on);
  }

  mute(id: string, on: boolean): void {
    const line = this.#lines.get(id);
    if (!line) return;
    line.muted = on;
    applySending(line);
    change(line, { to: 'muted', on });
  }

  dtmf(id: string, digit: string): void {
    const line = this.#lines.get(id);
    const sent = line && handlerOf(line.session)?.sendDtmf(digit, DTMF);
    if (sent) this.#sounds.key(digit);
  }

  async refer(id: string, transferId: string, target: string): Promise<void> {
    const line = this.#lines.get(id);
    if (line) await refer(line, transferId, referToFor(target, this.#connection?.domain ?? ''));
  }

  keyTone(digit: string): void {
    this.#sounds.key(digit);
  }

  /** Calls that began without a microphone get it as soon as it is there. */
  #microphoneChanged(microphone: MicrophoneState): void {
    this.#tell({ type: 'microphoneChanged', microphone });
    if (microphone.state !== 'ready' || microphone.silent) return;
    for (const { session } of this.#lines.values()) {
      void replaceMicrophone(session, this.#microphone.streamForSession());
    }
  }

  #add(session: Session, direction: 'in' | 'out'): Line {
    const line: Line = {
      id: lineId(session),
      session,
      direction,
      stage: direction === 'in' ? 'ringing' : 'dialing',
      held: false,
      muted: false,
      audio: undefined,
      transferId: undefined,
      tell: (event) => this.#tell(event),
      now: this.#now,
    };
    this.#lines.set(line.id, line);
    watch(line);
    this.#tell({ type: 'sessionStarted', session: describe(line) });
    return line;
  }

  #tell(event: PhoneEvent): void {
    if (event.type === 'sessionEnded') this.#lines.delete(event.id);
    this.#listeners.forEach((listener) => listener(event));
    this.#sound();
  }

  /** The one sound that fits what all lines are doing. */
  #sound(): void {
    const stages = [...this.#lines.values()].map((line) => line.stage);
    const busy = stages.some((stage) => stage === 'live' || stage === 'answering');
    if (stages.includes('ringing')) this.#sounds.play(busy ? 'waiting' : 'ring');
    else this.#sounds.play(stages.includes('ring-back') ? 'ring-back' : 'none');
  }

  #openAudio(): void {
    this.#context = new AudioContext({ latencyHint: 'interactive' });
    // Browsers keep a page silent until it is touched.
    const wake = () => void this.#context?.resume();
    window.addEventListener('pointerdown', wake, { once: true });
    window.addEventListener('keydown', wake, { once: true });
    navigator.mediaDevices?.addEventListener('devicechange', () => void this.#microphone.deviceChanged());
    void this.#microphone.open();
  }

  async #disconnect(): Promise<void> {
    [...this.#lines.values()].forEach(abandon);
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.close();
  }
}
