/**
 * Where the simulated phones live: one user agent of its own on loopback, so that trunk, ladder and audio path
 * cannot tell them from other people's equipment.
 */
import type { Logger } from '../log/logger.ts';
import type { MediaFactory } from '../media/session.ts';
import { silence, type Sound } from '../media/sound.ts';
import { TransactionLayer } from '../transaction/index.ts';
import { TransportLayer, UdpTransport, type Hop } from '../transport/index.ts';
import type { Clock } from '../time/clock.ts';
import { dialledNumber } from '../b2bua/identity.ts';
import type { CredentialsFor } from '../ua/digest-client.ts';
import type { Ids } from '../ua/ids.ts';
import { UserAgent, type Invitation } from '../ua/user-agent.ts';
import { receive } from './answering.ts';
import { placeCall } from './calling.ts';
import type { Party } from './party.ts';
import { PartyPhone, type Occasion, type PhoneHost } from './phone.ts';
import { speak } from './voice.ts';

export interface PartyHostOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly ids: Ids;
  readonly media: MediaFactory;
  readonly domain: string;
  /** Loopback address to bind to. */
  readonly host: string;
  readonly party: (number: string) => Party | undefined;
  /** Whom `transfer-on` transfers to. */
  readonly transferTarget: (from: Party) => string | undefined;
  /** What a party says; the last line is repeated. */
  readonly lines: (party: Party, occasion: Occasion) => readonly Sound[];
  /** What the phones answer challenges with; by default nothing. */
  readonly credentialsFor?: CredentialsFor;
  /** Random synchronisation source (RFC 3550 §8.1). */
  readonly ssrc: () => number;
}

export class PartyHost implements PhoneHost {
  readonly clock: Clock;
  readonly log: Logger;
  readonly media: MediaFactory;
  readonly ua: UserAgent;
  readonly #options: PartyHostOptions;
  readonly #udp: UdpTransport;
  readonly #transport: TransportLayer;
  readonly #transactions: TransactionLayer;
  readonly #phones = new Set<PartyPhone>();
  readonly #listeners = new Set<(phone: PartyPhone) => void>();

  constructor(options: PartyHostOptions) {
    const { clock, log, ids, media, host } = options;
    this.#options = options;
    this.clock = clock;
    this.log = log;
    this.media = media;
    this.#udp = new UdpTransport({ host, port: 0 });
    this.#transport = new TransportLayer({ transports: [this.#udp], clock, log });
    this.#transactions = new TransactionLayer({ transport: this.#transport, clock, log });
    this.ua = new UserAgent({
      transactions: this.#transactions,
      transport: this.#transport,
      clock,
      log,
      ids,
      user: 'phone',
      product: 'Patchcord party',
      invited: (invitation) => this.#invited(invitation),
      ...(options.credentialsFor ? { credentialsFor: options.credentialsFor } : {}),
    });
  }

  start(): Promise<void> {
    return this.#transport.start();
  }

  /** Where the parties are reached. */
  get hop(): Hop {
    return { transport: 'UDP', ...this.#udp.local };
  }

  get domain(): string {
    return this.#options.domain;
  }

  get phones(): Iterable<PartyPhone> {
    return this.#phones;
  }

  ssrc(): number {
    return this.#options.ssrc();
  }

  transferTarget(from: Party): string | undefined {
    return this.#options.transferTarget(from);
  }

  phone(party: Party): PartyPhone {
    const phone = new PartyPhone(this, party);
    this.#phones.add(phone);
    return phone;
  }

  forget(phone: PartyPhone): void {
    this.#phones.delete(phone);
  }

  /** Tells when a phone has its media: from then on it can be listened in on. */
  onMedia(listener: (phone: PartyPhone) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  heard(phone: PartyPhone): void {
    for (const listener of this.#listeners) listener(phone);
  }

  talk(phone: PartyPhone, occasion: Occasion, onFirstLine?: () => void): void {
    if (!phone.media) return;
    const lines = this.#options.lines(phone.party, occasion);
    phone.say(speak(lines.length > 0 ? lines : [silence], phone.media, this.clock, onFirstLine));
  }

  /** @returns the SIP Call-ID of the call */
  call(party: Party, to: string, trunk: Hop): Promise<string> {
    return placeCall(this, party, to, trunk);
  }

  /** Hangs every phone up and closes the socket. The media factory belongs to whoever made it. */
  async close(): Promise<void> {
    for (const phone of this.#phones) phone.hangUp();
    this.ua.close();
    this.#transactions.close();
    await this.#transport.close();
  }

  #invited(invitation: Invitation): void {
    const number = dialledNumber(invitation.request);
    const party = number === undefined ? undefined : this.#options.party(number);
    if (party) receive(this, party, invitation);
    else invitation.refuse(404);
  }
}
