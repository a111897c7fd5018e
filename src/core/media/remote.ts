import { isIP, SocketAddress } from 'node:net';
import { isLoopback } from '../address/ranges.ts';
import { SAMPLE_RATE_HZ } from '../rtp/frame.ts';
import type { RtpPacket } from '../rtp/packet.ts';
import { sequenceStep, timestampStep } from '../rtp/serial.ts';
import { latching, type LatchState, type Origin } from './latching.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Where a packet came from, as a socket tells it. */
export interface Source {
  readonly address: string;
  readonly port: number;
}

/** What tells a stream apart. */
export type Mark = Pick<RtpPacket, 'ssrc' | 'sequenceNumber' | 'timestamp'>;

/** Packets that may be lost while a NAT rebinds: one minute. RFC 3550 §A.1, MAX_DROPOUT. */
const MAX_DROPOUT = 3000;
/** How far timestamps may run ahead of the clock: ten seconds. */
const MAX_TIMESTAMP_DRIFT = 10 * SAMPLE_RATE_HZ;
/** Packets that may be missing from a row that proves a source. */
const MAX_GAP = 5;
/** So many packets of the source before a new description were on their way: one second. More mean that it is still there. */
const MOST_LATE = 50;
/** Earlier places of a peer that are remembered. */
const MOST_BEFORE = 8;

interface Row {
  readonly address: string;
  readonly port: number;
  /** Whether the current source may go on meanwhile. */
  readonly prevails: boolean;
  length: number;
  mark: Mark;
}

export interface RemoteUser {
  /** Hosts that the peer's signalling names, as they are now. */
  hosts(): readonly string[];
  /** Milliseconds since the peer was heard. */
  silentMs(): number;
}

/**
 * Where the peer is: where its description says, until its packets show where it sends from. One source is believed at a
 * time; `latching` says which.
 */
export class Remote {
  readonly #user: RemoteUser;
  #announced: Address;
  #current: Address | undefined;
  /** Where it was under earlier descriptions. */
  readonly #before: Address[] = [];
  #late = 0;
  #state: LatchState = 'open';
  /** A source that is about to prove itself. */
  #row: Row | undefined;
  /** Of the newest packet of the peer. */
  #newest: { -readonly [Name in keyof Mark]: Mark[Name] } | undefined;

  constructor(announced: Address, user: RemoteUser) {
    this.#announced = plain(announced);
    this.#user = user;
  }

  /** Where to send. */
  get target(): Address {
    return this.#current ?? this.#announced;
  }

  /** Whether a packet that is no sound comes from the peer. */
  isAt(source: Source): boolean {
    return isAt(source, this.target);
  }

  /** A description came. One that names another place moves the peer at once; what it sent from the old one arrives late. */
  describe(announced: Address): void {
    const next = plain(announced);
    this.#state = 'open';
    this.#row = undefined;
    this.#late = 0;
    if (same(next, this.#announced)) return;
    const moved = !this.#current || !same(next, this.#current);
    for (const old of moved ? [this.#announced, this.#current] : []) if (old) this.#remember(old);
    this.#announced = next;
    if (moved) this.#current = undefined;
  }

  /**
   * @param source where a sound RTP packet came from
   * @returns whether it is the peer's
   */
  accepts(source: Source, packet: Mark): boolean {
    const current = this.#current;
    if (this.#state === 'settled' && source.port === current!.port && source.address === current!.host) {
      if (this.#row && !this.#row.prevails) this.#row = undefined;
      this.#note(packet);
      return true;
    }
    return this.#judge(source, packet);
  }

  #judge(source: Source, packet: Mark): boolean {
    const origin = this.#originOf(source, packet);
    const { heard, proof, prevails = false } = latching[this.#state][origin];
    if (origin === 'before') this.#late += 1;
    if (proof !== undefined && this.#extend(source, packet, prevails) >= proof) this.#settle(source);
    else if (!heard) return false;
    this.#note(packet);
    return true;
  }

  #originOf(source: Source, packet: Mark): Origin {
    if (this.#current && isAt(source, this.#current)) return 'current';
    const newest = this.#state === 'settled' ? this.#newest : undefined;
    // A copy, or what was on its way when the peer moved.
    if (newest?.ssrc === packet.ssrc && sequenceStep(newest.sequenceNumber, packet.sequenceNumber) <= 0)
      return 'stranger';
    if (isAt(source, this.#announced)) return 'announced';
    if (this.#state === 'open' && this.#late < MOST_LATE && this.#before.some((old) => isAt(source, old)))
      return 'before';
    if (this.#continues(packet)) return 'continuing';
    return this.#names(source.address) ? 'named' : 'stranger';
  }

  #continues({ ssrc, sequenceNumber, timestamp }: Mark): boolean {
    const newest = this.#newest;
    if (newest?.ssrc !== ssrc) return false;
    const ahead = sequenceStep(newest.sequenceNumber, sequenceNumber);
    if (ahead <= 0 || ahead > MAX_DROPOUT) return false;
    const step = timestampStep(newest.timestamp, timestamp);
    // A pause may or may not be counted by its sender.
    return step >= 0 && step <= (this.#user.silentMs() * SAMPLE_RATE_HZ) / 1000 + MAX_TIMESTAMP_DRIFT;
  }

  #names(host: string): boolean {
    const { host: announced } = this.#announced;
    if (host === announced || this.#user.hosts().some((named) => canonical(named) === host)) return true;
    // A program on this machine may name any of its addresses, and nothing from a network comes from loopback.
    return isLoopback(host) && isLoopback(announced);
  }

  /** @returns how many packets of this source came in a row */
  #extend(source: Source, packet: Mark, prevails: boolean): number {
    const row = this.#row;
    const step = row ? sequenceStep(row.mark.sequenceNumber, packet.sequenceNumber) : 0;
    const goesOn = row && isAt(source, { host: row.address, port: row.port }) && row.mark.ssrc === packet.ssrc;
    if (goesOn && step > 0 && step <= MAX_GAP) {
      row.length += 1;
      row.mark = packet;
      return row.length;
    }
    this.#row = { address: source.address, port: source.port, prevails, length: 1, mark: packet };
    return 1;
  }

  #settle({ address, port }: Source): void {
    this.#current = { host: address, port };
    this.#state = 'settled';
    this.#row = undefined;
  }

  #note(packet: Mark): void {
    const newest = this.#newest;
    if (newest?.ssrc === packet.ssrc && sequenceStep(newest.sequenceNumber, packet.sequenceNumber) <= 0) return;
    if (!newest) {
      const { ssrc, sequenceNumber, timestamp } = packet;
      this.#newest = { ssrc, sequenceNumber, timestamp };
      return;
    }
    newest.ssrc = packet.ssrc;
    newest.sequenceNumber = packet.sequenceNumber;
    newest.timestamp = packet.timestamp;
  }

  #remember(old: Address): void {
    if (this.#before.some((known) => same(known, old))) return;
    this.#before.push(old);
    if (this.#before.length > MOST_BEFORE) this.#before.shift();
  }
}

const isAt = (source: Source, { host, port }: Address): boolean => source.port === port && source.address === host;
const same = (a: Address, b: Address): boolean => a.port === b.port && a.host === b.host;

/** One spelling per address. */
function canonical(host: string): string {
  // Of an IPv4 address only one is allowed.
  return isIP(host) === 6 ? new SocketAddress({ address: host, family: 'ipv6' }).address : host;
}

const plain = ({ host, port }: Address): Address => ({ host: canonical(host), port });
