import { createRequest, type SipRequest, type SipResponse } from '../message/index.ts';

type Fields = Iterable<readonly [name: string, value: string]>;

/** The ACK to a final response other than 2xx, which belongs to the INVITE's transaction. RFC 3261 §17.1.1.3. */
export function ackFor(invite: SipRequest, response: SipResponse): SipRequest {
  return derive(invite, 'ACK', response.headers.get('To')!, []);
}

/** The CANCEL of an INVITE. RFC 3261 §9.1. */
export function cancelFor(invite: SipRequest, extra: Fields): SipRequest {
  return derive(invite, 'CANCEL', invite.headers.get('To')!, extra);
}

/** Both travel the way of the INVITE: same Request-URI, top Via, Route, From, Call-ID and CSeq number. */
function derive(invite: SipRequest, method: string, to: string, extra: Fields): SipRequest {
  const { headers, head } = invite;
  const fields: [string, string][] = [
    ['Via', headers.all('Via')[0]!],
    ['Max-Forwards', '70'],
    ...headers.all('Route').map((route): [string, string] => ['Route', route]),
    ['From', headers.get('From')!],
    ['To', to],
    ['Call-ID', head.callId],
    ['CSeq', `${head.cseq.number} ${method}`],
  ];
  for (const [name, value] of extra) fields.push([name, value]);
  return createRequest({ method, uri: invite.uri, headers: fields });
}
