/** The HTTP server: who is let in, which route answers, what a browser is told. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Logger } from '../../core/log/logger.ts';
import type { ConsoleFile, ConsoleFiles } from './console-files.ts';
import { failure, readJson, sendReply, type Reply } from './exchange.ts';
import type { Guard } from './guard.ts';
import { firstIssue, Problem, problemOf } from './problem.ts';
import { matchRoute, type Route, type RouteOutcome } from './route.ts';

export interface ServerParts {
  readonly guard: Guard;
  readonly routes: readonly Route[];
  /** Undefined when this host serves no console. */
  readonly files: ConsoleFiles | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** How failures are told to whom `failure` is not meant for, by the begin of the path. */
  readonly dialects: readonly Dialect[];
}

export interface Dialect {
  readonly prefix: string;
  failure(problem: Problem, path: string): Reply;
}

/** @param parts undefined while the trunk is starting */
export function requestListener(parts: () => ServerParts | undefined, log: Logger): RequestListener {
  return (request, response) => {
    answer(parts(), request, response, log).catch((error: unknown) => {
      log.error({ err: error, path: request.url?.split('?', 1)[0] }, 'a request could not be answered');
      response.destroy();
    });
  };
}

async function answer(
  parts: ServerParts | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  log: Logger,
): Promise<void> {
  try {
    if (!parts) throw new Problem('unavailable', 'The trunk is starting.');
    for (const [name, value] of Object.entries(parts.headers)) response.setHeader(name, value);
    const outcome = await dispatch(parts, request, response);
    if (outcome !== 'streaming') sendReply(response, outcome, request.method !== 'HEAD');
  } catch (error) {
    const reply = failureFor(request, parts?.dialects ?? [], problemOf(error, log));
    if (response.headersSent) {
      // Nothing that fits can be said any more: the client sees that the answer is cut short.
      response.destroy();
      return;
    }
    // What is left of a body that was not read would be taken for the next request.
    if (!request.complete) response.setHeader('connection', 'close');
    sendReply(response, reply, request.method !== 'HEAD');
  }
}

function failureFor({ url = '' }: IncomingMessage, dialects: readonly Dialect[], problem: Problem): Reply {
  const path = url.split('?', 1)[0]!;
  const dialect = dialects.find(({ prefix }) => path.startsWith(prefix));
  return dialect ? dialect.failure(problem, path) : failure(problem);
}

async function dispatch(
  { guard, routes, files }: ServerParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<RouteOutcome> {
  guard.checkHost(request);
  const { pathname, searchParams } = targetOf(request);
  const method = request.method ?? '';
  const match = matchRoute(routes, method === 'HEAD' ? 'GET' : method, pathname);
  if (match.found === 'nothing') {
    const file = files?.(pathname);
    if (!file) throw new Problem('not-found', 'There is nothing at this path.');
    return consoleFile(file, method, response);
  }
  guard.checkOrigin(request);
  if (match.found === 'methods') throw methodNotAllowed(response, match.allow);
  const { route, params } = match;
  if (route.admit) route.admit(request, guard);
  else if (route.open !== true) guard.checkBearer(request);
  const query = route.query ? checked(route.query, Object.fromEntries(searchParams)) : undefined;
  const read = route.read?.read ?? readJson;
  const body = route.body ? checked(route.body, await read(request)) : undefined;
  return route.handle({ params, query, body, request, response });
}

/** @throws Problem 400 */
function targetOf(request: IncomingMessage): URL {
  const target = request.url ?? '';
  // Only the origin form (RFC 9112 §3.2.1); `//host` would name another host.
  if (!target.startsWith('/') || target.startsWith('//')) {
    throw new Problem('bad-request', 'The request target is not a path.');
  }
  // Resolved as a reference, `/\\host` would name one too, or nothing that can be parsed.
  return new URL(`http://localhost${target}`);
}

/** RFC 9110 §15.5.6: the answer names the methods that there are. */
function methodNotAllowed(response: ServerResponse, allow: string): Problem {
  response.setHeader('allow', allow);
  return new Problem('method-not-allowed', `Use ${allow}.`);
}

async function consoleFile(file: ConsoleFile, method: string, response: ServerResponse): Promise<Reply> {
  if (method !== 'GET' && method !== 'HEAD') throw methodNotAllowed(response, 'GET, HEAD');
  return { status: 200, type: file.type, body: await file.read(), headers: { 'cache-control': file.cacheControl } };
}

/** @throws Problem 400 */
function checked(schema: NonNullable<Route['body']>, value: unknown): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Problem('bad-request', firstIssue(result.error));
}
