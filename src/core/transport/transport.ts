/** What a transport offers to the layer above: bytes in, bytes out, whole messages. RFC 3261 §18. */

export type TransportName = 'UDP' | 'TCP' | 'TLS' | 'WS';

export interface Address {
  /** IP address or name; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Where to send. `flow` is the id of an existing connection (WS, TCP). */
export interface Hop extends Address {
  readonly transport: TransportName;
  readonly flow?: string;
}

/** Where a message came from and where it reached us. */
export interface Arrival {
  readonly transport: TransportName;
  readonly remote: Address;
  readonly local: Address;
  readonly flow?: string;
}

export interface TransportEvents {
  /** One datagram, frame or framed stream message; the bytes belong to the receiver. */
  received(bytes: Uint8Array, from: Arrival): void;
  closed(flow: string): void;
  /** A send failed. `hop` is the very object given to `send`: the sender knows its messages by it. */
  failed(hop: Hop, why: Error): void;
}

export interface Transport {
  readonly name: TransportName;
  readonly reliable: boolean;
  /** Where we listen; the real port once started. */
  readonly local: Address;
  /** @throws AddressInUse */
  start(events: TransportEvents): Promise<void>;
  /** Never throws; failure is reported through `failed`. */
  send(bytes: Uint8Array, to: Hop): void;
  /** Closes every socket and cancels every timer of this transport; nothing is reported after it. */
  close(): Promise<void>;
}

/** A port that somebody else holds. The message names the address. */
export class AddressInUse extends Error {
  readonly address: string;

  constructor(transport: TransportName, address: Address) {
    const text = formatAddress(address);
    super(`${transport} address ${text} is already in use`);
    this.name = 'AddressInUse';
    this.address = text;
  }
}

/** A send that could not be attempted: no such transport, or the flow is closed. */
export class Unreachable extends Error {
  constructor(hop: Hop, why: string) {
    super(`cannot send to ${hop.transport} ${formatAddress(hop)}: ${why}`);
    this.name = 'Unreachable';
  }
}

/** `host:port`, with brackets around an IPv6 address. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
