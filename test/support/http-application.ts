/** A real HTTP application on loopback, as the author of one would write it: paths, answers, and what was asked. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  /** Of the form, or of the query when there is no body. */
  readonly parameters: Record<string, string>;
}

export type Answer =
  | string
  | { readonly status?: number; readonly type?: string; readonly body: string | Uint8Array }
  /** Says nothing, for ever. */
  | 'silence';

export interface HttpApplication {
  /** `http://127.0.0.1:port` */
  readonly origin: string;
  readonly asked: Asked[];
  /** TwiML is answered as text/xml. A later answer for a path takes the place of the one before. */
  on(path: string, answer: Answer | ((asked: Asked) => Answer | Promise<Answer>)): void;
  /** Requests for one path so far. */
  to(path: string): Asked[];
  close(): Promise<void>;
}

export async function startHttpApplication(): Promise<HttpApplication> {
  const asked: Asked[] = [];
  const answers = new Map<string, Answer | ((asked: Asked) => Answer | Promise<Answer>)>();
  const server = createServer((request, response) => void receive(request, response));
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    const { pathname, searchParams } = new URL(url, 'http://application');
    const form = chunks.length > 0 ? new URLSearchParams(Buffer.concat(chunks).toString()) : searchParams;
    const one = { method, url, headers, parameters: Object.fromEntries(form) };
    asked.push(one);
    const known = answers.get(pathname);
    const answer = typeof known === 'function' ? await known(one) : known;
    if (answer === 'silence') return;
    if (answer === undefined) response.writeHead(404).end();
    else if (typeof answer === 'string') response.writeHead(200, { 'content-type': 'text/xml' }).end(answer);
    else response.writeHead(answer.status ?? 200, { 'content-type': answer.type ?? 'text/xml' }).end(answer.body);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    on: (path, answer) => void answers.set(path, answer),
    to: (path) => asked.filter(({ url }) => new URL(url, 'http://application').pathname === path),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A whole document around some verbs. */
export function twiml(verbs: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Response>${verbs}</Response>`;
}

/** A WAVE file of one tone: 16-bit PCM, mono. */
export function toneFile(hz: number, seconds: number, rate = 8000): Uint8Array {
  const samples = Math.round(seconds * rate);
  const file = Buffer.alloc(44 + samples * 2);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(36 + samples * 2, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(rate * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(samples * 2, 40);
  for (let i = 0; i < samples; i += 1) {
    file.writeInt16LE(Math.round(10_000 * Math.sin((2 * Math.PI * hz * i) / rate)), 44 + i * 2);
  }
  return file;
}
