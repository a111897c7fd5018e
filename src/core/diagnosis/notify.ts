/** What can be wrong with the reports of a transfer. RFC 3515 §2.4.4, RFC 6665. */
import type { LadderMessage } from '../../nouns/ladder.ts';
import { byEndpoint, heardAfterBye, read, requestsOn, type Attempt, type Notify } from './attempt.ts';
import type { Finding } from '../trace/finding.ts';
import { capital, nameOf } from './words.ts';

/** A NOTIFY got 405, 481, 489 or another refusal. */
export function notifyRefused(attempt: Attempt): Finding | undefined {
  const refused = attempt.notifies.find(
    (notify) => notify.answer?.kind === 'failure' && !(byEndpoint(attempt) && heardAfterBye(attempt, notify)),
  );
  if (!refused?.answer) return undefined;
  const { answer, message } = refused;
  const who = capital(nameOf(attempt, answer.from));
  return {
    id: 'notify-refused',
    severity: answer.status === 481 ? 'warning' : 'error',
    title: `NOTIFY refused with ${answer.label}`,
    text: `${who} answered ${message.label} with ${answer.label}. ${meaning(attempt, refused)} The transfer itself goes on (P10).`,
    ...fixes[answer.status ?? 0],
    messageSeqs: [answer.seq, message.seq],
  };
}

function meaning({ ladder }: Attempt, { message }: Notify): string {
  const bye = requestsOn(ladder, message.legId, 'BYE').find(({ seq }) => seq < message.seq + 4);
  if (bye) return 'A BYE had ended the dialog before: the two crossed.';
  return 'So it does not hear how the transfer ends.';
}

const fixes: Readonly<Record<number, { fix: string }>> = {
  405: { fix: 'Let the endpoint take NOTIFY inside the dialog: whoever sends REFER subscribes by it (RFC 3515).' },
  481: {
    fix: 'Keep the dialog and the subscription until the final NOTIFY; compare its Event id with the CSeq of the REFER.',
  },
  489: { fix: 'Let the endpoint take the event package `refer`, with an id and without (RFC 3515).' },
};

/** The last report says that it is the last, but not how it ended. */
export function withoutResult(attempt: Attempt): Finding | undefined {
  const { notifies, result } = attempt;
  const last = notifies.findLast(({ terminated }) => terminated);
  // The trunk gave up reporting to somebody who answered nothing: D4 says so.
  if (byEndpoint(attempt) && !last?.answer) return undefined;
  // Some mark every report so, 100 and 180 included: what counts is whether a result comes.
  if (!last || result || notifies.at(-1) !== last) return undefined;
  const says = last.line
    ? `carries only ${last.line.status}`
    : last.body.trim() === ''
      ? 'has no body'
      : 'says nothing';
  return {
    id: 'notify-without-result',
    severity: 'warning',
    title: 'The last NOTIFY has no result',
    text: `Subscription-State ends the reports, but the NOTIFY ${says}: nobody can tell whether the target answered.`,
    fix: 'The last NOTIFY has to carry a final status line, such as SIP/2.0 200 OK.',
    messageSeqs: [last.message.seq],
  };
}

/** A body that is no sipfrag, or does not begin with a status line. RFC 3420. */
export function malformedSipfrag({ notifies }: Attempt): Finding | undefined {
  const flawed = notifies.find(({ body, line, message }) => body.trim() !== '' && (!line || !isSipfrag(message)));
  if (!flawed) return undefined;
  const first = flawed.body.trimStart().split(/\r?\n/)[0] ?? '';
  const type = read(flawed.message)?.headers.get('Content-Type') ?? 'none';
  return {
    id: 'sipfrag-malformed',
    severity: 'warning',
    title: 'A NOTIFY cannot be read',
    text: flawed.line
      ? `Its body is a status line, but its Content-Type is ${type}.`
      : `Its body (${type}) begins with “${first.slice(0, 60)}”, which is no status line.`,
    fix: 'The body is message/sipfrag and begins with a line such as SIP/2.0 180 Ringing; header fields may follow it.',
    messageSeqs: [flawed.message.seq],
  };
}

function isSipfrag(message: LadderMessage): boolean {
  return /^message\/sipfrag\s*(?:;|$)/i.test(read(message)?.headers.get('Content-Type')?.trim() ?? '');
}
