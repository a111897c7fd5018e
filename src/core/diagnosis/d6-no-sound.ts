/** D6: no audio after the transfer. Codecs of both legs, packets in each direction. P22. */
import type { LegView } from '../../nouns/call.ts';
import { requestsOn, type Attempt } from './attempt.ts';
import type { Finding } from '../trace/finding.ts';
import { nameOf, span, targetName } from './words.ts';

/** A phone may take so long to say its first word. */
const PATIENCE_MS = 3000;

export function noSound(attempt: Attempt): Finding | undefined {
  const { transfer, facts, result, ladder } = attempt;
  const legs = facts.call?.legs ?? [];
  const transferee = legs.find(({ id }) => id === transfer?.transfereeLegId);
  const target = legs.find(({ id }) => id === transfer?.targetLegId);
  if (!transfer?.sound || !transferee || !target || target.answeredAt === undefined) return undefined;
  const until = Math.min(facts.at, transferee.endedAt ?? facts.at, target.endedAt ?? facts.at);
  const talkedMs = until - target.answeredAt;
  const known = [transferee, target].some(({ media }) => media?.state === 'failed');
  // Who is on hold may well be silent.
  if ((talkedMs < PATIENCE_MS && !known) || transferee.held || target.held) return undefined;
  const [a, b] = [nameOf(attempt, transferee.id), targetName(attempt)];
  const { sound } = transfer;
  const silent = [
    ...(sound.transferee.received === 0 ? [`nothing came from ${a}`] : []),
    ...(sound.target.received === 0 ? [`nothing came from ${b}`] : []),
    ...(sound.target.sent === 0 && sound.transferee.received > 0 ? [`nothing went on to ${b}`] : []),
    ...(sound.transferee.sent === 0 && sound.target.received > 0 ? [`nothing went on to ${a}`] : []),
  ];
  if (silent.length === 0) return undefined;
  const answer = ladder.messages.find(
    ({ legId, status, cseq }) => legId === target.id && status === 200 && cseq.endsWith(' INVITE'),
  );
  const [invite] = requestsOn(ladder, target.id, 'INVITE');
  return {
    id: 'D6',
    severity: 'error',
    title: 'No sound after the transfer',
    text:
      `In ${span(talkedMs)} since the answer ${silent.join(', and ')}. ` +
      `${counts(a, transferee, sound.transferee)}; ${counts(b, target, sound.target)}.`,
    fix:
      sound.transferee.received === 0 || sound.target.received === 0
        ? 'Look at the c= and m= lines of the answer: is that where the phone sends from, and does a firewall let RTP through?'
        : 'Compare the codecs of both answers, and a=sendonly, a=recvonly or a=inactive in them.',
    messageSeqs: [answer?.seq, invite?.seq, result?.message.seq].filter((seq) => seq !== undefined),
  };
}

function counts(who: string, { codec }: LegView, { received, sent }: { received: number; sent: number }): string {
  return `${who} (${codec ?? 'no codec'}): ${received} RTP packets received, ${sent} sent`;
}
