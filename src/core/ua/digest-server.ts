/**
 * Asks for credentials and checks them. RFC 3261 §22, RFC 7616, RFC 8760.
 *
 * A user agent server and a registrar both answer 401, so that is what everybody gets; credentials are taken from
 * Authorization and from Proxy-Authorization. Only qop=auth counts: every answer without it, the form of RFC 2069,
 * could be replayed, and who knows RFC 3261 (§22.4 item 8) has to send it when it is asked for.
 */
import { Buffer } from 'node:buffer';
import { timingSafeEqual } from 'node:crypto';
import type { Logger } from '../log/logger.ts';
import {
  err,
  ok,
  isSipUri,
  parseAuthentication,
  parseUri,
  printChallenge,
  sameUri,
  type SipUri,
  type Params,
  type Result,
  type SipRequest,
} from '../message/index.ts';
import type { Clock } from '../time/clock.ts';
import { algorithmNamed, algorithms, digestResponse, passwordHash, type DigestAlgorithm } from './digest.ts';
import { FailedAttempts } from './digest-attempts.ts';
import { Nonces } from './digest-nonce.ts';
import type { Refusal } from './refusal.ts';

export interface DigestServerOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly realm: string;
  readonly credentials: readonly { readonly username: string; readonly password: string }[];
  /** What challenges offer, in this order. Phones from before RFC 8760 give up at a first one that they do not know (W19). */
  readonly algorithms: readonly DigestAlgorithm[];
  /** Bytes from a cryptographic generator. */
  readonly random: (bytes: number) => Uint8Array;
}

interface Account {
  readonly username: string;
  /** In the place of the password, for each algorithm. */
  readonly hashes: Readonly<Record<DigestAlgorithm, string>>;
}

/** What credentials for our realm say. */
interface Given {
  readonly username: string;
  readonly algorithm: DigestAlgorithm;
  readonly uri: string;
  readonly nonce: string;
  readonly nc: string;
  readonly cnonce: string;
  readonly opaque: string | undefined;
  readonly response: string;
}

export class DigestServer {
  readonly #options: DigestServerOptions;
  readonly #offered: readonly DigestAlgorithm[];
  readonly #nonces: Nonces;
  readonly #attempts: FailedAttempts;
  readonly #opaque: string;
  /** By each name under which they may come: `name` and `name@realm`. */
  readonly #accounts = new Map<string, Account>();
  /** Whom everybody else is compared with, so that an unknown name takes as long as a wrong password. */
  readonly #nobody: Account;

  constructor(options: DigestServerOptions) {
    const { clock, realm, credentials, random } = options;
    // Passwords end here: only their hashes stay.
    this.#options = { ...options, credentials: [] };
    this.#offered = options.algorithms.filter((algorithm) => algorithms.includes(algorithm));
    this.#nonces = new Nonces(clock, random);
    this.#attempts = new FailedAttempts(clock);
    this.#opaque = Buffer.from(random(8)).toString('hex');
    this.#nobody = account('', '', realm, Buffer.from(random(16)).toString('hex'));
    for (const { username, password } of credentials) {
      for (const name of [username, `${username}@${realm}`]) {
        this.#accounts.set(name, account(username, name, realm, password));
      }
    }
  }

  /**
   * Who sent this request, or what to answer it. Any request but ACK and CANCEL may be asked for credentials (§22.1).
   * @param source IP address that it came from
   */
  verify(request: SipRequest, source: string): Result<{ username: string }, Refusal> {
    const seconds = this.#attempts.waitSeconds(source);
    if (seconds !== undefined) return err(tooMany(seconds));
    const given = this.#read(request);
    if (!given.ok) return err({ status: 400, reason: given.error });
    if (!given.value || !this.#offered.includes(given.value.algorithm)) return err(this.#challenge(source, false));
    const { nonce, nc, opaque } = given.value;
    // Without a look at the response: else a nonce that was never ours would be a way to guess unseen.
    const fresh = this.#nonces.isFresh(nonce, source) && (opaque === undefined || opaque === this.#opaque);
    if (!fresh) return err(this.#challenge(source, true));
    const found = this.#accounts.get(given.value.username);
    const name = found?.username ?? given.value.username;
    const wait = this.#attempts.userWaitSeconds(source, name);
    if (wait !== undefined) return err(tooMany(wait));
    if (!matches(found ?? this.#nobody, request.method, given.value)) {
      this.#attempts.failed(source, name);
      // A name that is not configured may be a password typed into the wrong field.
      this.#options.log.warn({ source, method: request.method, user: found?.username }, 'wrong digest credentials');
      return err(this.#challenge(source, false));
    }
    if (!found || !this.#nonces.use(nonce, source, Number.parseInt(nc, 16))) return err(this.#challenge(source, true));
    this.#attempts.succeeded(source, name);
    return ok({ username: found.username });
  }

  /** Undefined when there are none for us: another realm's, another scheme's, or in a form that was not offered. */
  #read(request: SipRequest): Result<Given | undefined, string> {
    const { headers } = request;
    for (const text of [...headers.fields('Authorization'), ...headers.fields('Proxy-Authorization')]) {
      const parsed = parseAuthentication(text);
      if (!parsed.ok) return err('Malformed Credentials');
      const { scheme, params } = parsed.value;
      if (scheme.toLowerCase() !== 'digest' || params.get('realm') !== this.#options.realm) continue;
      return readParams(params, request.uri);
    }
    return ok(undefined);
  }

  #challenge(source: string, stale: boolean): Refusal {
    const nonce = this.#nonces.issue(source);
    return {
      status: 401,
      headers: this.#offered.map((algorithm) => {
        const params = new Map([
          ['realm', this.#options.realm],
          ['nonce', nonce],
          ['opaque', this.#opaque],
          ['algorithm', algorithm],
          ['qop', 'auth'],
        ]);
        if (stale) params.set('stale', 'true');
        return ['WWW-Authenticate', printChallenge({ scheme: 'Digest', params })];
      }),
    };
  }
}

function tooMany(seconds: number): Refusal {
  return { status: 403, reason: 'Too Many Failed Attempts', headers: [['Retry-After', String(seconds)]] };
}

function account(username: string, name: string, realm: string, password: string): Account {
  const hashes = algorithms.map((algorithm) => [algorithm, passwordHash(algorithm, name, realm, password)]);
  return { username, hashes: Object.fromEntries(hashes) };
}

function readParams(params: Params, requestUri: string): Result<Given | undefined, string> {
  const [username, uri, nonce, response] = ['username', 'uri', 'nonce', 'response'].map((name) => params.get(name));
  if (username === undefined || uri === undefined || nonce === undefined || response === undefined) {
    return err('Incomplete Credentials');
  }
  const algorithm = algorithmNamed(params.get('algorithm'));
  if (!algorithm || params.get('qop')?.toLowerCase() !== 'auth') return ok(undefined);
  const nc = params.get('nc');
  const cnonce = params.get('cnonce');
  if (cnonce === undefined || nc === undefined || !/^[\da-f]{8}$/i.test(nc)) return err('Incomplete Credentials');
  if (!sameTarget(uri, requestUri)) return err('Credentials For Another Request-URI');
  return ok({ username, algorithm, uri, nonce, nc, cnonce, opaque: params.get('opaque'), response });
}

/**
 * RFC 7616 §3.4.6 asks for the same resource, not for the same letters. Who is asked has to agree, and the port where both name
 * one; by which transport the request goes may be left out, since clients add it to the Request-URI afterwards (livekit).
 */
function sameTarget(a: string, b: string): boolean {
  if (a === b) return true;
  const left = parseUri(a);
  const right = parseUri(b);
  if (!left.ok || !right.ok) return false;
  if (!isSipUri(left.value) || !isSipUri(right.value)) return sameUri(left.value, right.value);
  return sameUri(resource(left.value, right.value), resource(right.value, left.value));
}

/** A URI without what only says how to get there, as far as the other one leaves it out. */
function resource(uri: SipUri, { port, params }: SipUri): SipUri {
  const { port: own, ...rest } = uri;
  const kept = new Map([...uri.params].filter(([name]) => name !== 'transport' || params.has(name)));
  return { ...rest, params: kept, ...(own === undefined || port === undefined ? {} : { port: own }) };
}

function matches({ hashes }: Account, method: string, given: Given): boolean {
  const { algorithm, uri, nonce, nc, cnonce } = given;
  const expected = digestResponse(algorithm, hashes[algorithm], { method, uri, nonce, counted: { nc, cnonce } });
  const actual = Buffer.from(given.response.toLowerCase(), 'utf8');
  return actual.length === expected.length && timingSafeEqual(actual, Buffer.from(expected, 'utf8'));
}
