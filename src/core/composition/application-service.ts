/** What the trunk offers around its applications: documents for live calls, calls of the API, and what was asked of whom. */
import type { ApplicationNotice, TwimlSource, WebhookExchange } from '../../nouns/application.ts';
import { authoriseCall } from '../b2bua/authorise.ts';
import type { Board } from '../b2bua/board.ts';
import type { Call } from '../b2bua/call.ts';
import { fieldsOfUri } from '../b2bua/passed-headers.ts';
import type { Leg } from '../b2bua/leg.ts';
import type { ReferTarget } from '../b2bua/policy.ts';
import { routeToTarget } from '../b2bua/target-route.ts';
import { isSipUri, parseUri, printUri } from '../message/index.ts';
import { parseTwiml } from '../twiml/parse.ts';
import type { Source } from '../voice/application.ts';
import type { ApplicationRunner, Notice } from '../voice/application-runner.ts';
import { CallBook } from '../voice/call-book.ts';
import { isSip } from '../voice/leg-control.ts';
import { placeCall } from '../voice/outbound.ts';
import type { WebhookRequest, Webhooks } from '../webhook/exchange.ts';
import { TrunkRefusal, type ApplicationApi, type CallResource } from '../api/trunk.ts';
import type { Config } from '../config/config.ts';
import type { Directory } from '../location/directory.ts';
import type { Domains } from '../location/domains.ts';
import { Recent } from '../collections/recent.ts';
import { toE164 } from '../api/typed.ts';

export interface ApplicationServiceOptions {
  readonly account: ApplicationApi['account'];
  readonly board: () => Board;
  readonly running: ApplicationRunner;
  readonly webhooks: Webhooks;
  readonly domains: Domains;
  readonly directory: Directory;
  readonly changed: (
    event:
      | { type: 'webhookFinished'; exchange: WebhookExchange }
      | { type: 'applicationNotice'; notice: ApplicationNotice },
  ) => void;
}

/** Requests and notices remembered. */
const MOST_KEPT = 500;

/** The profile under which documents run. */
const PROVIDER = 'twilio';

export class ApplicationService implements ApplicationApi {
  readonly account: ApplicationApi['account'];
  readonly #options: ApplicationServiceOptions;
  readonly #book: CallBook;
  readonly #exchanges = new Recent<{ exchange: WebhookExchange; request: WebhookRequest }>(MOST_KEPT);
  readonly #notices = new Recent<Notice>(MOST_KEPT);
  /** Who waits for the request that is being made again, by its signal. */
  readonly #replays = new Map<WebhookRequest, (exchange: WebhookExchange) => void>();

  constructor(options: ApplicationServiceOptions) {
    this.account = options.account;
    this.#options = options;
    this.#book = new CallBook(() => options.board().calls.values());
  }

  /** A request to an application is over. */
  finished(exchange: WebhookExchange, request: WebhookRequest): void {
    this.#exchanges.add({ exchange, request });
    this.#replays.get(request)?.(exchange);
    this.#options.changed({ type: 'webhookFinished', exchange });
  }

  noticed(notice: Notice): void {
    this.#notices.add(notice);
    this.#options.changed({ type: 'applicationNotice', notice });
  }

  /** Calls of other providers' domains are asked for by no SID: remembering them would cost each one. */
  callEnded(call: Call): void {
    if (this.#options.board().policy(call.facts).name === PROVIDER) this.#book.callEnded(call);
  }

  async runTwiml(id: string, source: TwimlSource): Promise<void> {
    const { call, leg } = this.#mustFind(id);
    if (this.#options.board().policy(call.facts).name !== PROVIDER) {
      throw new TrunkRefusal('refused', `${call.facts.domain} is no Twilio domain: documents do not run on its calls.`);
    }
    const refusal = this.#options.running.update(this.#options.board(), call, leg, sourceOf(source));
    if (refusal !== undefined) throw new TrunkRefusal('refused', `The document cannot run: ${refusal}.`);
  }

  async placeCall({ to, from, source }: { to: string; from: string; source: TwimlSource }): Promise<CallResource> {
    const { directory, domains } = this.#options;
    const board = this.#options.board();
    const document = sourceOf(source);
    const number = toE164(from);
    if (number === undefined) throw new TrunkRefusal('bad-request', `From has to be an E.164 number, not ${from}.`);
    const target = targetOf(to);
    if (!target) throw new TrunkRefusal('bad-request', `To has to be an E.164 number or a SIP URI, not ${to}.`);
    const domain =
      domains.ofNumber(number) ?? domains.names.find((name) => board.policy({ domain: name }).name === PROVIDER);
    if (domain === undefined || board.policy({ domain }).name !== PROVIDER) {
      throw new TrunkRefusal(
        'refused',
        'No domain of the trunk is a Twilio domain: documents do not run on its calls.',
      );
    }
    const found = routeToTarget(board, target.refer, 'foreign');
    const route = found.lookUp ? await found.lookUp() : found;
    const facts = {
      direction: 'outbound',
      domain,
      from: { number, name: directory.nameOf(number) },
      to: route.identity,
    } as const;
    // S3: what leads to a SIP URI is none of the bounds' business.
    const refusal =
      target.refer.kind === 'sip' ? route.refusal : authoriseCall(facts, board.account(facts), board.policy(facts));
    if (refusal) {
      const code = refusal.status === 503 ? 'unavailable' : 'refused';
      throw new TrunkRefusal(code, `The call is refused (${refusal.rule}): ${refusal.explanation}.`);
    }
    const { leg } = placeCall(board, this.#options.running, { facts, route, fields: target.fields, source: document });
    return this.#book.one(this.#options.running.sidOf(leg))!;
  }

  async endCall(sid: string, status: 'canceled' | 'completed'): Promise<void> {
    const { call, leg } = this.#mustFind(sid);
    if (!leg.live) throw new TrunkRefusal('refused', 'The call is over.');
    if (status === 'canceled' && leg.answeredAt !== undefined) {
      throw new TrunkRefusal('refused', 'The call is answered: it can be completed, not canceled.');
    }
    this.#options.running.control(this.#options.board(), call, leg).hangUp();
  }

  callResources(): CallResource[] {
    return this.#book.all();
  }

  callResource(sid: string): CallResource | undefined {
    return this.#book.one(sid);
  }

  webhooks(limit?: number): WebhookExchange[] {
    return this.#exchanges.newest(limit).map(({ exchange }) => exchange);
  }

  webhook(id: string): WebhookExchange | undefined {
    return this.#exchanges.find(({ exchange }) => exchange.id === id)?.exchange;
  }

  async replayWebhook(id: string): Promise<WebhookExchange> {
    const found = this.#exchanges.find(({ exchange }) => exchange.id === id);
    if (!found) throw new TrunkRefusal('not-found', `There is no request ${id}, or it is forgotten.`);
    const again: WebhookRequest = { ...found.request, why: 'replay' };
    const { promise, resolve } = Promise.withResolvers<WebhookExchange>();
    this.#replays.set(again, resolve);
    await this.#options.webhooks.request(again);
    this.#replays.delete(again);
    return promise;
  }

  notices(limit?: number): ApplicationNotice[] {
    return this.#notices.newest(limit);
  }

  /** A leg by its SID; of a call, its first leg to a SIP endpoint or the console. */
  #mustFind(id: string): { call: Call; leg: Leg } {
    const bySid = this.#book.leg(id);
    if (bySid) return bySid;
    if (this.#book.one(id)) throw new TrunkRefusal('refused', 'The call is over.');
    const call = this.#options.board().calls.get(id);
    if (!call) throw new TrunkRefusal('not-found', `There is no live call ${id}.`);
    const live = call.legs.filter((each) => each.live);
    const leg = live.find(isSip) ?? live[0];
    if (!leg) throw new TrunkRefusal('refused', 'The call is over.');
    return { call, leg };
  }
}

function sourceOf(source: TwimlSource): Source {
  if ('url' in source) return { url: source.url, method: source.method ?? 'POST', parameters: [], why: 'api' };
  const document = parseTwiml(source.xml);
  if (document.ok) return { xml: source.xml };
  const { code, text, line } = document.error;
  throw new TrunkRefusal('bad-request', `${code}: ${text}${line === undefined ? '' : ` (line ${line})`}`);
}

interface Target {
  readonly refer: ReferTarget;
  readonly fields: [name: string, value: string][];
}

function targetOf(to: string): Target | undefined {
  const number = toE164(to);
  if (number !== undefined) return { refer: { allowed: true, kind: 'pstn', number, billable: true }, fields: [] };
  const uri = parseUri(to);
  if (!uri.ok || !isSipUri(uri.value)) return undefined;
  const bare = printUri({ ...uri.value, headers: [] });
  return { refer: { allowed: true, kind: 'sip', uri: bare, billable: false }, fields: fieldsOfUri(uri.value) };
}

/** URLs that the configuration itself names: requests to their hosts need no permission. */
export function webAddressesOf({ numbers, twilio }: Config, demoUrl: string | undefined): string[] {
  const named = [...numbers.map(({ twiml }) => twiml), twilio.referUrl, demoUrl];
  return named.filter((url) => url !== undefined && url !== 'demo').map(String);
}
