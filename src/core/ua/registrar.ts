/** Who can be reached where. RFC 3261 §10.3; connections as in RFC 5626 §5.3. */
import {
  createResponse,
  isSipUri,
  parseNameAddrList,
  printUri,
  type NameAddr,
  type SipUri,
  type Uri,
} from '../message/index.ts';
import type { Clock } from '../time/clock.ts';
import type { ServerTransaction } from '../transaction/index.ts';
import type { Hop } from '../transport/index.ts';
import type { Ids } from './ids.ts';

export interface Binding {
  readonly contact: string;
  readonly hop: Hop;
  /** Clock time in milliseconds. */
  readonly expiresAt: number;
  readonly callId: string;
  readonly seq: number;
}

export interface RegistrarOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly domain: string;
  /** May this request register this user? Gives the status to refuse with. */
  readonly admit: (transaction: ServerTransaction, user: string) => number | undefined;
  /** Bindings of a user changed. */
  readonly changed?: (user: string) => void;
}

const DEFAULT_SECONDS = 600;
const MAX_SECONDS = 3600;
/** Shorter registrations are refused with 423 (§10.3 step 7). */
const MIN_SECONDS = 10;
const MAX_BINDINGS = 10;

export class Registrar {
  readonly #options: RegistrarOptions;
  readonly #bindings = new Map<string, Binding[]>();

  constructor(options: RegistrarOptions) {
    this.#options = options;
  }

  /** Live bindings of a user of the domain, newest first. */
  bindings(user: string): readonly Binding[] {
    const now = this.#options.clock.now();
    return (this.#bindings.get(user) ?? []).filter((binding) => binding.expiresAt > now);
  }

  /** The connection on which a registered Contact is reached, if `uri` is one. */
  flowOf(uri: SipUri): Hop | undefined {
    const text = printUri(uri);
    for (const bindings of this.#bindings.values()) {
      const found = bindings.find((binding) => binding.contact === text && binding.hop.flow !== undefined);
      if (found) return found.hop;
    }
    return undefined;
  }

  /** A connection is gone, and with it all bindings that were made on it. */
  flowClosed(flow: string): void {
    for (const [user, bindings] of this.#bindings) {
      this.#store(user, bindings, bindings.filter((binding) => binding.hop.flow !== flow));
    }
  }

  receive(transaction: ServerTransaction): void {
    const { request } = transaction;
    const user = this.#userOf(request.head.to.uri);
    if (user === undefined) {
      this.#respond(transaction, 404);
      return;
    }
    const refusal = this.#options.admit(transaction, user);
    if (refusal !== undefined) {
      this.#respond(transaction, refusal);
      return;
    }
    const values = request.headers.all('Contact');
    if (values.length === 1 && values[0]?.trim() === '*') this.#removeAll(transaction, user);
    else this.#update(transaction, user, values);
  }

  #userOf(uri: Uri): string | undefined {
    if (!isSipUri(uri) || uri.user === undefined) return undefined;
    return uri.host === this.#options.domain.toLowerCase() ? uri.user : undefined;
  }

  /** `Contact: *` needs `Expires: 0` (§10.3 step 6). */
  #removeAll(transaction: ServerTransaction, user: string): void {
    if (transaction.request.headers.get('Expires')?.trim() !== '0') {
      this.#respond(transaction, 400, 'Contact * Needs Expires 0');
      return;
    }
    this.#store(user, this.bindings(user), []);
    this.#respond(transaction, 200);
  }

  /** All contacts of the request, or none of them (§10.3 step 7). */
  #update(transaction: ServerTransaction, user: string, values: string[]): void {
    const { request, arrival } = transaction;
    const contacts = parseNameAddrList(values);
    if (!contacts.ok) {
      this.#respond(transaction, 400, 'Malformed Contact');
      return;
    }
    const { callId, cseq } = request.head;
    const hop: Hop = {
      transport: arrival.transport,
      host: arrival.remote.host,
      port: arrival.remote.port,
      ...(arrival.flow === undefined ? {} : { flow: arrival.flow }),
    };
    const before = this.bindings(user);
    let bindings = [...before];
    for (const contact of contacts.value) {
      const seconds = this.#seconds(contact, request.headers.get('Expires'));
      if (seconds > 0 && seconds < MIN_SECONDS) {
        this.#respond(transaction, 423, undefined, [['Min-Expires', String(MIN_SECONDS)]]);
        return;
      }
      const text = printUri(contact.uri);
      const old = bindings.find((binding) => binding.contact === text);
      if (old && old.callId === callId && old.seq >= cseq.number) {
        this.#respond(transaction, 500, 'CSeq Out Of Order');
        return;
      }
      bindings = bindings.filter((binding) => binding !== old);
      if (seconds > 0) {
        const expiresAt = this.#options.clock.now() + seconds * 1000;
        bindings.unshift({ contact: text, hop, expiresAt, callId, seq: cseq.number });
      }
    }
    this.#store(user, before, bindings.slice(0, MAX_BINDINGS));
    this.#respond(transaction, 200, undefined, this.#contacts(user));
  }

  #seconds(contact: NameAddr, header: string | undefined): number {
    const given = contact.params.get('expires') ?? header;
    const seconds = given !== undefined && /^\d+$/.test(given.trim()) ? Number(given) : DEFAULT_SECONDS;
    return Math.min(seconds, MAX_SECONDS);
  }

  #contacts(user: string): [string, string][] {
    const now = this.#options.clock.now();
    return this.bindings(user).map((binding) => [
      'Contact',
      `<${binding.contact}>;expires=${Math.round((binding.expiresAt - now) / 1000)}`,
    ]);
  }

  #store(user: string, before: readonly Binding[], after: readonly Binding[]): void {
    if (after.length > 0) this.#bindings.set(user, [...after]);
    else this.#bindings.delete(user);
    if (before.length !== after.length) this.#options.changed?.(user);
  }

  #respond(transaction: ServerTransaction, status: number, reason?: string, headers: [string, string][] = []): void {
    const toTag = this.#options.ids.tag();
    transaction.respond(createResponse(transaction.request, status, reason, { toTag, headers }));
  }
}
