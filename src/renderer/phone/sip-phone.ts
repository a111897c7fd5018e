/** The telephone: sip.js for the signalling, WebRTC for the sound. Its verbs have files of their own. */
import { Invitation, Inviter, UserAgent, type InviterOptions, type Referral, type Session } from 'sip.js';
import type { PhoneSettings } from '../../contract/model.ts';
import type { ToneCountry } from '../../contract/tones.ts';
import { Connection } from './connection.ts';
import { ToneQueue } from './dtmf.ts';
import type { Follow } from './follow.ts';
import { abandon, hangUp, refuse } from './hang-up.ts';
import { hold } from './hold.ts';
import { applySending, change, describe, domainOf, lineId, refused, watch, type Line } from './line.ts';
import { handlerOf, mediaFactory, toneSender } from './media.ts';
import { loadWorklet } from './pcm/socket-audio.ts';
import { keepAwake, wake } from './wake.ts';
import { AudioDevices } from './audio-devices.ts';
import type { Microphone as MicrophoneState, Phone, PhoneEvent, TakenBack } from './phone.ts';
import { receiveRefer } from './receive-refer.ts';
import { refer, referToFor } from './refer.ts';
import { Sounds } from './sounds.ts';
import type { SoundSettings } from './sound-settings.ts';
import { SoundWays } from './sound-way.ts';

/** Where a line comes from. */
interface Origin {
  /** The line whose place it is to take. */
  movedFrom?: string | undefined;
  /** When a call that is taken back was answered. */
  since?: number | undefined;
}

export class SipPhone implements Phone {
  readonly #now: () => number;
  readonly #listeners = new Set<(event: PhoneEvent) => void>();
  readonly #lines = new Map<string, Line>();
  /** REFERs that came to a line and are not done with, by its id. */
  readonly #follows = new Map<string, Follow>();
  readonly #audio = new AudioDevices(
    () => this.#context,
    (event) => this.#deviceEvent(event),
  );
  readonly #sounds = new Sounds(() => this.#context, this.#audio);
  readonly #ways: SoundWays;
  #keepOpen = false;
  /** Somebody looks at the microphone's meter. */
  #previewed = false;
  #context: AudioContext | undefined;
  #connection: Connection | undefined;
  readonly instance = newUuid();
  /** The one line that carries sound. */
  #focus: string | undefined;

  constructor(now: () => number) {
    this.#now = now;
    this.#ways = new SoundWays((state) => {
      this.#tell({ type: 'soundWayChanged', state });
      if (state.way === 'websocket' && this.#context) loadWorklet(this.#context).catch(() => undefined);
    });
  }

  async start(settings: PhoneSettings): Promise<void> {
    // Not awaited: a trunk that is gone does not answer the BYEs.
    void this.#disconnect();
    if (!this.#context) this.#openAudio();
    this.#connection = new Connection(
      settings,
      mediaFactory({
        microphone: (session) => this.#streamFor(session),
        context: () => this.#context,
        socketUrl: (id) => audioUrl(settings.url, id),
        ways: this.#ways,
      }),
      {
        registration: (registration) => this.#tell({ type: 'registrationChanged', registration }),
        // sip.js says 180 by itself.
        invitation: (invitation) => this.#add(invitation, 'in'),
        lost: () => [...this.#lines.values()].forEach(abandon),
      },
      this.#now,
      // Another window may have the line already: then it is asked for, not taken (O14).
      { instance: this.instance, wanted: settings.holder === undefined || settings.holder === this.instance },
    );
    await this.#connection.open();
  }

  async stop(): Promise<void> {
    await this.#disconnect();
    this.#audio.microphone.close();
    this.#sounds.stop();
    await this.#context?.close();
    this.#context = undefined;
    this.#tell({ type: 'registrationChanged', registration: { state: 'off' } });
  }

  async take(): Promise<void> {
    await this.#connection?.take();
  }

  async yield(lost: boolean): Promise<void> {
    await this.#connection?.yield(lost);
  }

  onEvent(listener: (event: PhoneEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onLevel(listener: (level: number) => void): () => void {
    return this.#audio.onInputLevel(listener);
  }

  retryMicrophone(): Promise<void> {
    return this.#audio.microphone.open();
  }

  async setSound(settings: SoundSettings): Promise<void> {
    this.#ways.choose(settings.way);
    this.#keepOpen = settings.keepOpen;
    this.#needMicrophone();
    await this.#audio.set(settings);
  }

  onOutputLevel(listener: (level: number) => void): () => void {
    return this.#audio.onOutputLevel(listener);
  }

  preview(on: boolean): void {
    this.#previewed = on;
    this.#needMicrophone();
  }

  testTone(output: 'speaker' | 'ringer'): void {
    if (this.#context) wake(this.#context);
    this.#sounds.test(this.#audio[output]);
  }

  reconnectNow(): void {
    this.#connection?.retryNow();
  }

  async dial(number: string, back?: TakenBack): Promise<string> {
    const connection = this.#connection;
    const target = connection && UserAgent.makeURI(referToFor(number, connection.domain));
    if (!connection?.agent || !target) throw new Error('The phone is not connected');
    const inviter = new Inviter(connection.agent, target, { earlyMedia: true, ...(back && replacing(back)) });
    const { line, sent } = this.#place(inviter, { since: back?.answeredAt });
    await sent;
    return line.id;
  }

  async answer(id: string): Promise<void> {
    const line = this.#lines.get(id);
    if (!(line?.session instanceof Invitation)) return;
    line.stage = 'answering';
    change(line, { to: 'answering' });
    await line.session.accept();
  }

  focus(id: string | undefined): void {
    this.#focus = id;
    for (const line of this.#lines.values()) {
      line.focused = line.id === id;
      applySending(line);
    }
  }

  async refuse(id: string): Promise<void> {
    const line = this.#lines.get(id);
    if (line) await refuse(line);
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
    if (!line) return;
    line.tones.push(digit);
    this.#sounds.key(digit);
  }

  async refer(id: string, transferId: string, target: string): Promise<void> {
    const line = this.#lines.get(id);
    if (line) await refer(line, transferId, referToFor(target, domainOf(line.session)));
  }

  followRefer(id: string): void {
    this.#follows.get(id)?.follow();
  }

  declineRefer(id: string): void {
    this.#follows.get(id)?.decline();
  }

  keyTone(digit: string): void {
    this.#sounds.key(digit);
  }

  setToneCountry(country: ToneCountry): void {
    this.#sounds.country = country;
  }

  warn(): void {
    this.#sounds.warn();
  }

  /** @param progressed told every provisional response that means something */
  #place(
    inviter: Inviter,
    { progressed, ...origin }: Origin & { progressed?: (status: number, reason: string) => void } = {},
  ): { line: Line; sent: Promise<unknown> } {
    const line = this.#add(inviter, 'out', origin);
    const sent = inviter.invite({
      requestDelegate: {
        onProgress: ({ message }) => {
          const { statusCode: status = 0, reasonPhrase: reason = '' } = message;
          if (status < 180) return;
          line.stage = message.body ? 'early-media' : 'ring-back';
          change(line, { to: message.body ? 'early-media' : 'ringing' });
          progressed?.(status, reason);
        },
        onRedirect: ({ message }) => refused(line, message),
        onReject: ({ message }) => refused(line, message),
      },
    });
    return { line, sent };
  }

  #referred(line: Line, referral: Referral): void {
    const before = this.#follows.get(line.id);
    const follow = receiveRefer(line, referral, {
      busy: before?.over === false,
      domain: this.#connection?.domain ?? '',
      place: (target, extraHeaders, progressed, movedFrom) => {
        const agent = this.#connection?.agent;
        if (!agent) return undefined;
        const inviter = new Inviter(agent, target, { earlyMedia: true, extraHeaders });
        const placed = this.#place(inviter, { progressed, movedFrom });
        // Without sound of its own it cannot even be sent: the line has ended by then and says so.
        placed.sent.catch(() => undefined);
        return placed.line.id;
      },
      cancel: (id) => void this.hangUp(id).catch(() => undefined),
    });
    if (!follow) return;
    this.#follows.set(line.id, follow);
    this.#tell({ type: 'referReceived', id: line.id, refer: follow.refer });
  }

  #deviceEvent(event: PhoneEvent): void {
    this.#tell(event);
    if (event.type === 'microphoneChanged') this.#microphoneChanged(event.microphone);
  }

  #needMicrophone(): void {
    this.#audio.microphone.need(this.#keepOpen || this.#previewed || this.#lines.size > 0);
  }

  /** Calls that began without a microphone get it as soon as it is there. */
  #microphoneChanged(microphone: MicrophoneState): void {
    if (microphone.state !== 'ready' || microphone.silent || microphone.resting) return;
    // A page that listens may play sound as well, in Chromium.
    if (this.#context) wake(this.#context);
    for (const line of this.#lines.values()) {
      const handler = handlerOf(line.session);
      const [track] = handler ? this.#streamFor(line.session).getAudioTracks() : [];
      if (track) void handler?.replaceTrack(track);
    }
  }

  /** The microphone for one session, silent unless its line has the focus. */
  #streamFor(session: Session): MediaStream {
    const stream = this.#audio.microphone.streamForSession();
    const line = this.#lines.get(lineId(session));
    if (line) {
      [line.sent] = stream.getAudioTracks();
      applySending(line);
    }
    return stream;
  }

  #add(session: Session, direction: 'in' | 'out', { movedFrom, since }: Origin = {}): Line {
    const line: Line = {
      id: lineId(session),
      session,
      direction,
      stage: direction === 'in' ? 'ringing' : 'dialing',
      focused: lineId(session) === this.#focus,
      muted: false,
      sent: undefined,
      tones: new ToneQueue(() => toneSender(session)),
      audio: undefined,
      transferId: undefined,
      refersReceived: 0,
      movedFrom,
      since,
      referred: (referral) => this.#referred(line, referral),
      tell: (event) => this.#tell(event),
      played: (element) => this.#audio.speaker.attach(element),
      now: this.#now,
      later: (ms, run) => void setTimeout(run, ms),
    };
    this.#lines.set(line.id, line);
    this.#needMicrophone();
    watch(line);
    this.#tell({ type: 'sessionStarted', session: describe(line) });
    return line;
  }

  #tell(event: PhoneEvent): void {
    if (event.type === 'sessionEnded') this.#over(event);
    this.#listeners.forEach((listener) => listener(event));
    for (const [id, follow] of this.#follows) {
      follow.hear(event);
      if (follow.over) this.#follows.delete(id);
    }
    this.#sound();
  }

  /** Whoever was called and could not be reached is heard as a tone, in the ears that wait for it. */
  #over({ id, end }: Extract<PhoneEvent, { type: 'sessionEnded' }>): void {
    const line = this.#lines.get(id);
    this.#lines.delete(id);
    this.#needMicrophone();
    const status = end.by === 'them' && end.method === 'response' ? end.status : undefined;
    if (line?.direction !== 'out' || !line.focused || status === undefined || status === 487) return;
    this.#sounds.failed(status === 486 || status === 600 ? 'busy' : 'congestion');
  }

  /** The one sound that fits what all lines are doing. */
  #sound(): void {
    const stages = [...this.#lines.values()].map((line) => line.stage);
    const busy = stages.some((stage) => stage === 'live' || stage === 'answering');
    if (this.#context && stages.length > 0) wake(this.#context);
    if (stages.includes('ringing')) this.#sounds.play(busy ? 'waiting' : 'ring');
    else this.#sounds.play(stages.includes('ring-back') ? 'ring-back' : 'none');
  }

  #openAudio(): void {
    this.#context = new AudioContext({ latencyHint: 'interactive' });
    keepAwake(this.#context, (blocked) => {
      if (!blocked) this.#sounds.woke();
      this.#tell({ type: 'audioChanged', blocked });
    });
    this.#audio.start();
    void this.#ways.look();
    for (const event of ['online', 'offline']) window.addEventListener(event, () => void this.#ways.look());
  }

  async #disconnect(): Promise<void> {
    [...this.#lines.values()].forEach(abandon);
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.close();
  }
}

/** The WebSocket of one call's sound, beside the one for SIP and with its token (M19). */
function audioUrl(sipUrl: string, id: string): string {
  const url = new URL(sipUrl);
  url.pathname = `/audio/${id}`;
  return url.href;
}

/** RFC 3891: the call keeps its name, and the trunk puts this session in the place of the one that was lost. */
function replacing({ name, replaces }: TakenBack): InviterOptions {
  return { extraHeaders: [`Replaces: ${replaces}`], ...(name === '' ? {} : { params: { toDisplayName: name } }) };
}

/** RFC 9562 §5.4; `crypto.randomUUID` is there on secure origins only. */
function newUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
