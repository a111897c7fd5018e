/** D2: REFER got 400. Which part of Refer-To is wrong, and what would be right? */
import { byEndpoint, read, type Attempt } from './attempt.ts';
import type { Finding } from '../trace/finding.ts';
import { capital, warningOf } from './words.ts';

export function badReferTo(attempt: Attempt): Finding | undefined {
  const { answer, refer, request, facts } = attempt;
  if (answer?.status !== 400 || !byEndpoint(attempt)) return undefined;
  const values = request.headers.all('Refer-To');
  const verdict = facts.profile.target(values, facts.account);
  const refused = !verdict.allowed && verdict.status === 400 ? verdict : undefined;
  const wrong = refused?.explanation ?? warningOf(read(answer)) ?? 'the response does not say what is wrong';
  const sent = values.length === 0 ? '' : ` It was: ${values.join(' and ')}.`;
  return {
    id: 'D2',
    severity: 'error',
    title: 'REFER refused with 400: Refer-To is wrong',
    text: `${capital(wrong)}${refused ? ` (${refused.rule})` : ''}.${sent}`,
    fix: `Refer-To: ${refused?.suggestion ?? `<sip:+14155551234@${facts.account.domain}>`}`,
    messageSeqs: [refer.seq, answer.seq],
  };
}
