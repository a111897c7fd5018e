/**
 * What the rest of the console knows of the telephone: verbs in, plain-data events out.
 * Only the files of this folder know that sip.js and WebRTC stand behind it.
 */
import type { PhoneSettings } from '../../contract/model.ts';
import type { ToneCountry } from '../../contract/tones.ts';
import type { MediaState } from './media-health.ts';
import type { DeviceList } from './devices.ts';
import type { SoundSettings } from './sound-settings.ts';
import type { SoundWayState } from './sound-way.ts';
import type { Header } from './refer-to.ts';

/** Is the console's address of record registered at the trunk? */
export type Registration =
  | { state: 'off' }
  | { state: 'connecting' }
  | { state: 'registering' }
  | { state: 'registered' }
  /** The WebSocket closed; `attempt` counts from 1, `nextAt` is the time of the next try (epoch ms). */
  | { state: 'reconnecting'; attempt: number; nextAt: number; since: number }
  /** Another window is the phone (O14); `lost` when this one was until then. */
  | { state: 'elsewhere'; lost: boolean }
  /** The registrar said no; it is asked again at `nextAt` (epoch ms) where that may help. */
  | { state: 'refused'; status: number; reason: string; nextAt?: number };

export type Microphone =
  | { state: 'asking' }
  /** `silent`: open, but nothing has come from it for seconds. `resting`: closed until a call begins. */
  | { state: 'ready'; label: string; silent: boolean; resting?: true }
  | { state: 'missing' }
  | { state: 'denied' }
  | { state: 'failed'; detail: string };

/** One SIP session of the console. The id is its SIP Call-ID, which links it to the trunk's leg. */
export interface SessionStarted {
  id: string;
  direction: 'in' | 'out';
  /** User part of the other side's address, and the display name it gave. */
  number: string;
  name: string;
  at: number;
  /** The session that a REFER asked us to move from. */
  movedFrom?: string;
}

export type SessionChange =
  /** A provisional response to our INVITE: 180 rings, 183 with a body is early media. */
  | { to: 'ringing' }
  | { to: 'early-media' }
  /** Answered here, media still being set up. */
  | { to: 'answering' }
  | { to: 'established'; at: number }
  /** What WebRTC says of the sound, from the answer on (W28). */
  | ({ to: 'media' } & MediaState)
  /** What the last re-INVITE agreed on. `failed` says why it did not happen. */
  | { to: 'held'; on: boolean }
  | { to: 'hold-failed'; on: boolean; status: number; reason: string }
  | { to: 'muted'; on: boolean }
  /** The other side put us on hold, or took us off. */
  | { to: 'held-by-remote'; on: boolean };

/** Why a session is over, as SIP said it. `gateway` means that the connection to the trunk was lost. */
export interface SessionEnd {
  by: 'us' | 'them' | 'gateway';
  method: 'BYE' | 'CANCEL' | 'response' | 'none';
  status?: number;
  reason?: string;
  /** The console hung up by itself, because a transfer has taken the call elsewhere: nobody asked it to. */
  auto?: true;
  at: number;
}

/** One thing that our own SIP saw of a REFER. `at` is epoch ms. */
export type ReferStep = { at: number } & (
  | { kind: 'refer'; referTo: string }
  | { kind: 'response'; status: number; reason: string }
  /** `status` is missing when the NOTIFY had no readable sipfrag. */
  | { kind: 'notify'; status?: number; reason?: string; terminated: boolean; why?: string }
  /** The session over which the REFER went has ended. */
  | { kind: 'session-ended'; end: SessionEnd }
);

/** A REFER on one of our calls: its other side asks us to call somebody else instead. */
export interface ReceivedRefer {
  id: string;
  at: number;
  /** Whom we are to call, and the address as it will be called. */
  who: string;
  uri: string;
  /** For the new INVITE, unescaped. */
  headers: readonly Header[];
  /** Names of headers that are not passed on. */
  leftOut: readonly string[];
  /** Referred-By. */
  by?: { number: string; name: string };
  /** It could not be followed, and was refused at once: no question. */
  refused: boolean;
}

/** One thing that our own SIP saw or did of a REFER that came to us. `at` is epoch ms. */
export type FollowStep = { at: number } &
  /** Our answer to the REFER. */
  (
    | { kind: 'response'; status: number; reason: string }
    /** Our report; `end` says why it is the last one. */
    | { kind: 'notify'; status: number; reason: string; end?: 'noresource' | 'timeout' | undefined }
    /** What the other side made of a report. */
    | { kind: 'notify-refused'; status: number }
    /** Our INVITE to the target. */
    | { kind: 'invite'; newLineId: string }
    /** What came of it. */
    | { kind: 'status'; status: number; reason: string }
    /** The operator gave the new call up: CANCEL. */
    | { kind: 'cancelled' }
    /** We give the new call up, because the old one is over. */
    | { kind: 'given-up' }
  );

export type PhoneEvent =
  | { type: 'registrationChanged'; registration: Registration }
  | { type: 'microphoneChanged'; microphone: Microphone }
  | { type: 'devicesChanged'; devices: DeviceList }
  /** The browser plays no sound before somebody has touched the page, or does now. */
  | { type: 'audioChanged'; blocked: boolean }
  /** Which way the sound of the next call goes (M19). */
  | { type: 'soundWayChanged'; state: SoundWayState }
  | { type: 'sessionStarted'; session: SessionStarted }
  | { type: 'sessionChanged'; id: string; change: SessionChange }
  | { type: 'sessionEnded'; id: string; end: SessionEnd }
  | { type: 'referStepped'; id: string; transferId: string; step: ReferStep }
  | { type: 'referReceived'; id: string; refer: ReceivedRefer }
  | { type: 'followStepped'; id: string; followId: string; step: FollowStep };

/** A call that was this console's before its window was reloaded; the trunk has kept it. RFC 3891. */
export interface TakenBack {
  name: string;
  /** Epoch milliseconds. */
  answeredAt: number;
  /** Value of the Replaces header. */
  replaces: string;
}

export interface Phone {
  /** Warms the microphone, connects and registers; again with other settings, it begins anew. */
  start(settings: PhoneSettings): Promise<void>;
  /** Tells this window from others of the same user. RFC 5626 §4.1. */
  readonly instance: string;
  /** Registers: calls ring here from now on. */
  take(): Promise<void>;
  /** Leaves the registration to another window. Calls that are up stay here. */
  yield(lost: boolean): Promise<void>;
  stop(): Promise<void>;
  onEvent(listener: (event: PhoneEvent) => void): () => void;
  /** Input level of the microphone, 0 to 1, about ten times a second. */
  onLevel(listener: (level: number) => void): () => void;
  /** Asks for the microphone again. */
  retryMicrophone(): Promise<void>;
  /** Devices, volumes and what the browser does with the microphone, at once; the way of the sound from the next call on. */
  setSound(settings: SoundSettings): Promise<void>;
  /** Output level of people and tones, 0 to 1, about ten times a second while somebody listens. */
  onOutputLevel(listener: (level: number) => void): () => void;
  /** Opens the microphone while somebody looks at its meter. */
  preview(on: boolean): void;
  /** A second of a tone from a loudspeaker. */
  testTone(output: 'speaker' | 'ringer'): void;
  /** Tries the WebSocket at once instead of waiting for the next attempt. */
  reconnectNow(): void;
  /** @returns the session's id, its SIP Call-ID */
  dial(number: string, back?: TakenBack): Promise<string>;
  answer(id: string): Promise<void>;
  /**
   * Only this line carries sound, in both directions; without one, none does. Takes effect at once, whatever SIP has
   * agreed on.
   */
  focus(id: string | undefined): void;
  /** 486 Busy Here to a ringing call. */
  refuse(id: string): Promise<void>;
  /** 603 to a ringing call, CANCEL to one that we dial, BYE to one that talks. */
  hangUp(id: string): Promise<void>;
  /** Sends a re-INVITE; its outcome comes as `held` or `hold-failed`. One at a time for each line. */
  hold(id: string, on: boolean): Promise<void>;
  mute(id: string, on: boolean): void;
  /** RFC 4733 event: `0`–`9`, `*`, `#`. Sent after those that were asked for before. */
  dtmf(id: string, digit: string): void;
  /**
   * Blind transfer. Its steps come as `referStepped` events with this `transferId`. RFC 3515. Once the target has
   * answered, the session is left by BYE unless the trunk is quicker. RFC 5589 §6.1.
   */
  refer(id: string, transferId: string, number: string): Promise<void>;
  /**
   * Answers a REFER that came to this session: calls whom it names, reports, and releases this session once they have
   * answered. RFC 3515.
   */
  followRefer(id: string): void;
  /** Answers it with 603, or reports 603 when it has been accepted meanwhile. */
  declineRefer(id: string): void;
  /** A short key tone in the operator's ear only. */
  keyTone(digit: string): void;
  /** Whose ring-back, busy, congestion and call waiting tones the operator hears. M15. */
  setToneCountry(country: ToneCountry): void;
  /** Two falling tones in the operator's ear only: something went wrong where they do not look. */
  warn(): void;
}
