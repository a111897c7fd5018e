/** The applications of the trunk: which leg runs one, and what they share. */
import type { ApplicationControl, ApplicationEntry, Board } from '../b2bua/board.ts';
import { callOwner } from '../b2bua/call-owner.ts';
import type { Call } from '../b2bua/call.ts';
import type { Leg } from '../b2bua/leg.ts';
import { warningHeader } from '../b2bua/refusal-headers.ts';
import type { Logger } from '../log/logger.ts';
import { detach } from '../log/owner.ts';
import { soundFromWav } from '../media/foreign-wav.ts';
import type { Sound } from '../media/sound.ts';
import type { Clock } from '../time/clock.ts';
import type { Say } from '../twiml/document.ts';
import { warning, type TwimlProblem } from '../twiml/problem.ts';
import type { IncomingRefer } from '../ua/incoming-refer.ts';
import type { Parameters, Webhooks } from '../webhook/exchange.ts';
import { redacted } from '../webhook/redact.ts';
import { Application, type Source } from './application.ts';
import { voiceParameters } from './call-facts.ts';
import type { LegControl } from './control.ts';
import { release } from './dial-refer.ts';
import { isolate } from './isolate.ts';
import { legControl } from './leg-control.ts';
import type { Bond } from './run.ts';
import { callSid } from './sids.ts';
import type { Speech } from './speech.ts';
import type { Surroundings, Wanting } from './surroundings.ts';

/** What the author of an application should know. */
export interface Notice {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly callId: string;
  readonly callSid: string;
  /** Twilio's error code; 0 for what is none of theirs. */
  readonly code: number;
  readonly text: string;
  /** Line of the document, from 1. */
  readonly line?: number;
  /** Where the document came from. */
  readonly url?: string;
  /** `error`: the document could not go on. */
  readonly severity: 'error' | 'warning';
}

export interface ApplicationsOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly webhooks: Webhooks;
  readonly speech: Pick<Speech, 'speak'>;
  readonly id: () => string;
  readonly accountSid: () => string;
  /** Asked what becomes of a call whose endpoint sends REFER, where no application decides about it. */
  readonly referUrl?: (call: Call) => string | undefined;
  readonly noticed: (notice: Notice) => void;
}

/** What is to run when one of several legs answers. */
export interface Waiting {
  source: Source;
}

export class ApplicationRunner implements ApplicationControl, Surroundings {
  readonly #options: ApplicationsOptions;
  /** Those that decide about their leg; a call ends with the last of them. */
  readonly #owners = new Map<Leg, Application>();
  /** Those that run on a leg before it is joined. */
  readonly #attending = new Map<Leg, Application>();
  readonly #bonds = new Map<Leg, Bond>();
  /** What is to run on legs that have not answered yet; those that ring in each other's stead share it. */
  readonly #waiting = new Map<Leg, Waiting>();

  constructor(options: ApplicationsOptions) {
    this.#options = options;
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  get log(): Logger {
    return this.#options.log;
  }

  get webhooks(): Webhooks {
    return this.#options.webhooks;
  }

  begin(board: Board, call: Call, leg: Leg, { url, method }: ApplicationEntry): void {
    this.#own(board, call, leg, { url, method, parameters: [], why: 'voice-url' });
  }

  /** As `begin`, for a leg that we have placed: `answered` begins it. */
  await(leg: Leg, waiting: Waiting): void {
    this.#waiting.set(leg, waiting);
    leg.whenOver(() => this.#waiting.delete(leg));
  }

  /** A leg with an application that waits has answered. */
  answered(board: Board, call: Call, leg: Leg): void {
    const waiting = this.#waiting.get(leg);
    if (!waiting) return;
    this.#waiting.delete(leg);
    this.#own(board, call, leg, waiting.source);
  }

  /**
   * Runs a document on a live leg in place of whatever it does (T1): its own document, its part in a Dial, or an ordinary
   * call, whose other leg then ends.
   * @returns why it cannot be, in words
   */
  update(board: Board, call: Call, leg: Leg, source: Source): string | undefined {
    if (!leg.live) return 'the leg is over';
    if (call.conversation.partOf(leg) === 'leaves') return 'the leg has transferred the call, and is being released';
    const waiting = this.#waiting.get(leg);
    if (waiting) {
      waiting.source = source;
      return undefined;
    }
    if (leg.answeredAt === undefined && !leg.answer) return 'the leg has not answered yet';
    if (call.pendingTransfer) return 'a transfer is under way';
    const ruled = this.#owners.has(leg) || this.#attending.has(leg) || this.#bonds.has(leg);
    if (!ruled) isolate(board, call, leg);
    this.#own(board, call, leg, source);
    return undefined;
  }

  #own(board: Board, call: Call, leg: Leg, source: Source): void {
    const application = this.#owners.get(leg) ?? new Application(this.control(board, call, leg), this);
    if (!this.#owners.has(leg)) {
      this.#owners.set(leg, application);
      leg.whenOver(() => this.#owners.delete(leg));
    }
    this.#attending.get(leg)?.leave('replaced');
    // Whatever runs now lets go of the leg before the next document begins.
    application.leave('replaced');
    this.#bonds.get(leg)?.taken?.();
    this.#bonds.delete(leg);
    if (call.peerOf(leg)) {
      const others = call.conversation.talkers.filter((other) => other !== leg);
      call.conversation.talk(...(others.some((other) => this.#owners.has(other)) ? others : [leg]));
      board.changed(call);
    }
    detach(application.run(source), callOwner(board, call));
  }

  control(board: Board, call: Call, leg: Leg): LegControl {
    return legControl(board, call, leg);
  }

  legEnded(board: Board, call: Call, leg: Leg): boolean {
    if (!this.#othersIn(call, leg)) return false;
    if (leg === call.legs[0] && call.original) {
      const { result = 'answered', endedBy = 'unknown' } = leg;
      const sipStatus = result === 'transferred' ? undefined : leg.sipStatus;
      board.endRecord(call.original, { result, endedBy, sipStatus });
    }
    call.conversation.talk(...call.conversation.talkers.filter((other) => other.live));
    board.changed(call);
    return true;
  }

  #othersIn(call: Call, leg: Leg): boolean {
    return call.legs.some((other) => other !== leg && other.live && this.#owners.has(other));
  }

  refer(board: Board, call: Call, leg: Leg, refer: IncomingRefer): boolean {
    const referred = this.#bonds.get(leg)?.referred;
    if (referred) {
      referred(refer);
      return true;
    }
    if (!this.#owners.has(leg) && !this.#attending.has(leg)) return this.#referPeer(board, call, leg, refer);
    // There is nobody whom the endpoint could move. *Chosen here.*
    refer.reject(603, undefined, [warningHeader('there is no Dial with a referUrl (13802)', call.facts.domain)]);
    this.notice(
      call,
      leg,
      warning(13802, 'The endpoint sent REFER outside of a Dial with a referUrl; it is declined.'),
    );
    return true;
  }

  /** An ordinary call: with a URL to ask, it is as if a Dial with that `referUrl` had joined the two. */
  #referPeer(board: Board, call: Call, leg: Leg, refer: IncomingRefer): boolean {
    const url = this.#options.referUrl?.(call);
    const peer = call.peerOf(leg);
    if (url === undefined || !peer || call.state !== 'answered' || call.pendingTransfer) return false;
    const target = release(board, call, leg, refer);
    if (target !== undefined) {
      const parameters = [['ReferTransferTarget', target]] as const;
      this.#own(board, call, peer, { url, method: 'POST', parameters, why: 'refer-url' });
    }
    return true;
  }

  sidOf(leg: Leg): string {
    return callSid(leg);
  }

  parameters(call: Call, leg: Leg): Parameters {
    return voiceParameters(call, leg, this.#options.accountSid());
  }

  notice(call: Call, leg: Leg, problem: TwimlProblem, base?: URL): void {
    const { id, clock, log, noticed } = this.#options;
    const { code, text, line, fatal } = problem;
    const notice: Notice = {
      id: id(),
      at: clock.wall(),
      callId: call.id,
      callSid: callSid(leg),
      code,
      text,
      ...(line === undefined ? {} : { line }),
      ...(base === undefined ? {} : { url: redacted(base) }),
      severity: fatal ? 'error' : 'warning',
    };
    log.warn({ call: call.id, code, line, url: notice.url, problem: text }, 'an application has a problem');
    noticed(notice);
  }

  async fetchSound(text: string, { resolve, notice, signal, names }: Wanting): Promise<Sound | undefined> {
    const url = resolve(text);
    if (!url.ok) {
      notice({ ...url.error, fatal: false });
      return undefined;
    }
    const answer = await this.webhooks.request(
      { url: url.value, method: 'GET', parameters: [], why: 'play', ...names, expects: 'audio' },
      signal,
    );
    if (!answer.ok) {
      if (!signal.aborted) notice({ ...answer.error, fatal: false });
      return undefined;
    }
    const sound = soundFromWav(answer.value.body);
    if (sound.ok) return sound.value;
    notice(warning(13420, `${text} cannot be played: ${sound.error}; WAVE files can.`));
    return undefined;
  }

  async speak(
    say: Pick<Say, 'text' | 'voice' | 'language' | 'line'>,
    notice: (problem: TwimlProblem) => void,
  ): Promise<Sound> {
    const { sound, flaw } = await this.#options.speech.speak(say);
    if (flaw !== undefined)
      notice({ code: 0, text: `Say: ${flaw}.`, ...(say.line > 0 ? { line: say.line } : {}), fatal: false });
    return sound;
  }

  bind(leg: Leg, bond: Bond): () => void {
    this.#bonds.set(leg, bond);
    const forget = (): void => {
      if (this.#bonds.get(leg) === bond) this.#bonds.delete(leg);
    };
    leg.whenOver(forget);
    return forget;
  }

  handOver({ board, call, leg }: LegControl, source: Source): void {
    this.#own(board, call, leg, source);
  }

  async attend(control: LegControl, source: Source): Promise<'over' | 'ended'> {
    const { leg } = control;
    const application = new Application(control, this, false);
    this.#attending.set(leg, application);
    const end = await application.run(source);
    if (this.#attending.get(leg) === application) this.#attending.delete(leg);
    return end === 'over' && leg.live ? 'over' : 'ended';
  }
}
