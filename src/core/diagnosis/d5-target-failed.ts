/** D5: the final NOTIFY says that it failed. The target's own answer, and whether the caller is still there. */
import type { LadderMessage } from '../../nouns/ladder.ts';
import { byEndpoint, heardAfterBye, type Attempt } from './attempt.ts';
import type { Finding } from '../trace/finding.ts';
import { capital, nameOf, span, statusText, targetName } from './words.ts';

export function targetFailed(attempt: Attempt): Finding | undefined {
  const { result, refer } = attempt;
  if (!result?.line || result.line.status < 300) return undefined;
  // It hung up, and the target was given up for that: D3 says so.
  if (byEndpoint(attempt) && result.line.status === 487 && heardAfterBye(attempt, result)) return undefined;
  const own = ownAnswer(attempt);
  const { status } = result.line;
  return {
    id: 'D5',
    severity: 'warning',
    title: `Transfer failed: ${statusText(result.line)}`,
    text: byEndpoint(attempt) ? `${cause(attempt, own)} ${stillThere(attempt)}` : asTheEndpointSays(attempt),
    ...(status === 404 ? { fix: 'Check the number.' } : {}),
    ...([408, 480, 486, 600].includes(status) ? { fix: 'Try again, or another target.' } : {}),
    messageSeqs: [result.message.seq, ...(own ? [own.seq] : []), refer.seq],
  };
}

/** What the target answered to its INVITE, where it was asked. */
function ownAnswer({ ladder, transfer, refer, result }: Attempt): LadderMessage | undefined {
  const final = result?.message.seq ?? 0;
  const onTarget = ladder.messages.filter(
    ({ legId, seq, cseq, from }) =>
      seq > refer.seq && from === legId && cseq.endsWith(' INVITE') && isTarget(ladder, legId, transfer?.targetLegId),
  );
  return onTarget.findLast(({ seq, status }) => seq < final && (status ?? 0) >= 300);
}

function isTarget({ lifelines }: Attempt['ladder'], legId: string, targetLegId: string | undefined): boolean {
  return targetLegId === undefined
    ? lifelines.some(({ id, role }) => id === legId && role === 'target')
    : legId === targetLegId;
}

function cause(attempt: Attempt, own: LadderMessage | undefined): string {
  const { result, refer, ladder, transferor } = attempt;
  const target = targetName(attempt);
  const status = result?.line?.status ?? 0;
  const after = span((result?.message.at ?? refer.at) - refer.at);
  if (own) {
    const same = own.status === status ? '' : `, which the NOTIFY passes on as ${status}`;
    return `${target} itself answered ${own.label} ${span(own.at - refer.at)} after REFER${same}.`;
  }
  if (status === 487) {
    const next = ladder.messages.some(
      ({ method, kind, from, seq }) =>
        method === 'REFER' &&
        kind === 'request' &&
        from === transferor &&
        seq > refer.seq &&
        seq < (result?.message.seq ?? 0),
    );
    return next
      ? `The next REFER took its place after ${after} (P24).`
      : `The call to ${target} was given up after ${after}, before an answer.`;
  }
  if (status === 408)
    return `${target} did not answer: the ring time was over after ${after}, and the trunk sent CANCEL (P17).`;
  if (status === 404) return `There is nobody at ${target}: no INVITE was sent.`;
  return `${target} was not reached; the trunk reports ${status} after ${after}.`;
}

/** The trunk referred the endpoint (T6): what that called is in no ladder of ours. */
function asTheEndpointSays(attempt: Attempt): string {
  const { result, refer } = attempt;
  const who = capital(nameOf(attempt, refer.to));
  const after = span((result?.message.at ?? refer.at) - refer.at);
  return `${who} took the REFER and says ${after} later that ${targetName(attempt)} was not reached. The call stays with the application.`;
}

function stillThere(attempt: Attempt): string {
  const { ladder, transfer, transferor, result, facts } = attempt;
  const other = ladder.lifelines.find(({ id, role }) => role !== 'trunk' && role !== 'target' && id !== transferor);
  const legId = transfer?.transfereeLegId ?? other?.id;
  if (legId === undefined) return '';
  const who = nameOf(attempt, legId);
  const line = nameOf(attempt, transferor);
  const at = result?.message.at ?? 0;
  const bye = ladder.messages.find(
    ({ method, kind, legId: leg }) => method === 'BYE' && kind === 'request' && leg === legId,
  );
  const ended = bye?.at ?? facts.call?.legs.find(({ id }) => id === legId)?.endedAt;
  if (ended === undefined) return `${who} is still on the line of ${line}.`;
  if (ended < at) return `${who} had gone before.`;
  return `${who} stayed on the line of ${line} for another ${span(ended - at)}.`;
}
