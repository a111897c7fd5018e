/** A REFER arrives: is it one that could be followed? RFC 3515 §2.4.2. */
import { UserAgent, type Referral, type URI } from 'sip.js';
import { Follow, respond } from './follow.ts';
import type { Line } from './line.ts';
import type { ReceivedRefer } from './phone.ts';
import { referToFor } from './refer.ts';
import { readReferredBy, readReferTo, telNumber, type ReadReferTo } from './refer-to.ts';

export interface ReferTools {
  /** Another REFER of this session is not done with. */
  busy: boolean;
  /** Our own, for a tel: URI. */
  domain: string;
  /**
   * Sends the new INVITE.
   * @param headers lines of it
   * @param progressed told every provisional response that means something
   * @returns the new session's id, or undefined when there is no connection
   */
  place(
    target: URI,
    headers: string[],
    progressed: (status: number, reason: string) => void,
    movedFrom: string,
  ): string | undefined;
  /** Gives it up. */
  cancel(id: string): void;
}

/** @returns undefined when it was refused at once */
export function receiveRefer(line: Line, referral: Referral, tools: ReferTools): Follow | undefined {
  line.refersReceived += 1;
  if (tools.busy || line.transferId !== undefined) {
    respond(line, referral, 491, 'Request Pending');
    return undefined;
  }
  const { request } = referral;
  const read = readTarget(request.getHeaders('Refer-To'), tools.domain);
  const by = readReferredBy(request.getHeader('Referred-By'));
  const refer: ReceivedRefer = {
    id: `${line.id}~${line.refersReceived}`,
    at: line.now(),
    ...(read.ok ? read.target : { who: '', uri: request.getHeader('Refer-To') ?? '', headers: [], leftOut: [] }),
    ...(by ? { by } : {}),
    refused: !read.ok,
  };
  const nth = line.refersReceived;
  if (read.ok) {
    const headers = read.target.headers.map(([name, value]) => `${name}: ${value}`);
    return new Follow(line, referral, refer, nth, {
      call: (progressed) => tools.place(read.target.address, headers, progressed, line.id),
      cancel: tools.cancel,
    });
  }
  const { status, reason } = read;
  line.tell({ type: 'referReceived', id: line.id, refer });
  respond(line, referral, status, reason);
  line.tell({
    type: 'followStepped',
    id: line.id,
    followId: refer.id,
    step: { at: line.now(), kind: 'response', status, reason },
  });
  return undefined;
}

type ReadTarget =
  | { ok: true; target: Extract<ReadReferTo, { ok: true }>['target'] & { address: URI } }
  | { ok: false; status: number; reason: string };

/** With the address as sip.js wants it. */
function readTarget(values: string[], domain: string): ReadTarget {
  const read = readReferTo(values);
  if (!read.ok) return read;
  const tel = /^tel:(.*)$/i.exec(read.target.uri)?.[1];
  const uri = tel === undefined ? read.target.uri : referToFor(telNumber(tel), domain);
  const address = UserAgent.makeURI(uri);
  return address
    ? { ok: true, target: { ...read.target, uri, address } }
    : { ok: false, status: 400, reason: 'Malformed Refer-To' };
}
