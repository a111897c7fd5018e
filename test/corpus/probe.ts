/** Somebody else's equipment that sends bytes to a trunk on real sockets and waits for what it answers. */
import { createSocket, type Socket } from 'node:dgram';
import { connect } from 'node:net';
import { parseMessage, type SipResponse } from '../../src/core/message/index.ts';

export type Carrier = 'UDP' | 'TCP';

/** What came back. Of a silence, the list is empty. */
export interface Reply {
  readonly responses: readonly SipResponse[];
  /** Whether the trunk closed the connection. */
  readonly closed: boolean;
}

/**
 * An address of our own, because responses go to the port that the Via names, 5060 for most. Only Linux has more
 * loopback addresses than one, and so room for several processes that test at the same time.
 */
const HOST =
  process.platform === 'linux' ? `127.77.${(process.pid >> 8) & 255}.${1 + (process.pid % 254)}` : '127.0.0.1';

/** Longest wait for an answer that has to come, in milliseconds. */
const LIMIT_MS = 3000;

/** Ports to which an RFC 3261 server may answer these messages over UDP: 5060, or what the top Via says. */
function viaPort(bytes: Buffer): number {
  const text = bytes.toString('latin1').replaceAll(/\r\n[ \t]+/g, ' ');
  const via = /\r\n(?:via|v)[ \t]*:[^\r\n,;]*?(?:\]|[\w.-]):(\d+)[ \t]*(?:[;,]|\r\n)/i.exec(text);
  return via ? Number(via[1]) : 5060;
}

/** Asks until the trunk has certainly dealt with what came before: loopback keeps the order. */
function sentinel(carrier: Carrier, id: number): Buffer {
  return Buffer.from(
    [
      'OPTIONS sip:sentinel.test SIP/2.0',
      `Via: SIP/2.0/${carrier} ${HOST}:5060;branch=z9hG4bKsentinel${id};rport`,
      `From: <sip:sentinel@sentinel.test>;tag=s${id}`,
      'To: <sip:sentinel.test>',
      `Call-ID: ${SENTINEL}${id}`,
      'CSeq: 1 OPTIONS',
      'Max-Forwards: 70',
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n'),
  );
}

const SENTINEL = 'sentinel-of-the-probe-';
let sentinels = 0;

/** Sends one datagram from the port that its Via names. */
export async function probeUdp(address: string, bytes: Buffer): Promise<Reply> {
  const [host, port] = split(address);
  const socket = createSocket('udp4');
  await new Promise<void>((bound, failed) => {
    socket.once('error', failed);
    socket.bind(viaPort(bytes), HOST, bound);
  });
  try {
    const replies = collect((listener) => socket.on('message', listener));
    socket.send(bytes, port, host);
    socket.send(sentinel('UDP', (sentinels += 1)), port, host);
    return { responses: await replies, closed: false };
  } finally {
    await close(socket);
  }
}

/** Sends bytes on a connection of their own, and the sentinel after them; waits for all that comes. */
export async function probeTcp(address: string, bytes: Buffer): Promise<Reply> {
  const [host, port] = split(address);
  const socket = connect({ host, port });
  let closed = false;
  try {
    const over = new Promise<void>((done) => socket.once('close', () => done(void (closed = true))));
    let stream = Buffer.alloc(0);
    const replies = collect((listener) => {
      socket.on('data', (chunk: Buffer) => {
        stream = Buffer.concat([stream, chunk]);
        for (let cut = cutMessage(stream); cut > 0; cut = cutMessage(stream)) {
          listener(stream.subarray(0, cut));
          stream = stream.subarray(cut);
        }
      });
    }, over);
    socket.on('error', () => {});
    socket.write(bytes);
    socket.write(sentinel('TCP', (sentinels += 1)));
    return { responses: await replies, closed };
  } finally {
    socket.destroy();
  }
}

/**
 * Waits for the sentinel's answer, and after it for a final one to what was sent, which may take the trunk longer.
 * @param over the connection ended: nothing more will come
 */
async function collect(
  listen: (listener: (bytes: Buffer) => void) => void,
  over?: Promise<void>,
): Promise<SipResponse[]> {
  const responses: SipResponse[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  let sentinelSeen = false;
  const limit = setTimeout(resolve, LIMIT_MS);
  listen((bytes) => {
    const parsed = parseMessage(bytes);
    if (!parsed.ok || parsed.value.kind !== 'response') return;
    if (parsed.value.headers.get('Call-ID')?.startsWith(SENTINEL) === true) sentinelSeen = true;
    else responses.push(parsed.value);
    const answered = responses.some(({ status }) => status >= 200);
    const provisional = responses.length > 0 && !answered;
    if (sentinelSeen && !provisional) resolve();
  });
  void over?.then(resolve);
  await promise;
  clearTimeout(limit);
  return responses;
}

/** Where the first message of the trunk's own, well-formed stream ends; 0 when it is not complete. */
function cutMessage(stream: Buffer): number {
  const head = stream.indexOf('\r\n\r\n');
  if (head < 0) return 0;
  if (head === 0) return 4;
  const length = /\r\n(?:Content-Length|l): *(\d+)/i.exec(stream.toString('latin1', 0, head + 2));
  const end = head + 4 + Number(length?.[1] ?? 0);
  return end <= stream.length ? end : 0;
}

function split(address: string): [host: string, port: number] {
  const colon = address.lastIndexOf(':');
  return [address.slice(0, colon), Number(address.slice(colon + 1))];
}

function close(socket: Socket): Promise<void> {
  return new Promise((closed) => socket.close(() => closed()));
}
