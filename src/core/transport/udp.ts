import type { RemoteInfo, Socket } from 'node:dgram';
import { plainAddress } from './local-address.ts';
import { AddressInUse, type Address, type Hop, type Transport, type TransportEvents } from './transport.ts';
import { udpSocket } from './udp-socket.ts';

/** Room for a burst of datagrams while the event loop is busy; the kernel may grant less. */
const SOCKET_BUFFER_BYTES = 4 * 1024 * 1024;

/** SIP over UDP, one socket, IPv4, IPv6 or both as `host` says: `::` takes IPv4 peers as well. RFC 3261 §18. */
export class UdpTransport implements Transport {
  readonly name = 'UDP';
  readonly reliable = false;
  #local: Address;
  #socket: Socket | undefined;
  #events: TransportEvents | undefined;

  /** @param options `port` 0 means any free port */
  constructor(options: { host: string; port: number }) {
    this.#local = { host: options.host, port: options.port };
  }

  get local(): Address {
    return this.#local;
  }

  async start(events: TransportEvents): Promise<void> {
    const { host, port } = this.#local;
    const socket = udpSocket(host);
    try {
      await bind(socket, this.#local);
    } catch (error) {
      socket.close();
      throw (error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? new AddressInUse('UDP', { host, port }) : error;
    }
    this.#local = { host, port: socket.address().port };
    this.#socket = socket;
    this.#events = events;
    widenBuffers(socket);
    const local = this.#local;
    socket.on('message', (bytes: Buffer, from: RemoteInfo) => {
      const remote = { host: plainAddress(from.address), port: from.port };
      events.received(bytes, { transport: 'UDP', remote, local });
    });
    // Errors that belong to no send (a receive error) concern no transaction, and the socket lives on.
    socket.on('error', () => {});
  }

  send(bytes: Uint8Array, to: Hop): void {
    try {
      this.#socket?.send(bytes, to.port, to.host, (error) => error !== null && this.#events?.failed(to, error));
    } catch (error) {
      // A port out of range.
      this.#events?.failed(to, error as Error);
    }
  }

  async close(): Promise<void> {
    const socket = this.#socket;
    if (socket === undefined) return;
    this.#socket = undefined;
    this.#events = undefined;
    socket.removeAllListeners('message');
    await new Promise<void>((closed) => {
      socket.close(closed);
    });
  }
}

function bind(socket: Socket, { host, port }: Address): Promise<void> {
  return new Promise((bound, failed) => {
    socket.once('error', failed);
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.off('error', failed);
      bound();
    });
  });
}

function widenBuffers(socket: Socket): void {
  try {
    socket.setRecvBufferSize(SOCKET_BUFFER_BYTES);
    socket.setSendBufferSize(SOCKET_BUFFER_BYTES);
  } catch {
    // The system's default then; bursts may lose a datagram, which SIP repeats.
  }
}
