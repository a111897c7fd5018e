/** The least SIP phone that can be measured against: one UDP socket, one dialog at a time, no retransmissions. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { parseMessage, type SipMessage } from '../../src/core/message/index.ts';

export interface Heard {
  readonly message: SipMessage;
  /** `performance.now()` when it arrived. */
  readonly at: number;
}

const HOST = '127.0.0.1';

/** What an answer copies from its request. RFC 3261 §8.2.6. */
const COPIED = ['Via', 'Record-Route', 'From', 'To', 'Call-ID', 'CSeq'];

export class Phone {
  readonly port: number;
  readonly #socket: Socket;
  readonly #waiting = new Set<(heard: Heard) => void>();

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.port = socket.address().port;
    socket.on('message', (bytes) => {
      const at = performance.now();
      const parsed = parseMessage(bytes);
      if (parsed.ok) for (const waiting of this.#waiting) waiting({ message: parsed.value, at });
    });
  }

  static async open(): Promise<Phone> {
    const socket = createSocket('udp4');
    socket.bind(0, HOST);
    await once(socket, 'listening');
    return new Phone(socket);
  }

  /** The next message that `accept` takes. */
  hear(accept: (message: SipMessage) => boolean): Promise<Heard> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('the message waited for did not come')), 5000);
      const waiting = (heard: Heard): void => {
        if (!accept(heard.message)) return;
        clearTimeout(timer);
        this.#waiting.delete(waiting);
        resolve(heard);
      };
      this.#waiting.add(waiting);
    });
  }

  /** Answers with the fields that every answer copies, and `more`. */
  answer(
    port: number,
    request: SipMessage,
    status: string,
    tag: string,
    more: readonly string[] = [],
    body = '',
  ): void {
    const copied = COPIED.flatMap((name) => request.headers.fields(name).map((value) => `${name}: ${value}`));
    const tagged = copied.map((line) =>
      line.startsWith('To:') && !line.includes(';tag=') ? `${line};tag=${tag}` : line,
    );
    this.send(port, [`SIP/2.0 ${status}`, ...tagged, ...more], body);
  }

  /** @param lines start-line and header fields; Content-Length is added @returns `performance.now()` of the send */
  send(port: number, lines: readonly string[], body = ''): number {
    const at = performance.now();
    this.#socket.send([...lines, `Content-Length: ${body.length}`, '', body].join('\r\n'), port, HOST);
    return at;
  }

  via(branch: string): string {
    return `Via: SIP/2.0/UDP ${HOST}:${this.port};branch=z9hG4bK${branch}`;
  }

  contact(user: string): string {
    return `Contact: <sip:${user}@${HOST}:${this.port}>`;
  }

  close(): void {
    this.#socket.close();
  }
}

export function audio(port: number): string {
  return [
    'v=0',
    'o=phone 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${port} RTP/AVP 0 101`,
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:101 telephone-event/8000',
    '',
  ].join('\r\n');
}

export const isRequest = (method: string) => (message: SipMessage) =>
  message.kind === 'request' && message.method === method;

export const isFinal = (method: string) => (message: SipMessage) =>
  message.kind === 'response' && message.status >= 200 && message.head.cseq.method === method;
