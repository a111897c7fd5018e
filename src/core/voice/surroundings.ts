/** What applications have around them: the way to the web, the voice, and the other legs. */
import type { Call } from '../b2bua/call.ts';
import type { Leg } from '../b2bua/leg.ts';
import type { Logger } from '../log/logger.ts';
import type { Result } from '../message/result.ts';
import type { Sound } from '../media/sound.ts';
import type { Clock } from '../time/clock.ts';
import type { Say } from '../twiml/document.ts';
import type { TwimlProblem } from '../twiml/problem.ts';
import type { Parameters, WebhookRequest, Webhooks } from '../webhook/exchange.ts';
import type { LegControl } from './control.ts';
import type { Bond, Fetch } from './run.ts';

/** The document that wants a sound. */
export interface Wanting {
  readonly resolve: (url: string) => Result<URL, TwimlProblem>;
  readonly notice: (problem: TwimlProblem) => void;
  readonly signal: AbortSignal;
  readonly names: Pick<WebhookRequest, 'callId' | 'callSid'>;
}

export interface Surroundings {
  readonly clock: Clock;
  readonly log: Logger;
  readonly webhooks: Webhooks;
  sidOf(leg: Leg): string;
  /** Standard voice parameters of a leg as it stands now. */
  parameters(call: Call, leg: Leg): Parameters;
  notice(call: Call, leg: Leg, problem: TwimlProblem, base: URL | undefined): void;
  fetchSound(url: string, by: Wanting): Promise<Sound | undefined>;
  speak(
    say: Pick<Say, 'text' | 'voice' | 'language' | 'line'>,
    notice: (problem: TwimlProblem) => void,
  ): Promise<Sound>;
  bind(leg: Leg, bond: Bond): () => void;
  handOver(control: LegControl, document: Omit<Fetch, 'kind'>): void;
  attend(control: LegControl, document: Omit<Fetch, 'kind'>): Promise<'over' | 'ended'>;
}
