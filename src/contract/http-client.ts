/** The contract over HTTP and WebSocket, for a console that runs in a browser. */
import { checkEvent, checkReply } from './check.ts';
import { ContractFailure, type ContractClient, type LinkState } from './client.ts';
import { CommandError, type CommandName, type ReplyOf, type RequestOf } from './commands.ts';
import type { ContractEvent } from './events.ts';
import { Listeners } from './listeners.ts';
import { closeCodes, commandPath, eventsPath, Subscribed, type Hello } from './wire.ts';

const firstDelayMs = 250;
const longestDelayMs = 5_000;
/** How long a trunk may take to let us in: one that hangs would be waited for, for ever. */
const connectTimeoutMs = 10_000;
const commandTimeoutMs = 10_000;
/** Commands that wait for an application: as long as one may take by the configuration, and some. */
const longTimeoutMs = 65_000;
const long: ReadonlySet<CommandName> = new Set(['webhook.replay']);

/**
 * @param options.base where the trunk's HTTP server is, e.g. `http://127.0.0.1:8060`
 * @param options.token undefined gives a client whose link is `refused` for good
 */
export function httpClient(options: { base: string; token: string | undefined }): ContractClient {
  const { base, token } = options;
  const events = new Listeners<ContractEvent>();
  const links = new Listeners<LinkState>();
  const closing = new AbortController();
  let link: LinkState = 'connecting';
  let socket: WebSocket | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let delayMs = firstDelayMs;

  function setLink(state: LinkState): void {
    if (state === link) return;
    link = state;
    links.tell(state);
  }

  function connect(hello: Hello): void {
    const url = new URL(eventsPath, base);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    const opened = new WebSocket(url);
    socket = opened;
    let subscribed = false;
    const tooLate = setTimeout(() => opened.close(), connectTimeoutMs);
    opened.onopen = () => opened.send(JSON.stringify(hello));
    opened.onmessage = ({ data }) => {
      const frame = readJson(String(data));
      if (subscribed) {
        checkEvent(frame, (event) => events.tell(event));
      } else if (Subscribed.safeParse(frame).success) {
        subscribed = true;
        clearTimeout(tooLate);
        delayMs = firstDelayMs;
        setLink('connected');
      }
    };
    // An `error` event says nothing that the `close` after it does not.
    opened.onclose = ({ code }) => {
      clearTimeout(tooLate);
      if (closing.signal.aborted) return;
      if (code === closeCodes.unauthorized) {
        setLink('refused');
        return;
      }
      setLink('reconnecting');
      retry = setTimeout(() => connect(hello), delayMs);
      delayMs = Math.min(delayMs * 2, longestDelayMs);
    };
  }

  async function send<N extends CommandName>(name: N, request: RequestOf<N>): Promise<ReplyOf<N>> {
    let response: Response;
    let body: unknown;
    try {
      response = await fetch(new URL(commandPath + name, base), {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token ?? ''}` },
        body: JSON.stringify(request),
        signal: AbortSignal.any([
          closing.signal,
          AbortSignal.timeout(long.has(name) ? longTimeoutMs : commandTimeoutMs),
        ]),
      });
      body = readJson(await response.text());
    } catch {
      throw new ContractFailure({ code: 'unavailable', message: 'The trunk cannot be reached.' });
    }
    if (response.ok) return checkReply(name, body);
    throw new ContractFailure(failureOf(body, response.status));
  }

  if (token === undefined) link = 'refused';
  else connect({ token });

  return {
    send,
    onEvent: (listener) => events.add(listener),
    onLink(listener) {
      listener(link);
      return links.add(listener);
    },
    close() {
      closing.abort();
      clearTimeout(retry);
      socket?.close();
      events.clear();
      links.clear();
    },
  };
}

function failureOf(body: unknown, status: number): CommandError {
  const error = body !== null && typeof body === 'object' && 'error' in body ? body.error : undefined;
  const checked = CommandError.safeParse(error);
  if (checked.success) return checked.data;
  return status === 401
    ? { code: 'refused', message: 'The trunk does not accept the token of this page.' }
    : { code: 'internal', message: `The trunk answered with HTTP status ${status}.` };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
