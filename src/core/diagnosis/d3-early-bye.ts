/** D3: 202, then the caller is gone, since the endpoint hung up before NOTIFY 200. P9. */
import { byEndpoint, requestsOn, type Attempt } from './attempt.ts';
import type { Finding } from '../trace/finding.ts';
import { capital, nameOf, span, statusText, targetName } from './words.ts';

export function earlyBye(attempt: Attempt): Finding | undefined {
  const { ladder, refer, answer, accepted, transferor, result, notifies, transfer, facts } = attempt;
  if (!accepted || !answer || !byEndpoint(attempt)) return undefined;
  const bye = requestsOn(ladder, transferor, 'BYE').find(({ seq }) => seq > refer.seq);
  // Whoever is hung up on may say BYE as well.
  if (bye?.from !== transferor || (result && result.message.seq < bye.seq)) return undefined;
  const someoneElse = ladder.messages.some(
    ({ seq, method, kind, from, legId }) =>
      method === 'BYE' && kind === 'request' && seq > refer.seq && seq < bye.seq && from === legId,
  );
  if (someoneElse) return undefined;

  const last = notifies.findLast(({ message, line }) => message.seq < bye.seq && line !== undefined);
  const said = last?.line ? `, ${span(bye.at - last.message.at)} after NOTIFY ${statusText(last.line)}` : '';
  const target = targetName(attempt);
  const late = answeredLater(attempt, bye.seq);
  const lost =
    late === undefined
      ? `NOTIFY 200 had not been sent.`
      : `${late.what} ${span(late.at - bye.at)} later: the BYE was ${span(late.at - bye.at)} too early.`;
  const dropped = ladder.messages.find(
    ({ method, kind, legId, seq }) =>
      method === 'BYE' && kind === 'request' && seq > bye.seq && legId === (transfer?.transfereeLegId ?? legId),
  );
  const caller = transferee(attempt);
  return {
    id: 'D3',
    severity: 'error',
    title: 'Hung up before NOTIFY 200: the caller was dropped',
    text:
      `${capital(nameOf(attempt, transferor))} sent BYE ${span(bye.at - answer.at)} after ${answer.status}${said}, ` +
      `before ${target} had answered. ${lost} Until NOTIFY 200 the call hangs on the line of who sent the REFER, so ${caller} was disconnected (P9).`,
    fix:
      facts.profile.releases === 'trunk'
        ? 'Wait for the BYE of the trunk, or send BYE only after NOTIFY 200.'
        : 'Send BYE only after NOTIFY 200.',
    messageSeqs: [bye.seq, answer.seq, ...(dropped ? [dropped.seq] : [])],
  };
}

function transferee(attempt: Attempt): string {
  const { transfer, ladder, transferor } = attempt;
  const other = ladder.lifelines.find(({ id, role }) => role !== 'trunk' && role !== 'target' && id !== transferor);
  const id = transfer?.transfereeLegId ?? other?.id;
  return id === undefined ? 'the caller' : nameOf(attempt, id);
}

/** The answer that was on its way. */
function answeredLater({ ladder, result, transfer }: Attempt, after: number): { what: string; at: number } | undefined {
  if (result?.line?.status === 200) return { what: 'NOTIFY 200 came', at: result.message.at };
  const answer = ladder.messages.find(
    ({ seq, legId, status, cseq }) =>
      seq > after && legId === transfer?.targetLegId && status === 200 && cseq.endsWith(' INVITE'),
  );
  return answer && { what: 'The target answered', at: answer.at };
}
