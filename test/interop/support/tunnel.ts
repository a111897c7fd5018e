/** TLS for a program that knows only TCP: what it says goes through here, in and out of TLS unchanged. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import type { TlsIdentity } from '../../../src/core/transport/index.ts';

const HOST = '127.0.0.1';

export interface Tunnel {
  readonly port: number;
  close(): void;
}

/** Takes TCP connections and carries each on over TLS to a port that has to show the certificate `ca` for `name`. */
export function tunnelTo(port: number, name: string, ca: string): Promise<Tunnel> {
  return open(createServer(), 'connection', () => connectTls({ host: HOST, port, servername: name, ca }));
}

/** Takes TLS connections and carries each on to a TCP port of this machine. */
export function tunnelFrom(identity: TlsIdentity, port: number): Promise<Tunnel> {
  return open(createTlsServer(identity), 'secureConnection', () => connect(port, HOST));
}

async function open(server: Server, opened: string, dial: () => Socket): Promise<Tunnel> {
  const sockets = new Set<Socket>();
  server.on(opened, (near: Socket) => {
    const far = dial();
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      // One end that breaks breaks the other: the program has to notice.
      from.on('error', () => to.destroy());
      from.on('close', () => sockets.delete(from));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
