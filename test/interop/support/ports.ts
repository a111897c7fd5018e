/** Free UDP ports for programs that cannot choose one themselves. */
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { vi } from 'vitest';

const HOST = '127.0.0.1';

/** A port that was free a moment ago, and so were the three above it: SIPp echoes on two, RTCP has the odd ones. */
export async function freePorts(): Promise<number> {
  const first = await freePort(0);
  const others = await Promise.allSettled([1, 2, 3].map((offset) => freePort(first + offset)));
  return first % 2 === 0 && others.every(({ status }) => status === 'fulfilled') ? first : freePorts();
}

async function freePort(port: number): Promise<number> {
  const socket = createSocket('udp4');
  try {
    await new Promise<void>((resolve, reject) => {
      socket.on('error', reject);
      socket.bind(port, HOST, resolve);
    });
    return socket.address().port;
  } finally {
    socket.close();
  }
}

/** Resolves when some program listens on the UDP port. */
export async function listening(port: number): Promise<void> {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000`;
  await vi.waitUntil(() => readFileSync('/proc/net/udp', 'latin1').includes(local), { timeout: 10_000, interval: 10 });
}
