/** A REFER that came to one of our calls: asks, follows and reports. What to do when, `follow-machine.ts` says. */
import type { Referral } from 'sip.js';
import {
  ANSWER_AFTER_MS,
  openFollow,
  RELEASE_AFTER_MS,
  stepFollow,
  type FollowEffect,
  type FollowInput,
  type FollowState,
} from './follow-machine.ts';
import { release } from './hang-up.ts';
import type { Line } from './line.ts';
import { stopRemote } from './media.ts';
import type { FollowStep, PhoneEvent, ReceivedRefer } from './phone.ts';
import { printReport, SUBSCRIPTION_SECONDS, type Report, type ReferSubscription } from './refer-reports.ts';

/** What a follow reaches the rest of the telephone with. */
export interface FollowTools {
  /**
   * Places the new call; how it ends is heard through `hear`.
   * @returns its session's id, or undefined when there is no way to place it
   */
  call(progressed: (status: number, reason: string) => void): string | undefined;
  /** Gives the new call up. */
  cancel(id: string): void;
}

const TIMERS = {
  'answer-due': ANSWER_AFTER_MS,
  expired: SUBSCRIPTION_SECONDS * 1000,
  'release-due': RELEASE_AFTER_MS,
} as const;

/** Answers to a NOTIFY that say the subscription is not known. RFC 6665 §4.2.2, RFC 5057 §5.1. */
const GONE = new Set([404, 405, 408, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 503, 604]);

export class Follow {
  readonly refer: ReceivedRefer;
  readonly #line: Line;
  readonly #referral: Referral;
  readonly #tools: FollowTools;
  readonly #timers = new Map<keyof typeof TIMERS, ReturnType<typeof setTimeout>>();
  #subscription: ReferSubscription;
  #state: FollowState;
  #newLine: string | undefined;

  /** @param nth how many REFERs the call has had, this one included */
  constructor(line: Line, referral: Referral, refer: ReceivedRefer, nth: number, tools: FollowTools) {
    this.refer = refer;
    this.#line = line;
    this.#referral = referral;
    this.#tools = tools;
    this.#subscription = { id: referral.request.cseq, withId: nth > 1, expiresAt: 0 };
    const [state, effects] = openFollow(!silent(referral));
    this.#state = state;
    this.#perform(effects);
  }

  get over(): boolean {
    return this.#state.phase === 'over';
  }

  follow(): void {
    this.#input({ is: 'yes' });
  }

  decline(): void {
    this.#input({ is: 'no' });
  }

  /** Listens to what happens on the telephone: to both calls. */
  hear(event: PhoneEvent): void {
    if (event.type === 'sessionEnded' && event.id === this.#line.id) this.#input({ is: 'left' });
    if (event.type === 'sessionEnded' && event.id === this.#newLine) {
      const { status, reason = '', by, method } = event.end;
      if (status !== undefined && method === 'response') this.#status(status, reason);
      else if (by === 'us') this.#cancelled();
      else this.#status(503, 'Service Unavailable');
    }
    if (event.type === 'sessionChanged' && event.id === this.#newLine && event.change.to === 'established') {
      this.#status(200, 'OK');
    }
  }

  #status(status: number, reason: string): void {
    if (this.#state.phase === 'calling' && status !== this.#state.status) {
      this.#tell({ kind: 'status', status, reason });
    }
    this.#input({ is: 'status', status, reason });
  }

  /** That a 487 follows our CANCEL is certain enough to report it now. */
  #cancelled(): void {
    if (this.#state.phase === 'calling') this.#tell({ kind: 'cancelled' });
    this.#input({ is: 'status', status: 487, reason: 'Request Terminated' });
  }

  #input(input: FollowInput): void {
    const [state, effects] = stepFollow(this.#state, input);
    this.#state = state;
    this.#perform(effects);
  }

  #perform(effects: readonly FollowEffect[]): void {
    effects.forEach((effect) => this.#do(effect));
  }

  #do(effect: FollowEffect): void {
    switch (effect.do) {
      case 'respond':
        this.#respond(effect.status, effect.reason);
        return;
      case 'notify':
        this.#notify(effect.report);
        return;
      case 'call':
        this.#call();
        return;
      case 'cancel':
        if (this.#newLine === undefined) return;
        this.#tell({ kind: 'given-up' });
        this.#tools.cancel(this.#newLine);
        return;
      case 'release':
        release(this.#line);
        return;
      case 'arm':
        this.#timers.set(
          effect.timer,
          setTimeout(() => this.#input({ is: effect.timer }), TIMERS[effect.timer]),
        );
        return;
      case 'disarm':
        clearTimeout(this.#timers.get(effect.timer));
        return;
      default:
        effect satisfies never;
    }
  }

  #respond(status: number, reason: string): void {
    this.#subscription = { ...this.#subscription, expiresAt: this.#line.now() + SUBSCRIPTION_SECONDS * 1000 };
    respond(this.#line, this.#referral, status, reason);
    this.#tell({ kind: 'response', status, reason });
  }

  #notify(report: Report): void {
    const { headers, contentType, body } = printReport(this.#subscription, report, this.#line.now());
    const { session } = this.#line;
    const final = report.end !== undefined;
    const answered = (status: number) => {
      if (status >= 300) this.#tell({ kind: 'notify-refused', status });
      this.#input({ is: 'notify-answered', final, gone: GONE.has(status) });
    };
    this.#tell({ kind: 'notify', status: report.status, reason: report.reason, end: report.end });
    session.dialog?.notify(
      {
        onAccept: ({ message }) => answered(message.statusCode ?? 200),
        onRedirect: ({ message }) => answered(message.statusCode ?? 300),
        onReject: ({ message }) => answered(message.statusCode ?? 500),
      },
      {
        extraHeaders: [contactOf(this.#line), ...headers],
        body: { contentDisposition: 'render', contentType, content: body },
      },
    );
  }

  #call(): void {
    this.#newLine = this.#tools.call((status, reason) => this.#status(status, reason));
    if (this.#newLine === undefined) this.#status(503, 'Service Unavailable');
    else this.#tell({ kind: 'invite', newLineId: this.#newLine });
  }

  #tell(step: WithoutTime<FollowStep>): void {
    // What we answered with 200 we hear no more: the operator is with somebody else.
    if (step.kind === 'status' && step.status >= 200 && step.status < 300) this.#silence();
    const { id, now, tell } = this.#line;
    tell({ type: 'followStepped', id, followId: this.refer.id, step: { ...step, at: now() } });
  }

  #silence(): void {
    if (this.#line.sent) this.#line.sent.enabled = false;
    if (this.#line.audio) stopRemote(this.#line.audio);
    this.#line.audio = undefined;
  }
}

type WithoutTime<T> = T extends unknown ? Omit<T, 'at'> : never;

/** A response to REFER; sip.js leaves out the Contact that a 2xx has to carry (RFC 3515 §2.2). */
export function respond(line: Line, referral: Referral, statusCode: number, reasonPhrase: string): void {
  const options = { statusCode, reasonPhrase };
  const extraHeaders = [contactOf(line), ...(silent(referral) ? ['Refer-Sub: false'] : [])];
  try {
    void (statusCode < 300 ? referral.accept({ ...options, extraHeaders }) : referral.reject(options));
  } catch {
    // The transaction has run out: nobody waits for this response any more.
  }
}

/** RFC 4488: the asker wants no subscription. */
function silent({ request }: Referral): boolean {
  return request.getHeader('Refer-Sub')?.split(';')[0]?.trim().toLowerCase() === 'false';
}

function contactOf({ session }: Line): string {
  return `Contact: ${session.userAgent.contact.toString()}`;
}
