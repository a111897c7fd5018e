/** What runs on one leg: a document, and the ones that follow it. */
import { callOwner } from '../b2bua/call-owner.ts';
import { detach } from '../log/owner.ts';
import { ownedClock } from '../time/owned-clock.ts';
import type { Owner } from '../time/owner.ts';
import { err, ok, type Result } from '../message/result.ts';
import type { TwimlDocument } from '../twiml/document.ts';
import { parseTwiml } from '../twiml/parse.ts';
import { fatal, type TwimlProblem } from '../twiml/problem.ts';
import type { WebhookAnswer, WebhookRequest } from '../webhook/exchange.ts';
import type { LegControl } from './control.ts';
import { documentOf } from './document-of.ts';
import { apologise } from './failure.ts';
import type { Fetch, Left, Next, Run } from './run.ts';
import type { Surroundings } from './surroundings.ts';
import { runVerb } from './verbs/index.ts';
import { wait } from './wait.ts';

/** Where a document comes from. */
export type Source = Omit<Fetch, 'kind'> | { readonly xml: string };

/** More documents than this, in so short a time, do nothing but call one another. *Chosen here.* */
const MOST_DOCUMENTS = 50;
const WITHIN_MS = 10_000;

/** What is left to do when a document has been run. */
type Outcome = Fetch | 'end' | 'left';

export class Application {
  readonly control: LegControl;
  /** The leg hangs up at the end of the document; else whoever began it goes on. */
  readonly #hangsUp: boolean;
  readonly #around: Surroundings;
  /** Of the document that runs; another one replaces it. */
  #running = new AbortController();
  /** Where relative URLs start from. */
  #base: URL | undefined;
  /** Where the document that runs came from; undefined for one that was handed in. */
  #from: URL | undefined;
  /** When the last documents began. */
  #begun: number[] = [];

  constructor(control: LegControl, around: Surroundings, hangsUp = true) {
    this.control = control;
    this.#around = around;
    this.#hangsUp = hangsUp;
    control.leg.whenOver(() => this.leave('hang-up'));
  }

  /**
   * Runs documents until there are no more, the leg ends, or others take their place. Never rejects.
   * @returns `over` when there are no more, and the leg goes on
   */
  async run(source: Source): Promise<'over' | 'left'> {
    this.leave('replaced');
    const running = new AbortController();
    this.#running = running;
    if (!this.control.leg.live) running.abort('hang-up' satisfies Left);
    this.#begun = [];
    try {
      return await this.#follow(source, running.signal);
    } catch (error) {
      // A fault of ours; theirs are values.
      this.#around.log.error({ error, call: this.control.call.id }, 'an application failed');
      if (!running.signal.aborted) this.control.hangUp();
      return 'left';
    }
  }

  /** The document that runs is left where it is. */
  leave(why: Left): void {
    this.#running.abort(why);
  }

  async #follow(first: Source, signal: AbortSignal): Promise<'over' | 'left'> {
    let source = first;
    for (;;) {
      const document = await this.#document(source, signal);
      if (signal.aborted) return 'left';
      if (!document.ok) return this.#fail(document.error, signal);
      for (const warning of document.value.warnings) this.#notice(warning);
      const outcome = await this.#verbs(document.value, signal);
      if (outcome === 'left') return 'left';
      if (outcome === 'end') return this.#end(signal);
      source = outcome;
    }
  }

  async #document(source: Source, signal: AbortSignal): Promise<Result<TwimlDocument, TwimlProblem>> {
    if ('xml' in source) {
      this.#from = undefined;
      return parseTwiml(source.xml);
    }
    const answer = await this.#ask(source, onceReplaced(signal));
    if (!answer.ok) return answer;
    this.#base = this.#from = answer.value.finalUrl;
    return documentOf(answer.value);
  }

  async #ask(source: Omit<Fetch, 'kind'>, signal?: AbortSignal): Promise<Result<WebhookAnswer, TwimlProblem>> {
    const url = this.#resolve(source.url);
    if (!url.ok) return url;
    const { method, why } = source;
    return this.#around.webhooks.request(
      {
        url: url.value,
        method,
        parameters: this.#parameters(source.parameters),
        why,
        ...this.#names(),
        expects: 'twiml',
      },
      signal,
    );
  }

  #names(): Pick<WebhookRequest, 'callId' | 'callSid'> {
    const { call, leg } = this.control;
    return { callId: call.id, callSid: this.#around.sidOf(leg) };
  }

  #parameters(extra: Fetch['parameters'] = []): Fetch['parameters'] {
    const { call, leg } = this.control;
    return [...this.#around.parameters(call, leg), ...extra];
  }

  #resolve(url: string): Result<URL, TwimlProblem> {
    const absolute = URL.parse(url, this.#base);
    if (!absolute)
      return err(fatal(11100, `${url} is no URL${this.#base ? '' : ', or a relative one without a base'}.`));
    if (absolute.protocol === 'http:' || absolute.protocol === 'https:') return ok(absolute);
    return err(fatal(11100, `${url} is neither http nor https.`));
  }

  async #verbs({ verbs }: TwimlDocument, signal: AbortSignal): Promise<Outcome> {
    const run = this.#runOf(signal);
    if (this.#spins()) {
      this.#notice(
        fatal(11215, `More than ${MOST_DOCUMENTS} documents within ${WITHIN_MS / 1000} s lead to one another.`),
      );
      return 'end';
    }
    for (const verb of verbs) {
      const then = await runVerb(verb, run);
      if (signal.aborted) {
        this.#report(then, signal);
        return 'left';
      }
      if (then.kind === 'fetch') return then;
      if (then.kind === 'end') {
        this.control.hangUp();
        return 'left';
      }
    }
    return 'end';
  }

  #spins(): boolean {
    const now = this.#around.clock.now();
    const [first = now] = this.#begun;
    this.#begun = [...this.#begun, now].slice(-MOST_DOCUMENTS - 1);
    return this.#begun.length > MOST_DOCUMENTS && now - first < WITHIN_MS;
  }

  /** The leg is over, but its application hears how the verb ended (T8). Whoever was replaced says nothing. */
  #report(then: Next, signal: AbortSignal): void {
    if (then.kind !== 'fetch' || (signal.reason as Left) !== 'hang-up') return;
    const asked = this.#ask(then).then((answer) => {
      if (!answer.ok) this.#notice({ ...answer.error, fatal: false });
    });
    detach(asked, this.#owner());
  }

  async #end(signal: AbortSignal): Promise<'over' | 'left'> {
    if (!this.#hangsUp) return 'over';
    // Only Reject keeps a call from being answered, so that a document without verbs answers it.
    await this.control.answer();
    if (!signal.aborted) this.control.hangUp();
    return 'left';
  }

  async #fail(problem: TwimlProblem, signal: AbortSignal): Promise<'over' | 'left'> {
    this.#notice({ ...problem, fatal: true });
    // Before it is joined, a leg is not to hear of it: the two talk all the same.
    if (!this.#hangsUp) return 'over';
    await apologise(this.#runOf(signal));
    if (!signal.aborted) this.control.hangUp();
    return 'left';
  }

  #notice(problem: TwimlProblem): void {
    this.#around.notice(this.control.call, this.control.leg, problem, this.#from);
  }

  #owner(): Owner {
    return callOwner(this.control.board, this.control.call);
  }

  #runOf(signal: AbortSignal): Run {
    const { control } = this;
    const around = this.#around;
    const clock = ownedClock(around.clock, this.#owner());
    const notice = (problem: TwimlProblem): void => this.#notice(problem);
    const resolve = (url: string): Result<URL, TwimlProblem> => this.#resolve(url);
    return {
      control,
      signal,
      clock,
      log: around.log,
      notice,
      resolve,
      parameters: (extra) => this.#parameters(extra),
      sidOf: (leg) => around.sidOf(leg),
      fetchSound: (url) => around.fetchSound(url, { resolve, notice, signal, names: this.#names() }),
      speak: (say) => around.speak(say, notice),
      wait: (ms) => wait(clock, ms, signal),
      bind: (leg, bond) => around.bind(leg, bond),
      handOver: (other, document) => {
        const absolute = this.#resolve(document.url);
        if (absolute.ok) return around.handOver(other, { ...document, url: absolute.value.href });
        notice({ ...absolute.error, fatal: true });
        other.hangUp();
      },
      attend: async (other, document) => {
        const absolute = this.#resolve(document.url);
        if (!absolute.ok) {
          notice({ ...absolute.error, fatal: false });
          return 'over';
        }
        return around.attend(other, { ...document, url: absolute.value.href });
      },
    };
  }
}

/** A request that has begun is not given up when the far end hangs up: its application is to hear what it says (T8). */
function onceReplaced(signal: AbortSignal): AbortSignal {
  const replaced = new AbortController();
  const abort = (): void => {
    if ((signal.reason as Left) === 'replaced') replaced.abort(signal.reason);
  };
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return replaced.signal;
}
