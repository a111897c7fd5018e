/** The first INVITE of a call that we place. RFC 3261 §8.1.1, §13.2.1. Pure. */
import { createRequest, type SipRequest } from '../message/index.ts';
import type { Hop } from '../transport/index.ts';
import type { CredentialsFor } from './digest-client.ts';
import { firstWish, printWish } from './session-interval.ts';

export interface Placement {
  /** Request-URI. */
  readonly uri: string;
  /** From and To as they go on the wire, without tag. */
  readonly from: string;
  readonly to: string;
  readonly hop: Hop;
  /** What the callee is registered as (`Binding.aor`), when its binding is called. */
  readonly registered?: string | undefined;
  /** Our offer; without one the callee is asked to make it, and `offered` of the session's user answers it (§13.2.1). */
  readonly sdp?: string;
  readonly headers?: [string, string][];
  /** What challenges in this session are answered with, in place of the user agent's own. */
  readonly credentialsFor?: CredentialsFor | undefined;
}

/** What the user agent adds of its own. */
interface Own {
  readonly callId: string;
  readonly localTag: string;
  /** Values of Contact, Allow, Supported and User-Agent. */
  readonly contact: string;
  readonly allow: string;
  readonly supported: string;
  readonly product: string;
}

export function inviteRequest({ uri, from, to, sdp, headers = [] }: Placement, own: Own): SipRequest {
  return createRequest({
    method: 'INVITE',
    uri,
    headers: [
      ['From', `${from};tag=${own.localTag}`],
      ['To', to],
      ['Call-ID', own.callId],
      ['CSeq', '1 INVITE'],
      ['Contact', own.contact],
      ['Allow', own.allow],
      ['Supported', own.supported],
      ...printWish(firstWish),
      ['User-Agent', own.product],
      ...headers,
      ...(sdp === undefined ? [] : ([['Content-Type', 'application/sdp']] as const)),
    ],
    ...(sdp === undefined ? {} : { body: sdp }),
  });
}
