/** What a transport offers to the layer above: bytes in, bytes out, whole messages. RFC 3261 §18. */
import type { Problem } from '../message/index.ts';

export type TransportName = 'UDP' | 'TCP' | 'TLS' | 'WS';

export interface Address {
  /** IP address or name; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Where to send. */
export interface Hop extends Address {
  readonly transport: TransportName;
  /** Id of an existing connection (WS, TCP, TLS). */
  readonly flow?: string;
  /** Where a new connection may be opened when that one is gone; without it the send fails then. */
  readonly reopen?: Address;
  /** Domain that was located here: the name that a TLS peer has to prove (RFC 5922 §7.1), and SNI. */
  readonly serverName?: string;
  /** Where a request is sent when it fails here, in this order. RFC 3263 §4.3. */
  readonly others?: readonly Hop[];
  /** Key of the transaction that sends to this hop: by it a send that failed finds its way back. */
  readonly sender?: string;
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
  /**
   * Of a stream: what came is of no use any more.
   * @param refusal the beginning of a message that breaks a limit, which is answered
   * @param close closes the flow; to be called once what came before and this have been answered
   */
  broken?(refusal: { bytes: Uint8Array; problem: Problem } | undefined, from: Arrival, close: () => void): void;
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
  readonly transport: TransportName;
  readonly address: string;

  constructor(transport: TransportName, address: Address) {
    const text = formatAddress(address);
    super(`${transport} address ${text} is already in use`);
    this.name = 'AddressInUse';
    this.transport = transport;
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

/** A connection that was never established: nothing of what waited for it has reached the peer. */
export class NotConnected extends Unreachable {
  constructor(hop: Hop, why: string) {
    super(hop, why);
    this.name = 'NotConnected';
  }
}

/** `host:port`, with brackets around an IPv6 address. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
