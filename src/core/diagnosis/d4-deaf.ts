/** D4: 202, but no NOTIFY got through. */
import { byEndpoint, read, type Attempt } from './attempt.ts';
import type { Finding } from '../trace/finding.ts';
import { capital, nameOf, span } from './words.ts';

/** T1 doubles, so three have been sent by now over UDP (RFC 3261 §17.1.2.2). */
const PATIENCE_MS = 2000;

export function deaf(attempt: Attempt): Finding | undefined {
  const { notifies, facts, ladder, refer, request, transferor } = attempt;
  const [first] = notifies;
  if (!first || !byEndpoint(attempt) || notifies.some(({ answer }) => answer)) return undefined;
  const until = Math.max(ladder.messages.at(-1)?.at ?? 0, Math.min(facts.at, facts.call?.endedAt ?? facts.at));
  const waited = until - first.message.at;
  if (waited < PATIENCE_MS) return undefined;
  const sent = notifies.flatMap((each) => each.sent);
  const contact = request.headers.get('Contact');
  const asked = requestUri(attempt);
  const to = contact ?? (asked === undefined ? 'an unknown Contact' : `<${asked}>`);
  const source = refer.remote === undefined ? '' : ` The REFER itself came from ${refer.remote}.`;
  return {
    id: 'D4',
    severity: 'error',
    title: 'No NOTIFY got through',
    text:
      `${capital(nameOf(attempt, transferor))} answered none of ${sent.length} NOTIFY messages in ${span(waited)}. ` +
      `They go to its Contact, ${to}${first.message.remote === undefined ? '' : ` (${first.message.remote})`}.${source} ` +
      'The transfer goes on, but nobody hears how it ends.',
    fix: 'Put the address and port on which the endpoint listens into Contact, and let NOTIFY in through its firewall.',
    messageSeqs: [first.message.seq, refer.seq],
  };
}

function requestUri({ notifies }: Attempt): string | undefined {
  const [first] = notifies;
  const message = first && read(first.message);
  return message?.kind === 'request' ? message.uri : undefined;
}
