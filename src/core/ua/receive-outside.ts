/** What a request outside any dialog gets that nobody has to decide about. RFC 3261 §8.2. Pure. */
import { parseReplaces, type SipRequest } from '../message/index.ts';
import { inspect, type Capabilities } from './inspect.ts';
import type { Refusal } from './refusal.ts';
import type { InSession } from './in-session.ts';
import { tooShort } from './session-interval.ts';

/** What may begin outside a dialog, or be answered there. */
const BEGINNING = new Set(['INVITE', 'OPTIONS', 'REGISTER']);

/**
 * @param named the session of the dialog that a Replaces names
 * @returns undefined for INVITE, OPTIONS and REGISTER that may go ahead
 */
export function refuseOutside(
  request: SipRequest,
  capabilities: Capabilities,
  named: (request: SipRequest) => InSession | undefined,
): Refusal | undefined {
  const refusal = inspect(request, capabilities);
  if (refusal) return refusal;
  if (request.method === 'INVITE') return refuseReplaces(request, named) ?? refuseInterval(request);
  if (request.method === 'REFER') return refuseRefer(request);
  if (request.method === 'SUBSCRIBE') return { status: 489, headers: [['Allow-Events', 'refer']] };
  return BEGINNING.has(request.method) ? undefined : { status: 481 };
}

/**
 * RFC 3891 §3. Of dialogs only those whose peer has lost its connection can be replaced (W6), which is why `replaces` is
 * not among what we support.
 */
function refuseReplaces(
  request: SipRequest,
  named: (request: SipRequest) => InSession | undefined,
): Refusal | undefined {
  const { headers } = request;
  const values = headers.fields('Replaces');
  if (values.length === 0) return undefined;
  const parsed = parseReplaces(values[0] ?? '');
  if (!parsed.ok || values.length > 1 || headers.has('Join')) return { status: 400, reason: 'Bad Replaces' };
  const session = named(request);
  if (session === undefined) return { status: 481 };
  return session.orphaned ? undefined : { status: 501, reason: 'Replaces Not Implemented' };
}

function refuseInterval(request: SipRequest): Refusal | undefined {
  const least = tooShort(request);
  return least === undefined ? undefined : { status: 422, headers: [['Min-SE', least]] };
}

/** There is no call that it could move: RFC 3515 §2.4.2 leaves the choice to us, RFC 3515 §2.4.1 wants one Refer-To. */
function refuseRefer({ headers }: SipRequest): Refusal {
  if (headers.count('Refer-To') !== 1) return { status: 400, reason: 'One Refer-To Is Needed' };
  return { status: 403, reason: 'REFER Outside A Call' };
}
