/** Free ports for programs that cannot choose one themselves. */
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { vi } from 'vitest';

const HOST = '127.0.0.1';
/**
 * Below what a trunk takes for audio and what the system gives to those who do not care, so that nobody is given one
 * between the look and the use.
 */
const FIRST = 10_000;
const BEYOND = 20_000;
/** SIPp echoes on two of them, SIP over TLS has the one after SIP. */
const IN_A_ROW = 4;
const ROWS = (BEYOND - FIRST) / IN_A_ROW;

let row = randomInt(ROWS);

/**
 * The first of four ports in a row, all of them free for UDP and TCP. One row follows another, from a random one on:
 * none is given out twice before its taker has bound it.
 */
export async function freePorts(): Promise<number> {
  row = (row + 1) % ROWS;
  const first = FIRST + row * IN_A_ROW;
  const free = await Promise.all(
    Array.from({ length: IN_A_ROW }, (_, offset) => [isUdpFree(first + offset), isTcpFree(first + offset)]).flat(),
  );
  return free.every(Boolean) ? first : freePorts();
}

function isUdpFree(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  return new Promise((resolve) => {
    socket.on('error', () => resolve(false));
    socket.bind(port, HOST, () => socket.close(() => resolve(true)));
  });
}

function isTcpFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.on('error', () => resolve(false));
    server.listen(port, HOST, () => server.close(() => resolve(true)));
  });
}

/** Resolves when some program listens on the port. */
export async function listening(port: number, protocol: 'udp' | 'tcp' = 'udp'): Promise<void> {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000`;
  const open = (): string => readFileSync(`/proc/net/${protocol}`, 'latin1');
  await vi.waitUntil(() => open().includes(local), { timeout: 10_000, interval: 10 });
}
