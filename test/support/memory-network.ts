import {
  formatAddress,
  type Address,
  type Hop,
  type Transport,
  type TransportEvents,
} from '../../src/core/transport/index.ts';
import type { Clock } from '../../src/core/time/clock.ts';
import { seeded } from './random.ts';

export interface NetworkOptions {
  /** Every chance below is drawn from this seed. Default 1. */
  readonly seed?: number;
  /** Chance that a datagram is lost, each way. Default 0. */
  readonly loss?: number;
  /** Chance that a datagram comes twice. Default 0. */
  readonly duplicate?: number;
  /** Shortest and longest time on the way. Default [0, 0]. */
  readonly delayMs?: readonly [min: number, max: number];
  /** Whether datagrams may overtake each other. Default false. */
  readonly reorder?: boolean;
}

export interface Packet {
  readonly from: Address;
  readonly to: Address;
  readonly text: string;
  /** First line of the message. */
  readonly startLine: string;
  readonly sentAt: number;
}

/** A network in memory and in virtual time, so that many user agents can talk, lose and repeat messages. */
export class MemoryNetwork {
  /** Loses the packets it returns true for. */
  drop: (packet: Packet) => boolean = () => false;
  /** What arrives in place of a packet that is not lost: by default the packet alone. */
  alter: (packet: Packet, bytes: Uint8Array) => readonly Uint8Array[] = (_, bytes) => [bytes];
  /** Everything sent, also what was lost. */
  readonly sent: Packet[] = [];
  readonly #clock: Clock;
  readonly #options: Required<NetworkOptions>;
  readonly #random: () => number;
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #lastArrival = new Map<string, number>();

  constructor(clock: Clock, options: NetworkOptions = {}) {
    this.#clock = clock;
    this.#options = { seed: 1, loss: 0, duplicate: 0, delayMs: [0, 0], reorder: false, ...options };
    this.#random = seeded(this.#options.seed);
  }

  /**
   * A transport at this address, listening once started. `reliable` makes it TCP: nothing is lost, repeated or
   * overtaken, and sending to where nobody listens fails.
   */
  endpoint(host: string, port = 5060, { reliable = false } = {}): Transport {
    return new Endpoint(this, this.#endpoints, { host, port }, reliable);
  }

  /** Packets sent whose start line begins with this. */
  count(startLine: string): number {
    return this.sent.filter((packet) => packet.startLine.startsWith(startLine)).length;
  }

  /** Takes a datagram from an endpoint. */
  carry(bytes: Uint8Array, from: Endpoint, to: Hop): void {
    const text = Buffer.from(bytes).toString('latin1');
    const startLine = text.slice(0, text.indexOf('\r\n'));
    const packet = {
      from: from.local,
      to: { host: to.host, port: to.port },
      text,
      startLine,
      sentAt: this.#clock.now(),
    };
    this.sent.push(packet);
    if (from.reliable) {
      if (!this.#endpoints.has(key(to, 'TCP'))) from.fail(to);
      else this.#deliver(bytes, from, to);
      return;
    }
    const { loss, duplicate } = this.#options;
    if (this.#random() < loss || this.drop(packet)) return;
    for (const each of this.alter(packet, bytes)) this.#deliver(each, from, to);
    if (this.#random() < duplicate) this.#deliver(bytes, from, to);
  }

  #deliver(bytes: Uint8Array, from: Endpoint, to: Hop): void {
    const { delayMs, reorder } = this.#options;
    const [min, max] = delayMs;
    let at = this.#clock.now() + min + this.#random() * (max - min);
    if (from.reliable || !reorder) {
      const path = `${key(from.local, from.name)} ${key(to, from.name)}`;
      at = Math.max(at, this.#lastArrival.get(path) ?? 0);
      this.#lastArrival.set(path, at);
    }
    const copy = Uint8Array.from(bytes);
    this.#clock.after(at - this.#clock.now(), () => {
      this.#endpoints.get(key(to, from.name))?.arrive(copy, from.local);
    });
  }
}

class Endpoint implements Transport {
  readonly name: 'UDP' | 'TCP';
  readonly reliable: boolean;
  readonly local: Address;
  readonly #network: MemoryNetwork;
  readonly #listening: Map<string, Endpoint>;
  #events: TransportEvents | undefined;

  constructor(network: MemoryNetwork, listening: Map<string, Endpoint>, local: Address, reliable: boolean) {
    this.#network = network;
    this.#listening = listening;
    this.local = local;
    this.reliable = reliable;
    this.name = reliable ? 'TCP' : 'UDP';
  }

  async start(events: TransportEvents): Promise<void> {
    this.#events = events;
    this.#listening.set(key(this.local, this.name), this);
  }

  send(bytes: Uint8Array, to: Hop): void {
    if (this.#events !== undefined) this.#network.carry(bytes, this, to);
  }

  async close(): Promise<void> {
    this.#events = undefined;
    this.#listening.delete(key(this.local, this.name));
  }

  arrive(bytes: Uint8Array, remote: Address): void {
    this.#events?.received(bytes, { transport: this.name, remote, local: this.local });
  }

  fail(to: Hop): void {
    this.#events?.failed(to, new Error(`nobody listens on ${formatAddress(to)}`));
  }
}

function key(address: Address, transport: string): string {
  return `${transport} ${formatAddress(address)}`;
}
