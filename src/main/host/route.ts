/** Routes as data: the server dispatches by them, and the OpenAPI document is written from them. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';
import type { Reply } from './exchange.ts';
import type { Guard } from './guard.ts';

export interface ReplyDoc {
  readonly description: string;
  /** Media type; JSON unless given. */
  readonly type?: string;
  readonly schema?: z.ZodType;
}

export interface RouteInput<Body, Query> {
  /** Values of the path's `{name}` parts. */
  readonly params: Readonly<Record<string, string>>;
  readonly body: Body;
  readonly query: Query;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Turns a body into what the schema checks. */
export interface BodyReader {
  /** Media types that it reads, for the document of the API: what the schema describes, or plain text. */
  readonly types: Readonly<Record<string, 'schema' | 'text'>>;
  /** @throws Problem */
  read(request: IncomingMessage): Promise<unknown>;
}

/** A handler that answers itself (a stream) gives `'streaming'`. */
export type RouteOutcome = Reply | 'streaming';

interface RouteSpec<Body extends z.ZodType, Query extends z.ZodType> {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With `{name}` for a path segment, or its begin: `{name}.json`. */
  readonly path: string;
  readonly summary: string;
  /** True when no token is asked for. */
  readonly open?: boolean;
  /**
   * Who may use it, instead of whoever has the token.
   * @throws Problem
   */
  readonly admit?: (request: IncomingMessage, guard: Guard) => void;
  readonly body?: Body;
  /** How the body is read; JSON unless given. */
  readonly read?: BodyReader;
  readonly query?: Query;
  readonly replies: Readonly<Record<number, ReplyDoc>>;
  handle(input: RouteInput<z.output<Body>, z.output<Query>>): RouteOutcome | Promise<RouteOutcome>;
}

export type Route = RouteSpec<z.ZodType, z.ZodType>;

/** Checks the handler's types against its own schemas, then forgets them. */
export function route<Body extends z.ZodType = z.ZodUndefined, Query extends z.ZodType = z.ZodUndefined>(
  spec: RouteSpec<Body, Query>,
): Route {
  return spec;
}

export type Match =
  | { readonly found: 'route'; readonly route: Route; readonly params: Record<string, string> }
  /** The path exists, with other methods. */
  | { readonly found: 'methods'; readonly allow: string }
  | { readonly found: 'nothing' };

export function matchRoute(routes: readonly Route[], method: string, pathname: string): Match {
  const allow: string[] = [];
  for (const candidate of routes) {
    const params = matchPath(candidate.path, pathname);
    if (!params) continue;
    if (candidate.method === method) return { found: 'route', route: candidate, params };
    allow.push(candidate.method);
  }
  return allow.length ? { found: 'methods', allow: allow.join(', ') } : { found: 'nothing' };
}

function matchPath(pattern: string, pathname: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = pathname.split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    const [, name, end = ''] = /^\{(\w+)\}(.*)$/.exec(part) ?? [];
    if (name !== undefined) {
      if (!value.endsWith(end)) return undefined;
      const decoded = decodeSegment(value.slice(0, value.length - end.length));
      if (decoded === undefined || decoded === '') return undefined;
      params[name] = decoded;
    } else if (part !== value) return undefined;
  }
  return params;
}

function decodeSegment(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
