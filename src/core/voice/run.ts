/** One document that runs on one leg, as its verbs see it. */
import type { HttpMethod, WebhookReason } from '../../nouns/application.ts';
import type { Leg } from '../b2bua/leg.ts';
import type { Logger } from '../log/logger.ts';
import type { Result } from '../message/result.ts';
import type { Sound } from '../media/sound.ts';
import type { Clock } from '../time/clock.ts';
import type { Say } from '../twiml/document.ts';
import type { TwimlProblem } from '../twiml/problem.ts';
import type { IncomingRefer } from '../ua/incoming-refer.ts';
import type { Parameters } from '../webhook/exchange.ts';
import type { LegControl } from './control.ts';

/** Why a document was left before its end: reason of the signal that its verbs get. */
export type Left = 'hang-up' | 'replaced';

/** A request for the next document. */
export interface Fetch {
  readonly kind: 'fetch';
  /** As the document has it: relative ones are resolved. */
  readonly url: string;
  readonly method: HttpMethod;
  /** Sent beside the standard voice parameters. */
  readonly parameters: Parameters;
  readonly why: WebhookReason;
}

/** What comes after a verb. `end` ends the call. */
export type Next = { readonly kind: 'next' } | Fetch | { readonly kind: 'end' };

export const next: Next = { kind: 'next' };

/** What a verb wants to hear of a leg that it has besides its own, or of its own while it is joined to one. */
export interface Bond {
  /** Another document has taken the leg (T1): whatever it was joined to is no longer its peer. */
  taken?(): void;
  /** A REFER came on it: accept or reject it. */
  referred?(refer: IncomingRefer): void;
}

export interface Run {
  readonly control: LegControl;
  /**
   * Aborted when the leg has ended (`hang-up`), or another document has taken over (`replaced`); see `Left`. A verb then
   * cleans up and returns soon. After a hang-up what it asks to fetch is still requested, and the answer ignored (T8).
   */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly log: Logger;
  /** Reports something to the author of the application; the document goes on. */
  notice(problem: TwimlProblem): void;
  /** A URL of the document, made absolute. */
  resolve(url: string): Result<URL, TwimlProblem>;
  /** Standard voice parameters of this leg as it stands now (T9), and `extra` after them. */
  parameters(extra?: Parameters): Parameters;
  /** CallSid of a leg. */
  sidOf(leg: Leg): string;
  /** A file to play; what is wrong with it was reported when there is none. */
  fetchSound(url: string): Promise<Sound | undefined>;
  /** The text as speech, or as a tone phrase where there is no voice, which was reported. */
  speak(say: Pick<Say, 'text' | 'voice' | 'language' | 'line'>): Promise<Sound>;
  /** Resolves when the time is over or the signal is aborted. */
  wait(ms: number): Promise<void>;
  /**
   * Ties a leg of the call to the running verb: as long as it is bound, its end does not end the call.
   * @returns unties it
   */
  bind(leg: Leg, bond: Bond): () => void;
  /** Another leg goes on with a document of its own, whatever becomes of this one. */
  handOver(control: LegControl, document: Fetch): void;
  /** Runs a document on another leg, before that is joined. Resolves at its end; `ended`: it hung the leg up. */
  attend(control: LegControl, document: Omit<Fetch, 'kind'>): Promise<'over' | 'ended'>;
}

/** One verb, run. Never rejects. */
export type VerbRunner<V> = (verb: V, run: Run) => Promise<Next>;
