/** Who hung up on the transferor after NOTIFY 200: RFC 5589 leaves it open, so both may, or nobody. */
import { byEndpoint, requestsOn, type Attempt } from './attempt.ts';
import type { Finding } from '../trace/finding.ts';
import { nameOf, span } from './words.ts';

/** The trunk waits four seconds for the answer to its last NOTIFY, and so much is to spare. */
const PATIENCE_MS = 8000;

export function release(attempt: Attempt): Finding | undefined {
  const { result, ladder, transferor, facts, transfer } = attempt;
  if (result?.line?.status !== 200 || !byEndpoint(attempt)) return undefined;
  const byes = requestsOn(ladder, transferor, 'BYE').filter(({ seq }) => seq > result.message.seq);
  const [first, second] = byes;
  const who = nameOf(attempt, transferor);
  if (first && second && first.from !== second.from) {
    return {
      id: 'bye-from-both',
      severity: 'info',
      title: 'Both sides sent BYE',
      text: `After NOTIFY 200 ${nameOf(attempt, first.from)} sent BYE, and ${span(second.at - first.at)} later ${nameOf(attempt, second.from)} did. That does no harm: the transferred call is another.`,
      messageSeqs: [first.seq, second.seq],
    };
  }
  const until = Math.min(facts.at, facts.call?.endedAt ?? facts.at);
  if (first || facts.call === undefined || transfer === undefined || until - result.message.at < PATIENCE_MS)
    return undefined;
  return {
    id: 'bye-from-nobody',
    severity: 'warning',
    title: 'Nobody has sent BYE',
    text: `${span(until - result.message.at)} after NOTIFY 200 the leg of ${who} is still up, though it is no part of the call any more.`,
    fix:
      facts.profile.releases === 'transferor'
        ? 'With this provider the endpoint sends BYE after NOTIFY 200.'
        : 'Hang up at the endpoint.',
    messageSeqs: [result.message.seq],
  };
}
