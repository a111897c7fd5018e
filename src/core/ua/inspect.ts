/** What a UAS core checks before it looks at what a request wants. RFC 3261 §8.2.1–§8.2.3. Pure. */
import { parseMediaType, type SipRequest } from '../message/index.ts';
import { readBody } from './body.ts';
import { SDP } from './description.ts';
import { badRequest, type Refusal } from './refusal.ts';

export interface Capabilities {
  readonly methods: readonly string[];
  /** Option tags that a request may require. */
  readonly options: readonly string[];
}

/** Media types that a body is read for. A method that is not named here takes any body, or leaves it unread. */
const TYPES: Readonly<Record<string, string>> = {
  __proto__: null as never,
  INVITE: SDP,
  UPDATE: SDP,
  PRACK: SDP,
  NOTIFY: 'message/sipfrag',
};

/** What every 200 to OPTIONS says that we read. */
export const ACCEPT = 'application/sdp, message/sipfrag, multipart/mixed';

/** @returns the refusal that a request has coming, in the order of RFC 3261 §8.2, or undefined */
export function inspect(request: SipRequest, { methods, options }: Capabilities): Refusal | undefined {
  if (!methods.includes(request.method)) return { status: 405, headers: [['Allow', methods.join(', ')]] };
  return inspectRequire(request, options) ?? inspectBody(request) ?? inspectAccept(request);
}

/** Require means nothing in CANCEL and in an ACK to a failure; the ACK to a 2xx has no answer either (§8.2.2.3). */
function inspectRequire(request: SipRequest, options: readonly string[]): Refusal | undefined {
  if (request.method === 'CANCEL' || request.method === 'ACK') return undefined;
  const unknown = request.headers.all('Require').filter((option) => !options.includes(option.toLowerCase()));
  return unknown.length === 0 ? undefined : { status: 420, headers: [['Unsupported', unknown.join(', ')]] };
}

/** §8.2.3: a body, or a part of one, that we cannot read is refused, unless the sender says that it may be left aside (§20.11). */
function inspectBody(request: SipRequest): Refusal | undefined {
  const accepted = TYPES[request.method];
  if (accepted === undefined) return undefined;
  const { flaw } = readBody(request, accepted, accepted === SDP ? 'session' : undefined);
  if (flaw === undefined) return undefined;
  if (flaw === 'encoded') return { status: 415, headers: [['Accept-Encoding', 'identity']] };
  if (flaw === 'unsupported') return { status: 415, headers: [['Accept', `${accepted}, multipart/mixed`]] };
  return badRequest(flaw.detail);
}

/** §20.1: the answer to an offer is a body, and whoever takes no session descriptions cannot have one (RFC 4475 §3.3.15). */
function inspectAccept({ method, headers }: SipRequest): Refusal | undefined {
  if ((method !== 'INVITE' && method !== 'UPDATE') || !headers.has('Accept')) return undefined;
  const takesSdp = headers.all('Accept').some((range) => {
    const type = parseMediaType(range);
    return type.ok && /^(?:application\/(?:sdp|\*)|\*\/\*)$/.test(type.value.mediaType);
  });
  return takesSdp ? undefined : { status: 406, headers: [['Accept', 'application/sdp']] };
}
