import { parseNumber } from './chars.ts';
import { parseContacts } from './fields.ts';
import { bodyLength } from './framing.ts';
import type { Headers } from './headers.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { parseNameAddrList } from './name-addr.ts';
import { problem } from './problem.ts';
import type { Problem } from './problem.ts';
import { isSipUri } from './uri.ts';

/** Fields that may stand only once in a message. Refer-To and Replaces have rules of their own, kept by those who read them. */
const singular: ReadonlySet<string> = new Set([
  'From',
  'To',
  'Call-ID',
  'CSeq',
  'Max-Forwards',
  'Content-Length',
  'Content-Type',
  'Expires',
  'Event',
]);

/** Every method that IANA lists, whether we serve it or not. */
const registeredMethods = new Set(
  'ACK BYE CANCEL INFO INVITE MESSAGE NOTIFY OPTIONS PRACK PUBLISH REFER REGISTER SUBSCRIBE UPDATE'.split(' '),
);

/**
 * Whether a request that parsed can be worked with: the answer it deserves, or undefined. RFC 3261 §8.2, RFC 4475 §3.
 * Says nothing of what depends on who is asked: methods, extensions, media types, credentials.
 */
export function checkRequest(request: SipRequest): Problem | undefined {
  const { headers } = request;
  const repeated = checkRepeated(headers);
  if (repeated !== undefined) return repeated;
  const head = request.readHead();
  if (!head.ok) return head.error;
  if (head.value.cseq.method !== request.method) {
    // Of a method that nobody knows, nobody knows either what its CSeq should say (RFC 4475 §3.1.2.18).
    const status = registeredMethods.has(request.method) ? 400 : 501;
    return problem(status, `CSeq names ${head.value.cseq.method}, the Request-Line ${request.method}`);
  }
  const length = bodyLength(headers, request.body.length);
  if (!length.ok) return length.error;
  return (
    checkRequestUri(request) ??
    checkMaxForwards(headers) ??
    checkContact(headers, request.method) ??
    checkRoute(headers, 'Route') ??
    checkRoute(headers, 'Record-Route') ??
    checkAddressOfRecord(request)
  );
}

/** Why a response has to be dropped, or undefined. Nobody is answered: the status of the problem only says how bad it is. */
export function checkResponse(response: SipResponse): Problem | undefined {
  const repeated = checkRepeated(response.headers);
  if (repeated !== undefined) return repeated;
  const head = response.readHead();
  return head.ok ? undefined : head.error;
}

function checkRepeated(headers: Headers): Problem | undefined {
  const name = headers.repeated(singular);
  return name === undefined ? undefined : problem(400, `more than one ${name} header field`);
}

/** 416 for a scheme that is not ours (RFC 3261 §8.2.2.1), 400 for what is no URI or may not stand in a Request-URI (§19.1.1). */
function checkRequestUri(request: SipRequest): Problem | undefined {
  const uri = request.readUri();
  if (!uri.ok) return problem(400, `Request-URI: ${uri.error}`);
  if (!isSipUri(uri.value))
    return uri.value.scheme === 'tel' ? undefined : problem(416, `Request-URI: scheme ${uri.value.scheme}`);
  if (uri.value.headers.length > 0) return problem(400, 'Request-URI: it may hold no headers');
  return undefined;
}

/** 0 to 255 (RFC 3261 §20.22); absent in what an RFC 2543 element sends. */
function checkMaxForwards(headers: Headers): Problem | undefined {
  const value = headers.get('Max-Forwards');
  if (value === undefined || parseNumber(value, 255) !== undefined) return undefined;
  return problem(400, 'Max-Forwards is not a number from 0 to 255');
}

function checkContact(headers: Headers, method: string): Problem | undefined {
  const contacts = parseContacts(headers);
  if (!contacts.ok) return problem(400, `Contact: ${contacts.error}`);
  return contacts.value === '*' && method !== 'REGISTER' ? problem(400, 'Contact: * outside REGISTER') : undefined;
}

/** A route that cannot be read leads nowhere: neither this request nor a dialog that it opens could be sent along it. */
function checkRoute(headers: Headers, name: 'Route' | 'Record-Route'): Problem | undefined {
  const route = parseNameAddrList(headers.fields(name));
  return route.ok ? undefined : problem(400, `${name}: ${route.error}`);
}

/** REGISTER names its address-of-record in To, which must be a SIP or SIPS URI. RFC 3261 §10.2. */
function checkAddressOfRecord(request: SipRequest): Problem | undefined {
  if (request.method !== 'REGISTER' || isSipUri(request.head.to.uri)) return undefined;
  return problem(400, 'To: an address-of-record is a SIP or SIPS URI');
}
