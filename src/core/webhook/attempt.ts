import { request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIPv6 } from 'node:net';
import type { LookupFunction } from 'node:net';
import { err, ok } from '../message/result.ts';
import type { Result } from '../message/result.ts';
import type { Clock } from '../time/clock.ts';
import { failureOf } from './failure.ts';
import type { Failure } from './failure.ts';
import { hostOf, portOf } from './guard.ts';

export interface AttemptOptions {
  readonly clock: Clock;
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** The addresses that were checked: the connection goes to one of them, whatever the name resolves to by now. */
  readonly addresses: readonly string[];
  /** Milliseconds for the TCP connection. */
  readonly connectMs: number;
  /** Bytes of the answer that are kept; a longer one is cut. */
  readonly limit: number;
  readonly signal: AbortSignal;
}

export interface Answered {
  readonly status: number;
  readonly statusText: string;
  readonly location: string | undefined;
  readonly contentType: string | undefined;
  /** How the body is packed; undefined when it is not. */
  readonly contentEncoding: string | undefined;
  readonly body: Uint8Array;
  /** It was longer than the limit, and the rest was not read. */
  readonly cut: boolean;
}

/** One request over one connection of its own. Never rejects, and leaves neither socket nor timer behind. */
export function attempt(options: AttemptOptions): Promise<Result<Answered, Failure>> {
  const where = `${options.url.hostname}:${portOf(options.url)}`;
  return new Promise((resolve) => {
    let connected = false;
    const request = open(options);
    const settle = (result: Result<Answered, Failure>): void => {
      connecting.cancel();
      resolve(result);
      request.destroy();
    };
    const fail = (error: NodeJS.ErrnoException): void => settle(err(failureOf(error, where, connected)));
    const connecting = options.clock.after(options.connectMs, () => fail(timedOut()));
    request.on('socket', (socket) => {
      socket.once('connect', () => {
        connected = true;
        connecting.cancel();
      });
    });
    request.on('error', fail);
    // Also after what is no error to Node, such as an upgrade that nobody asked for.
    request.on('close', () => fail(new Error('closed')));
    request.on('response', (response) => read(response, options.limit, (answer) => settle(ok(answer)), fail));
    request.end(options.body);
  });
}

function open(options: AttemptOptions): ClientRequest {
  const { url, addresses } = options;
  const settings: RequestOptions = {
    host: hostOf(url),
    port: portOf(url),
    path: url.pathname + url.search,
    method: options.method,
    headers: options.headers,
    agent: false,
    lookup: pinned(addresses),
    signal: options.signal,
  };
  return url.protocol === 'https:' ? httpsRequest(settings) : httpRequest(settings);
}

/** Resolves every name to the addresses that were checked. */
function pinned(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  return (_host, options, done) => {
    if (options.all === true) done(null, found);
    else done(null, found[0]!.address, found[0]!.family);
  };
}

function read(
  response: IncomingMessage,
  limit: number,
  done: (answer: Answered) => void,
  fail: (error: Error) => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  const finish = (cut: boolean): void =>
    done({
      status: response.statusCode ?? 0,
      statusText: response.statusMessage ?? '',
      location: response.headers.location,
      contentType: response.headers['content-type'],
      contentEncoding: response.headers['content-encoding'],
      body: Buffer.concat(chunks).subarray(0, limit),
      cut,
    });
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size > limit) finish(true);
  });
  response.on('end', () => finish(false));
  response.on('error', fail);
}

function timedOut(): NodeJS.ErrnoException {
  return Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' });
}
