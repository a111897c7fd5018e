/** What the trunk asked applications over HTTP, newest first, and what was wrong with their answers. */
import type { ContractClient } from '../../contract/client.ts';
import type { ContractEvent } from '../../contract/events.ts';
import type { ApplicationNotice, WebhookExchange } from '../../contract/model.ts';
import { problemOf } from './ladder.ts';

export interface RequestsState {
  /** Of what there was before this console looked; `idle` until somebody does. */
  readonly status: 'idle' | 'loading' | 'ready' | 'failed';
  readonly problem: string | undefined;
  readonly exchanges: readonly WebhookExchange[];
  readonly notices: readonly ApplicationNotice[];
  readonly search: string;
  /** Only those of this call. */
  readonly callId: string | undefined;
  /** Key of the row whose details are shown. */
  readonly opened: string | undefined;
  /** A request is being sent again. */
  readonly repeating: boolean;
}

interface RequestsActions {
  receive(event: ContractEvent): void;
  /** After a reconnect: loads again what somebody has looked at. */
  begin(): void;
  load(): Promise<void>;
  search(text: string): void;
  ofCall(callId: string | undefined): void;
  open(key: string | undefined): void;
  /** Shows a notice with the document that it is about, whatever is filtered. */
  show(noticeId: string): void;
  /** Sends a request again as it was, and opens what came of it. */
  repeat(exchangeId: string): Promise<void>;
}

export interface RequestsSlice {
  readonly requests: RequestsState;
  readonly requestsActions: RequestsActions;
}

/** As many as the trunk keeps. */
const KEPT = 500;

const initialRequests: RequestsState = {
  status: 'idle',
  problem: undefined,
  exchanges: [],
  notices: [],
  search: '',
  callId: undefined,
  opened: undefined,
  repeating: false,
};

function reduceRequests(state: RequestsState, event: ContractEvent): RequestsState {
  switch (event.type) {
    case 'webhookFinished':
      return { ...state, exchanges: merged([event.exchange], state.exchanges) };
    case 'applicationNotice':
      return { ...state, notices: merged([event.notice], state.notices) };
    default:
      return state;
  }
}

/** Newest first, each once, no more than are kept. */
function merged<T extends { readonly id: string; readonly at: number }>(some: readonly T[], known: readonly T[]): T[] {
  const ids = new Set(some.map(({ id }) => id));
  const others = known.filter(({ id }) => !ids.has(id));
  return [...some, ...others].toSorted((a, b) => b.at - a.at).slice(0, KEPT);
}

/** A row of the list: a request with what was wrong with its answer, or a notice that belongs to none. */
export interface RequestRow {
  readonly key: string;
  readonly at: number;
  readonly callId: string | undefined;
  readonly exchange: WebhookExchange | undefined;
  readonly notices: readonly ApplicationNotice[];
}

/** Newest first. A notice stands with the newest answer of its call before it that came from its document's URL. */
export function requestRows({ exchanges, notices }: Pick<RequestsState, 'exchanges' | 'notices'>): RequestRow[] {
  const byExchange = new Map<string, ApplicationNotice[]>();
  const alone: RequestRow[] = [];
  for (const notice of notices.toReversed()) {
    const exchange = exchanges.find((each) => isAbout(notice, each));
    const before = exchange && byExchange.get(exchange.id);
    if (before) before.push(notice);
    else if (exchange) byExchange.set(exchange.id, [notice]);
    else alone.push({ key: notice.id, at: notice.at, callId: notice.callId, exchange: undefined, notices: [notice] });
  }
  const rows = exchanges.map((exchange) => ({
    key: exchange.id,
    at: exchange.at,
    callId: exchange.callId,
    exchange,
    notices: byExchange.get(exchange.id) ?? [],
  }));
  return alone.length === 0 ? rows : [...rows, ...alone].toSorted((a, b) => b.at - a.at);
}

function isAbout({ url, callSid, at }: ApplicationNotice, exchange: WebhookExchange): boolean {
  return exchange.at <= at && exchange.callSid === callSid && url === (exchange.redirects.at(-1) ?? exchange.url);
}

/** Whether a row has every word that was typed, and is of the call that was picked. */
export function matchesRequest(row: RequestRow, search: string, callId: string | undefined): boolean {
  if (callId !== undefined && row.callId !== callId) return false;
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const said = row.notices.map(({ code, text, callSid }) => `${code} ${text} ${callSid}`.toLowerCase());
  const all = row.exchange ? [textOf(row.exchange), ...said] : said;
  return words.every((word) => all.some((text) => text.includes(word)));
}

/** An exchange never changes, and its answer may be long. */
const texts = new WeakMap<WebhookExchange, string>();

function textOf(exchange: WebhookExchange): string {
  const known = texts.get(exchange);
  if (known !== undefined) return known;
  const { method, url, why, callSid, parameters, redirects, response, problem } = exchange;
  const text = [
    `${method} ${url} ${why} ${callSid ?? ''}`,
    ...parameters.map(([name, value]) => `${name}=${value}`),
    ...redirects,
    response ? `${response.status} ${response.contentType ?? ''}\n${response.body}` : '',
    problem ? `${problem.code} ${problem.text}` : '',
  ]
    .join('\n')
    .toLowerCase();
  texts.set(exchange, text);
  return text;
}

/**
 * The newest thing that was wrong with the application of a call. An error ended its document: a warning that follows,
 * say that the apology could not be spoken, does not hide it.
 */
export function lastNotice(state: RequestsState, callId: string | undefined): ApplicationNotice | undefined {
  if (callId === undefined) return undefined;
  const notices = state.notices.filter((notice) => notice.callId === callId);
  return notices.find(({ severity }) => severity === 'error') ?? notices[0];
}

type Update = (change: (state: RequestsSlice) => Partial<RequestsSlice>) => void;

export function createRequestsSlice(
  set: Update,
  get: () => RequestsSlice,
  send: ContractClient['send'],
): RequestsSlice {
  const update = (change: (state: RequestsState) => Partial<RequestsState>): void =>
    set(({ requests }) => ({ requests: { ...requests, ...change(requests) } }));

  async function load(): Promise<void> {
    update(() => ({ status: 'loading', problem: undefined }));
    try {
      const [{ webhooks }, { notices }] = await Promise.all([
        send('webhooks.list', { limit: KEPT }),
        send('notices.list', { limit: KEPT }),
      ]);
      update((state) => ({
        status: 'ready',
        exchanges: merged(webhooks, state.exchanges),
        notices: merged(notices, state.notices),
      }));
    } catch (failure) {
      update(() => ({ status: 'failed', problem: problemOf(failure) }));
    }
  }

  return {
    requests: initialRequests,
    requestsActions: {
      receive: (event) => update((state) => reduceRequests(state, event)),
      begin: () => {
        if (get().requests.status !== 'idle') void load();
      },
      load,
      search: (search) => update(() => ({ search })),
      ofCall: (callId) => update(() => ({ callId })),
      open: (opened) => update(() => ({ opened })),
      show: (noticeId) =>
        update((state) => {
          const row = requestRows(state).find(({ notices }) => notices.some(({ id }) => id === noticeId));
          return { search: '', callId: undefined, opened: row?.key };
        }),
      repeat: async (id) => {
        update(() => ({ repeating: true }));
        try {
          const { webhook } = await send('webhook.replay', { id });
          // Shown even where the filter would hide it.
          update((state) => ({
            exchanges: merged([webhook], state.exchanges),
            opened: webhook.id,
            search: '',
            callId: state.callId === webhook.callId ? state.callId : undefined,
          }));
        } finally {
          update(() => ({ repeating: false }));
        }
      },
    },
  };
}
