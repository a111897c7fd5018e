/** What a REGISTER does to the bindings of its user. Pure. RFC 3261 §10.3 steps 6 and 7. */
import { isIP } from 'node:net';
import {
  err,
  isSipUri,
  ok,
  printUri,
  sameUri,
  uriKey,
  type NameAddr,
  type Result,
  type SipRequest,
  type SipUri,
} from '../message/index.ts';
import type { Arrival, Hop } from '../transport/index.ts';
import type { Refusal } from './refusal.ts';

export interface Binding {
  /** Whose it is: the address-of-record, as the registrar tells them apart. */
  readonly aor: string;
  readonly uri: SipUri;
  /** The Contact as the phone wrote it. */
  readonly contact: string;
  /** Request-URI of what is sent to it. */
  readonly target: string;
  /** Where that is sent. */
  readonly hop: Hop;
  /** Where it can be sent without the connection of `hop`; undefined when only that leads there. */
  readonly direct: Hop | undefined;
  /** Where the REGISTER came from. */
  readonly source: Source;
  /** The REGISTER came with the credentials of this user. */
  readonly verified: boolean;
  /** Preference from 0 to 1; undefined when the phone has none, which counts as 1. */
  readonly q: number | undefined;
  /** Clock time in milliseconds. */
  readonly expiresAt: number;
  /** Of the REGISTER that made it or refreshed it last. */
  readonly callId: string;
  readonly seq: number;
  /** The device and which of its connections this is, when it says so (RFC 5626 §4.1, §4.2). */
  readonly instance: string | undefined;
}

/** The far end of a connection, or of datagrams. */
export type Source = Pick<Arrival, 'transport' | 'flow'> & Arrival['remote'];

export interface Update {
  readonly request: SipRequest;
  readonly aor: string;
  readonly verified: boolean;
  readonly source: Source;
  /** Clock time in milliseconds. */
  readonly now: number;
  readonly route: (contact: SipUri) => Pick<Binding, 'hop' | 'direct'>;
}

const DEFAULT_SECONDS = 600;
/** The longest registration, in seconds. */
export const MAX_SECONDS = 3600;
/** Shorter registrations are refused with 423. */
const MIN_SECONDS = 10;
/** Bindings of one user. A phone that restarts under a new address leaves one behind each time: the one that ends first goes. */
const MAX_BINDINGS = 10;

/** `Contact: *`, which needs `Expires: 0`. */
export function removeAll(bindings: readonly Binding[], { request }: Update): Result<Binding[], Refusal> {
  if (request.headers.get('Expires')?.trim() !== '0') return err({ status: 400, reason: 'Contact * Needs Expires 0' });
  return bindings.some((binding) => isOutdated(request, binding)) ? err(OUT_OF_ORDER) : ok([]);
}

/** The bindings after all these contacts; nothing changes when one of them is refused. */
export function update(
  bindings: readonly Binding[],
  contacts: readonly NameAddr[],
  { request, now, route, ...whose }: Update,
): Result<Binding[], Refusal> {
  if (contacts.length > MAX_BINDINGS) return err({ status: 403, reason: 'Too Many Contacts' });
  // A device keeps its place when it refreshes: which one rings first does not change (W17).
  let kept = [...bindings];
  let fresh: Binding[] = [];
  for (const { uri, params } of contacts) {
    if (!isSipUri(uri)) return err({ status: 400, reason: 'Contact Is Not A SIP URI' });
    const seconds = secondsOf(params.get('expires') ?? request.headers.get('Expires'));
    if (seconds > 0 && seconds < MIN_SECONDS) {
      return err({ status: 423, headers: [['Min-Expires', String(MIN_SECONDS)]] });
    }
    const instance = instanceOf(params);
    const isSame = (each: Binding) => sameUri(each.uri, uri) || (instance !== undefined && instance === each.instance);
    if (bindings.some((each) => isSame(each) && isOutdated(request, each))) return err(OUT_OF_ORDER);
    const place = kept.findIndex(isSame);
    kept = kept.filter((each) => !isSame(each));
    fresh = fresh.filter((each) => !isSame(each));
    if (seconds === 0) continue;
    const { callId, cseq } = request.head;
    const binding: Binding = {
      ...whose,
      uri,
      contact: printUri(uri),
      // Header fields in a Contact are wishes for a new request, and may not stand in its Request-URI (§19.1.1).
      target: printUri({ ...uri, headers: [] }),
      ...route(uri),
      q: preferenceOf(params.get('q')),
      expiresAt: now + seconds * 1000,
      callId,
      seq: cseq.number,
      instance,
    };
    if (place === -1) fresh.push(binding);
    else kept.splice(place, 0, binding);
  }
  return ok(newest([...fresh, ...kept]));
}

/** By q, in the given order among equals. */
export function byPreference(bindings: readonly Binding[]): readonly Binding[] {
  return bindings.toSorted((a, b) => (b.q ?? 1) - (a.q ?? 1));
}

/**
 * The way to a Contact. A connection that the phone opened leads back to it (RFC 5626 §5.3). A datagram goes to where the
 * Contact says if that is the host that sent the REGISTER; if it is not, there is NAT or a proxy between, and the source
 * is the only address known to work (RFC 3581 §4).
 */
export function routeOf({ scheme, host, port, params }: SipUri, arrival: Arrival): Pick<Binding, 'hop' | 'direct'> {
  const { transport, remote, flow } = arrival;
  const asked = scheme === 'sips' ? 'TLS' : (params.get('transport') ?? 'udp').toUpperCase();
  const direct: Hop | undefined =
    isIP(host) !== 0 && host === remote.host && (asked === 'UDP' || asked === 'TCP' || asked === 'TLS')
      ? { transport: asked, host, port: port ?? (asked === 'TLS' ? 5061 : 5060) }
      : undefined;
  if (flow !== undefined) return { hop: { transport, ...remote, flow }, direct };
  return { hop: direct ?? { transport, ...remote }, direct };
}

/** The Contact may be written another way in a dialog than it was in the REGISTER. */
export function targetKeyOf(uri: SipUri): string {
  return uriKey({ ...uri, headers: [] });
}

export function sourceOf({ transport, remote, flow }: Arrival): Source {
  return { transport, ...remote, ...(flow === undefined ? {} : { flow }) };
}

/** One connection, or one address that sends datagrams. */
export function sourceKeyOf({ transport, host, port, flow }: Source): string {
  return flow ?? `${transport} ${host} ${port}`;
}

/** Did a request come from where this binding was registered? */
export function isFrom({ source }: Binding, arrival: Arrival): boolean {
  return sourceKeyOf(source) === sourceKeyOf(sourceOf(arrival));
}

const OUT_OF_ORDER: Refusal = { status: 500, reason: 'CSeq Out Of Order' };

/** An older request of the same series, which was overtaken. */
function isOutdated({ head }: SipRequest, { callId, seq }: Binding): boolean {
  return head.callId === callId && head.cseq.number <= seq;
}

/** What cannot be read counts as not said (§10.2.1.1). */
function secondsOf(text: string | undefined): number {
  const seconds = text !== undefined && /^\d+$/.test(text.trim()) ? Number(text) : DEFAULT_SECONDS;
  return Math.min(seconds, MAX_SECONDS);
}

function preferenceOf(text: string | undefined): number | undefined {
  return text !== undefined && /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(text) ? Number(text) : undefined;
}

function instanceOf(params: NameAddr['params']): string | undefined {
  const instance = params.get('+sip.instance');
  const connection = params.get('reg-id');
  return instance === undefined || connection === undefined ? undefined : `${connection} ${instance}`;
}

function newest(bindings: readonly Binding[]): Binding[] {
  if (bindings.length <= MAX_BINDINGS) return [...bindings];
  const kept = new Set(bindings.toSorted((a, b) => b.expiresAt - a.expiresAt).slice(0, MAX_BINDINGS));
  return bindings.filter((binding) => kept.has(binding));
}
