/** A name server of a few lines: answers NAPTR, SRV, A and AAAA over UDP on loopback. RFC 1035 §4. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { NaptrRecord, SrvRecord } from '../../src/core/transport/locate.ts';

export interface Zone {
  readonly naptr?: Readonly<Record<string, readonly NaptrRecord[]>>;
  readonly srv?: Readonly<Record<string, readonly SrvRecord[]>>;
  readonly a?: Readonly<Record<string, readonly string[]>>;
}

export interface DnsServer {
  /** `address:port` */
  readonly address: string;
  close(): void;
}

const NO_SUCH_NAME = 3;

/** @param before what else is sent, before the answer: flags and counts in 10 bytes, and what follows the question */
export async function startDnsServer(
  zone: Zone,
  before: (name: string) => readonly Uint8Array[] = () => [],
): Promise<DnsServer> {
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    const { name, question } = read(query);
    for (const bytes of before(name)) {
      const datagram = [query.subarray(0, 2), bytes.subarray(0, 10), question, bytes.subarray(10)];
      socket.send(datagram, from.port, from.address);
    }
    socket.send(answer(query, zone), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { address: `127.0.0.1:${socket.address().port}`, close: () => void socket.close() };
}

function read(query: Buffer): { name: string; type: number; question: Buffer } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at++]!; length > 0; length = query[at++]!) {
    labels.push(query.toString('latin1', at, at + length));
    at += length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at), question: query.subarray(12, at + 4) };
}

function answer(query: Buffer, zone: Zone): Buffer {
  const { name, type, question } = read(query);
  const records = dataOf(name, type, zone);
  const header = Buffer.alloc(12);
  query.copy(header, 0, 0, 2);
  // A response, authoritative, with recursion as it was desired.
  header.writeUInt16BE(0x8580 | (records.length > 0 ? 0 : NO_SUCH_NAME), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  return Buffer.concat([header, question, ...records.map((data) => record(type, data))]);
}

/** Type, class IN, 60 s to live; the name points to the question's. */
export function record(type: number, data: Buffer): Buffer {
  const head = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, 0]);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

/** What a zone has of a type: 1 is A, 33 SRV, 35 NAPTR. */
export function dataOf(name: string, type: number, { a, srv, naptr }: Zone): Buffer[] {
  switch (type) {
    case 1:
      return (a?.[name] ?? []).map((address) => Buffer.from(address.split('.').map(Number)));
    case 33:
      return (srv?.[name] ?? []).map(({ priority, weight, port, name: target }) =>
        Buffer.concat([numbers(priority, weight, port), domain(target)]),
      );
    case 35:
      return (naptr?.[name] ?? []).map(({ order, preference, flags, service, replacement }) =>
        Buffer.concat([numbers(order, preference), text(flags), text(service), text(''), domain(replacement)]),
      );
    default:
      return [];
  }
}

function numbers(...values: number[]): Buffer {
  return Buffer.concat(values.map((value) => Buffer.from([value >> 8, value & 255])));
}

function text(value: string): Buffer {
  return Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);
}

function domain(name: string): Buffer {
  return Buffer.concat([...name.split('.').map(text), Buffer.from([0])]);
}
