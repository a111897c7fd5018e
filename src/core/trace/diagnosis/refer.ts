/** What can be wrong with a REFER beyond its target. */
import { parseRetryAfter } from '../../message/index.ts';
import { read, type Attempt } from './attempt.ts';
import type { Finding } from './finding.ts';
import { warningOf } from './words.ts';

/** Refused with something else than 400 and 403, which have findings of their own. */
export function referRefused({ answer, refer }: Attempt): Finding | undefined {
  const status = answer?.status ?? 0;
  if (!answer || status < 300 || status === 400 || status === 403) return undefined;
  const message = read(answer);
  const said = warningOf(message);
  const retry = parseRetryAfter(message?.headers.get('Retry-After') ?? '');
  return {
    id: 'refer-refused',
    severity: 'error',
    title: `REFER refused with ${answer.label}`,
    text: `${said === undefined ? 'The response does not say why.' : `The trunk says: ${said}.`} Nothing was transferred, and the call goes on.`,
    ...(retry.ok ? { fix: `Try again after ${retry.value.seconds} s.` } : {}),
    messageSeqs: [answer.seq, refer.seq],
  };
}

/** RFC 4488: the endpoint asked not to be told. */
export function progressHidden({ request, refer, accepted, notifies }: Attempt): Finding | undefined {
  const wanted = request.headers.get('Refer-Sub')?.split(';')[0]?.trim().toLowerCase();
  if (!accepted || wanted !== 'false') return undefined;
  const hidden = notifies.length === 0;
  return {
    id: 'refer-sub-false',
    severity: 'info',
    title: 'Refer-Sub: false',
    text: hidden
      ? 'The REFER asks for no subscription (RFC 4488), and none was made: no NOTIFY tells how the transfer goes.'
      : 'The REFER asks for no subscription (RFC 4488); the trunk reports all the same.',
    ...(hidden ? { fix: 'Leave Refer-Sub out to be told whether the target answered.' } : {}),
    messageSeqs: [refer.seq],
  };
}
