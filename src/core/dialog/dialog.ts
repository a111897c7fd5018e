/**
 * A dialog as a value: RFC 3261 §12. Receiving and sending give the next dialog; nothing here has effects.
 */
import {
  createRequest,
  isSipUri,
  parseNameAddrList,
  parseUri,
  printNameAddr,
  printUri,
  type NameAddr,
  type SipRequest,
  type SipResponse,
  type Uri,
} from '../message/index.ts';

export interface Dialog {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  /** As they go into From and To, tags included. */
  readonly local: string;
  readonly remote: string;
  readonly localSeq: number;
  /** Undefined until the peer has sent a request (§12.1.2). */
  readonly remoteSeq: number | undefined;
  /** The peer's Contact: Request-URI of what we send. */
  readonly remoteTarget: string;
  /** Route header values in the order in which we send them. */
  readonly routeSet: readonly string[];
}

/**
 * The dialog that a response with a To tag sets up at the caller. RFC 3261 §12.1.2.
 * @param request its Request-URI stands in for a Contact that is missing
 */
export function dialogFromResponse(request: Pick<SipRequest, 'uri'>, response: SipResponse): Dialog {
  const { head } = response;
  return {
    callId: head.callId,
    localTag: head.fromTag ?? '',
    remoteTag: head.toTag ?? '',
    local: printNameAddr(head.from),
    remote: printNameAddr(head.to),
    localSeq: head.cseq.number,
    remoteSeq: undefined,
    remoteTarget: contactUri(response) ?? request.uri,
    routeSet: response.headers.all('Record-Route').toReversed(),
  };
}

/**
 * An early dialog whose 2xx has come: remote target and route set are taken anew from it, the CSeq numbers go on.
 * RFC 3261 §13.2.2.4.
 */
export function confirmDialog(early: Dialog, response: SipResponse): Dialog {
  return {
    ...early,
    remoteTarget: contactUri(response) ?? early.remoteTarget,
    routeSet: response.headers.all('Record-Route').toReversed(),
  };
}

/** The dialog that an INVITE sets up at the callee once it answers with `localTag`. RFC 3261 §12.1.1. */
export function dialogFromRequest(request: SipRequest, localTag: string): Dialog {
  const { head } = request;
  const local: NameAddr = { ...head.to, params: new Map([...head.to.params, ['tag', localTag]]) };
  return {
    callId: head.callId,
    localTag,
    remoteTag: head.fromTag ?? '',
    local: printNameAddr(local),
    remote: printNameAddr(head.from),
    localSeq: 0,
    remoteSeq: head.cseq.number,
    remoteTarget: contactUri(request) ?? printUri(head.from.uri),
    routeSet: request.headers.all('Record-Route'),
  };
}

/** A request inside the dialog, and the dialog after it. ACK and CANCEL are not made here. RFC 3261 §12.2.1.1. */
export function requestInDialog(
  dialog: Dialog,
  method: string,
  headers: Iterable<[string, string]> = [],
  body?: Uint8Array,
): [Dialog, SipRequest] {
  const localSeq = dialog.localSeq + 1;
  return [{ ...dialog, localSeq }, build(dialog, method, localSeq, headers, body)];
}

/** The ACK for a 2xx: the CSeq number of its INVITE, the route set of the dialog. RFC 3261 §13.2.2.4. */
export function ackInDialog(
  dialog: Dialog,
  inviteSeq: number,
  headers: Iterable<[string, string]> = [],
  body?: Uint8Array,
): SipRequest {
  return build(dialog, 'ACK', inviteSeq, headers, body);
}

function build(
  dialog: Dialog,
  method: string,
  seq: number,
  headers: Iterable<[string, string]>,
  body: Uint8Array | undefined,
): SipRequest {
  const { uri, routes } = target(dialog);
  return createRequest({
    method,
    uri,
    headers: [
      ...routes.map((route): [string, string] => ['Route', route]),
      ['Max-Forwards', '70'],
      ['From', dialog.local],
      ['To', dialog.remote],
      ['Call-ID', dialog.callId],
      ['CSeq', `${seq} ${method}`],
      ...headers,
    ],
    ...(body ? { body } : {}),
  });
}

/** Loose routing keeps the remote target in the Request-URI; a strict router takes its place. RFC 3261 §12.2.1.1. */
function target(dialog: Dialog): { uri: string; routes: readonly string[] } {
  const first = dialog.routeSet[0];
  if (first === undefined) return { uri: dialog.remoteTarget, routes: [] };
  const strict = routeUri(first);
  if (!strict || !isSipUri(strict) || strict.params.has('lr')) {
    return { uri: dialog.remoteTarget, routes: dialog.routeSet };
  }
  return { uri: printUri(strict), routes: [...dialog.routeSet.slice(1), `<${dialog.remoteTarget}>`] };
}

/** Where the next request goes: the first route, else the remote target. */
export function nextHopUri(dialog: Dialog): Uri | undefined {
  const first = dialog.routeSet[0];
  if (first !== undefined) return routeUri(first);
  const parsed = parseUri(dialog.remoteTarget);
  return parsed.ok ? parsed.value : undefined;
}

function routeUri(route: string): Uri | undefined {
  const parsed = parseNameAddrList([route]);
  return parsed.ok ? parsed.value[0]?.uri : undefined;
}

/**
 * Takes note of a request that arrived in the dialog. RFC 3261 §12.2.2.
 * @returns undefined when its CSeq is out of order: to be answered with 500
 */
export function receiveInDialog(dialog: Dialog, request: SipRequest): Dialog | undefined {
  const seq = request.head.cseq.number;
  if (request.method === 'ACK') return dialog;
  if (dialog.remoteSeq !== undefined && seq <= dialog.remoteSeq) return undefined;
  return { ...dialog, remoteSeq: seq };
}

/** INVITE and UPDATE, and their 2xx, move the remote target; the route set stays. RFC 3261 §12.2.1.2, RFC 3311 §5.1. */
export function refreshTarget(dialog: Dialog, message: SipRequest | SipResponse): Dialog {
  const remoteTarget = contactUri(message);
  return remoteTarget === undefined || remoteTarget === dialog.remoteTarget ? dialog : { ...dialog, remoteTarget };
}

function contactUri(message: SipRequest | SipResponse): string | undefined {
  const parsed = parseNameAddrList(message.headers.all('Contact'));
  const contact = parsed.ok ? parsed.value[0] : undefined;
  return contact && printUri(contact.uri);
}
