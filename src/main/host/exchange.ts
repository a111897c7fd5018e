/** One HTTP request and its answer, as the handlers see them. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Problem } from './problem.ts';

/** Bodies beyond this many bytes are refused. */
export const bodyLimit = 1024 * 1024;

export interface Reply {
  readonly status: number;
  readonly type?: string;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export function json(value: unknown, status = 200): Reply {
  return { status, type: 'application/json', body: JSON.stringify(value) };
}

export function text(body: string, type = 'text/plain; charset=utf-8'): Reply {
  return { status: 200, type, body };
}

/** The body of every failure: `{ "error": { "code", "message" } }`. */
export function failure({ status, code, message }: Problem): Reply {
  const headers = code === 'unauthorized' ? { 'www-authenticate': 'Bearer' } : {};
  return { ...json({ error: { code, message } }, status), headers };
}

export function sendReply(response: ServerResponse, reply: Reply, withBody = true): void {
  const body = reply.body ?? '';
  response.writeHead(reply.status, {
    'cache-control': 'no-store',
    ...reply.headers,
    ...(reply.type === undefined ? {} : { 'content-type': reply.type }),
    ...(reply.status === 204 ? {} : { 'content-length': Buffer.byteLength(body) }),
  });
  response.end(withBody && reply.status !== 204 ? body : undefined);
}

/** @throws Problem 413 as soon as the body grows beyond the limit, 400 when it is not JSON */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  try {
    return JSON.parse(await readText(request));
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem('bad-request', 'The body is not JSON.');
  }
}

/** What the Content-Type field names, without parameters, in lower case; empty when there is none. */
export function mediaTypeOf({ headers }: IncomingMessage): string {
  return (headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase();
}

/** @throws Problem 413 as soon as the body grows beyond the limit, 400 when it is not UTF-8 or breaks off */
export async function readText(request: IncomingMessage): Promise<string> {
  const body = await readBytes(request);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw new Problem('bad-request', 'The body is not UTF-8.');
  }
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // The request stays open when the loop is left early: destroying it would take the answer with it.
  const parts: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false });
  try {
    for await (const chunk of parts) {
      size += chunk.length;
      if (size > bodyLimit) throw new Problem('too-large', `A body may have ${bodyLimit} bytes at most.`);
      chunks.push(chunk);
    }
  } catch (error) {
    // Whoever went away in the middle is no matter for the log.
    throw error instanceof Problem ? error : new Problem('bad-request', 'The body broke off.');
  }
  return Buffer.concat(chunks);
}
