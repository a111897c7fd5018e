/** What can be wrong with a REFER beyond its target. */
import { parseRetryAfter } from '../message/index.ts';
import { byEndpoint, read, type Attempt } from './attempt.ts';
import type { Finding } from '../trace/finding.ts';
import { capital, nameOf, warningOf } from './words.ts';

/** Refused by the trunk with something else than 400 and 403, which have findings of their own; by the endpoint with anything (T7). */
export function referRefused(attempt: Attempt): Finding | undefined {
  const { answer, refer } = attempt;
  const status = answer?.status ?? 0;
  if (!answer || status < 300) return undefined;
  if (byEndpoint(attempt) && (status === 400 || status === 403)) return undefined;
  const message = read(answer);
  const said = warningOf(message);
  const retry = parseRetryAfter(message?.headers.get('Retry-After') ?? '');
  return {
    id: 'refer-refused',
    severity: 'error',
    title: `REFER refused with ${answer.label}`,
    text: `${said === undefined ? 'The response does not say why.' : `${capital(nameOf(attempt, answer.from))} says: ${said}.`} Nothing was transferred, and the call goes on.`,
    ...(!byEndpoint(attempt) && (status === 405 || status === 501)
      ? { fix: 'Let the endpoint take REFER inside the dialog (RFC 3515).' }
      : {}),
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
