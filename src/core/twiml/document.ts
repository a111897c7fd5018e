import type { HttpMethod } from '../../nouns/application.ts';
import type { TwimlProblem } from './problem.ts';

interface Located {
  /** The line of the start tag in the document, from 1. */
  readonly line: number;
}

/** Speaks `text`; `loop` times, 0 for until the call ends. */
export interface Say extends Located {
  readonly name: 'Say';
  readonly text: string;
  readonly voice?: string;
  readonly language?: string;
  readonly loop: number;
}

/** Plays a file, or DTMF keys when `digits` is there (`w` is half a second of silence); then `url` is not used. */
export interface Play extends Located {
  readonly name: 'Play';
  /** As in the document, without the white space around it; may be relative. Empty only with `digits`. */
  readonly url: string;
  readonly digits?: string;
  /** 0 for until the call ends. */
  readonly loop: number;
}

export interface Pause extends Located {
  readonly name: 'Pause';
  readonly seconds: number;
}

/** Collects keys while `nested` plays. */
export interface Gather extends Located {
  readonly name: 'Gather';
  readonly input: 'dtmf';
  /** Without it the keys go to the URL of the document itself. */
  readonly action?: string;
  readonly method: HttpMethod;
  /** Silence after the last key, or after the nested verbs. */
  readonly timeoutSeconds: number;
  readonly numDigits?: number;
  /** One of `0`–`9`, `#`, `*`; empty: no key ends the input. */
  readonly finishOnKey: string;
  readonly actionOnEmptyResult: boolean;
  readonly nested: readonly (Say | Play | Pause)[];
}

export interface NumberTarget extends Located {
  readonly kind: 'number';
  /** As in the document, without the white space around it. */
  readonly number: string;
  /** Keys to press once the number has answered. */
  readonly sendDigits?: string;
  /** A document that runs on the called leg before the two are joined. */
  readonly url?: string;
  readonly method: HttpMethod;
}

export interface SipTarget extends Located {
  readonly kind: 'sip';
  /** As in the document after XML decoding, without the white space around it. */
  readonly uri: string;
  readonly username?: string;
  readonly password?: string;
  readonly url?: string;
  readonly method: HttpMethod;
}

export type DialTarget = NumberTarget | SipTarget;

/** Calls the targets, all at once, and joins the first that answers. */
export interface Dial extends Located {
  readonly name: 'Dial';
  readonly action?: string;
  readonly method: HttpMethod;
  readonly timeoutSeconds: number;
  readonly callerId?: string;
  /** Asked what to do when the other side sends REFER. */
  readonly referUrl?: string;
  readonly referMethod: HttpMethod;
  readonly hangupOnStar: boolean;
  /** Seconds after which the joined call ends. */
  readonly timeLimitSeconds?: number;
  readonly answerOnBridge: boolean;
  /** At least one. */
  readonly targets: readonly DialTarget[];
}

/** Sends REFER to the endpoint on this leg. */
export interface Refer extends Located {
  readonly name: 'Refer';
  /** Without it the next verb runs when the REFER is over. */
  readonly action?: string;
  readonly method: HttpMethod;
  /** The URI exactly as the document has it after XML decoding, without the white space around it. */
  readonly sip: string;
}

export interface Hangup extends Located {
  readonly name: 'Hangup';
}

/** Refuses a call that is not answered yet. */
export interface Reject extends Located {
  readonly name: 'Reject';
  readonly reason: 'rejected' | 'busy';
}

/** Goes on with the document at `url`. */
export interface Redirect extends Located {
  readonly name: 'Redirect';
  /** May be relative; empty stands for the URL of the document itself. */
  readonly url: string;
  readonly method: HttpMethod;
}

export type Verb = Say | Play | Pause | Gather | Dial | Refer | Hangup | Reject | Redirect;

export interface TwimlDocument {
  readonly verbs: readonly Verb[];
  /** What is wrong in it and does not keep it from running, in the order of the document. */
  readonly warnings: readonly TwimlProblem[];
}
