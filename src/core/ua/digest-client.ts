/** Answers challenges: a request that gets 401 or 407 goes out again with credentials. RFC 3261 §22.2 and §22.3, RFC 7616, RFC 8760. */
import { parseAuthentication, printCredentials, SipRequest, type Params, type SipResponse } from '../message/index.ts';
import type { ClientTransaction, ClientUser, TransactionLayer } from '../transaction/index.ts';
import type { Hop } from '../transport/index.ts';
import { algorithmNamed, algorithms, digestResponse, passwordHash, type DigestAlgorithm } from './digest.ts';

/** A user name and password for a realm; undefined when we have none. */
export type CredentialsFor = (realm: string) => { readonly username: string; readonly password: string } | undefined;

/** Whoever sends a request that may have to be sent again with credentials. */
export interface RequestUser extends ClientUser {
  /** The request was challenged, and this one went out in its place: with another CSeq number. */
  resent?(request: SipRequest): void;
}

export interface DigestClientOptions {
  readonly transactions: TransactionLayer;
  /** Unguessable text (RFC 7616 §5.12). */
  readonly cnonce: () => string;
}

const HEADERS = { Authorization: 'WWW-Authenticate', 'Proxy-Authorization': 'Proxy-Authenticate' } as const;
type CredentialsHeader = keyof typeof HEADERS;
const CREDENTIALS_HEADERS = Object.keys(HEADERS) as CredentialsHeader[];

/** Challenges that one request may answer: each proxy on its way may have one of its own, and each may be stale once. */
const MAX_RESENDS = 4;
/** Destinations whose challenges are remembered; the one unused longest makes room. */
const MAX_DESTINATIONS = 256;

/** A challenge that we can answer. */
interface Challenge {
  readonly header: CredentialsHeader;
  readonly realm: string;
  readonly algorithm: DigestAlgorithm;
  readonly nonce: string;
  readonly opaque: string | undefined;
  /** Whether qop=auth was offered; without, the answer has the form of RFC 2069. */
  readonly qop: boolean;
  readonly stale: boolean;
  /** Requests that carried this nonce. */
  count: number;
}

/** What one destination has asked of us, by header and realm: later requests bring it along unasked (§22.2, RFC 7616 §3.6). */
type Challenges = Map<string, Challenge>;

export class DigestClient {
  readonly options: DigestClientOptions;
  readonly #destinations = new Map<string, Challenges>();

  constructor(options: DigestClientOptions) {
    this.options = options;
  }

  /** @param nextSeq CSeq number for a request that goes out again */
  send(
    request: SipRequest,
    hop: Hop,
    user: RequestUser,
    credentialsFor: CredentialsFor,
    nextSeq?: () => number,
  ): ClientTransaction {
    return new ChallengedRequest(this, request, hop, user, credentialsFor, nextSeq);
  }

  challengesOf({ transport, host, port }: Hop): Challenges {
    const key = `${transport} ${host} ${port}`;
    const known = this.#destinations.get(key) ?? new Map<string, Challenge>();
    this.#destinations.delete(key);
    this.#destinations.set(key, known);
    if (this.#destinations.size > MAX_DESTINATIONS) {
      for (const oldest of this.#destinations.keys()) {
        this.#destinations.delete(oldest);
        break;
      }
    }
    return known;
  }

  /** Puts in what the destination is known to ask for. */
  authorise({ headers, method, uri }: SipRequest, challenges: Challenges, credentialsFor: CredentialsFor): void {
    for (const header of CREDENTIALS_HEADERS) headers.delete(header);
    for (const challenge of challenges.values()) {
      const credentials = credentialsFor(challenge.realm);
      if (credentials) headers.append(challenge.header, this.#answer(challenge, credentials, method, uri));
    }
  }

  #answer(
    challenge: Challenge,
    { username, password }: { username: string; password: string },
    method: string,
    uri: string,
  ): string {
    const { realm, nonce, algorithm, opaque, qop } = challenge;
    challenge.count += 1;
    const nc = challenge.count.toString(16).padStart(8, '0');
    const counted = qop ? { nc, cnonce: this.options.cnonce() } : undefined;
    const secret = passwordHash(algorithm, username, realm, password);
    const params = new Map([
      ['username', username],
      ['realm', realm],
      ['nonce', nonce],
      ['uri', uri],
      ['response', digestResponse(algorithm, secret, { method, uri, nonce, counted })],
      ['algorithm', algorithm],
    ]);
    if (opaque !== undefined) params.set('opaque', opaque);
    if (counted) {
      params.set('cnonce', counted.cnonce);
      params.set('qop', 'auth');
      params.set('nc', nc);
    }
    return printCredentials({ scheme: 'Digest', params });
  }
}

/** A request and those that take its place: to its owner one transaction. */
class ChallengedRequest implements ClientTransaction {
  readonly #client: DigestClient;
  readonly #user: RequestUser;
  readonly #hop: Hop;
  readonly #credentialsFor: CredentialsFor;
  readonly #nextSeq: () => number;
  readonly #challenges: Challenges;
  /** Challenges answered on behalf of this request, by header and realm. */
  readonly #answered = new Set<string>();
  #transaction: ClientTransaction;
  #resends = 0;
  #canceled = false;

  constructor(
    client: DigestClient,
    request: SipRequest,
    hop: Hop,
    user: RequestUser,
    credentialsFor: CredentialsFor,
    nextSeq: (() => number) | undefined,
  ) {
    this.#client = client;
    this.#user = user;
    this.#hop = hop;
    this.#credentialsFor = credentialsFor;
    this.#nextSeq = nextSeq ?? (() => this.request.head.cseq.number + 1);
    this.#challenges = client.challengesOf(hop);
    client.authorise(request, this.#challenges, credentialsFor);
    this.#transaction = this.#send(request);
  }

  get request(): SipRequest {
    return this.#transaction.request;
  }

  get hop(): Hop {
    return this.#transaction.hop;
  }

  get ended(): boolean {
    return this.#transaction.ended;
  }

  cancel(extra?: Iterable<readonly [name: string, value: string]>): void {
    this.#canceled = true;
    this.#transaction.cancel(extra);
  }

  release(): void {
    this.#transaction.release();
  }

  #send(request: SipRequest): ClientTransaction {
    return this.#client.options.transactions.request(request, this.#hop, {
      response: (response) => this.#receive(response),
      timeout: () => this.#user.timeout(),
      transportError: (why) => this.#user.transportError(why),
    });
  }

  #receive(response: SipResponse): void {
    const challenged = response.status === 401 || response.status === 407;
    if (challenged && !this.#canceled && this.#resends < MAX_RESENDS && this.#accept(response)) this.#resend();
    else this.#user.response(response);
  }

  /** Takes the challenges of a response. False when there is none that we could answer, or our last answer was wrong. */
  #accept(response: SipResponse): boolean {
    const fresh = strongest(response);
    for (const [key, { stale }] of fresh) {
      if (!this.#answered.has(key) || stale) continue;
      this.#challenges.delete(key);
      return false;
    }
    let answerable = false;
    for (const [key, challenge] of fresh) {
      if (!this.#credentialsFor(challenge.realm)) continue;
      this.#challenges.set(key, challenge);
      this.#answered.add(key);
      answerable = true;
    }
    return answerable;
  }

  /** The same request with the next CSeq number, in a transaction of its own (§22.2; §8.1.3.5 keeps Call-ID, From and To). */
  #resend(): void {
    this.#resends += 1;
    const { method, uri, headers, body } = this.request;
    const fields = headers.clone();
    fields.delete('Via');
    fields.set('CSeq', `${this.#nextSeq()} ${method}`);
    const again = new SipRequest(method, uri, fields, body);
    this.#client.authorise(again, this.#challenges, this.#credentialsFor);
    this.#transaction = this.#send(again);
    this.#user.resent?.(this.request);
  }
}

/** For each realm the strongest challenge that we understand; of equals the one listed first. */
function strongest(response: SipResponse): Challenges {
  const best: Challenges = new Map();
  for (const header of CREDENTIALS_HEADERS) {
    for (const text of response.headers.fields(HEADERS[header])) {
      const parsed = parseAuthentication(text);
      if (!parsed.ok || parsed.value.scheme.toLowerCase() !== 'digest') continue;
      const challenge = read(header, parsed.value.params);
      if (!challenge) continue;
      const key = `${header} ${challenge.realm}`;
      const known = best.get(key);
      if (!known || rank(challenge) < rank(known)) best.set(key, challenge);
    }
  }
  return best;
}

function rank({ algorithm }: Challenge): number {
  return algorithms.indexOf(algorithm);
}

/** Undefined for what we cannot answer: unknown algorithms, and qop=auth-int alone. */
function read(header: CredentialsHeader, params: Params): Challenge | undefined {
  const realm = params.get('realm');
  const nonce = params.get('nonce');
  const algorithm = algorithmNamed(params.get('algorithm'));
  if (realm === undefined || nonce === undefined || !algorithm) return undefined;
  const offered = params.get('qop');
  const qop = offered?.split(',').some((each) => each.trim().toLowerCase() === 'auth') ?? false;
  if (offered !== undefined && !qop) return undefined;
  const stale = params.get('stale')?.toLowerCase() === 'true';
  return { header, realm, algorithm, nonce, opaque: params.get('opaque'), qop, stale, count: 0 };
}

/** The ACK to a 2xx carries the credentials of its INVITE. RFC 3261 §13.2.2.4. */
export function credentialsOf({ headers }: SipRequest): [string, string][] {
  return CREDENTIALS_HEADERS.flatMap((header) =>
    headers.fields(header).map((value): [string, string] => [header, value]),
  );
}
