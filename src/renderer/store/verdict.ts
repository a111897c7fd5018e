/** The transfer card's last word, from what SIP reported and, where SIP is silent, from the trunk's bridge. */
import type { CallView } from '../../contract/model.ts';
import type { SessionEnd } from '../phone/phone.ts';
import { formatSpan } from '../ui/format.ts';
import { formatNumber } from '../ui/number.ts';
import { clipName } from './names.ts';
import type { TransferCard } from './transfer-card.ts';
import { failureWords, mayRetry } from './words.ts';

export interface Verdict {
  tone: 'pending' | 'ok' | 'warn' | 'bad';
  headline: string;
  detail: string;
  /** The caller is still here and something has to be done for them. */
  rescue: boolean;
  /** A retry with the same target may go another way. */
  retry: boolean;
  /** How the label of the message that proves it begins, e.g. `NOTIFY (486`. */
  proof?: string;
}

/** A target that leaves sooner than this after its answer did not take the call. */
const AT_ONCE_MS = 3000;

/** @param call the trunk's picture of the call, for what happens after our own line is gone */
export function verdict(whole: TransferCard, call: CallView | undefined): Verdict {
  const card = { ...whole, caller: clipName(whole.caller), targetName: clipName(whole.targetName) };
  const target = card.targetName || formatNumber(card.target);
  const after = formatSpan((card.decidedAt ?? card.startedAt) - card.startedAt);
  switch (card.phase) {
    case 'sent':
      return pending('REFER is sent.', 'The trunk has not answered yet.');
    case 'accepted':
      return pending(`The trunk is calling ${target}.`, notYet(card));
    case 'ringing':
      return pending(`${target} is ringing.`, notYet(card));
    case 'succeeded':
      return success(card, call, target, after);
    case 'failed':
      return failure(card, target);
    case 'unknown':
      return {
        tone: 'warn',
        headline: `The trunk stopped reporting after ${after}.`,
        detail: `It never said whether ${target} answered.${stillHere(card)}`,
        rescue: !card.ended,
        retry: false,
        proof: 'NOTIFY',
      };
    case 'line-lost':
      return lost(card, call, target, after);
    default:
      return card.phase satisfies never;
  }
}

function pending(headline: string, detail: string): Verdict {
  return { tone: 'pending', headline, detail, rescue: false, retry: false };
}

function notYet(card: TransferCard): string {
  return `Nobody has answered yet: if you hang up now, ${card.caller} is dropped.`;
}

function stillHere(card: TransferCard): string {
  return card.ended ? ` ${card.caller}'s call has ended since.` : ` ${card.caller} is still on your line.`;
}

function success(card: TransferCard, call: CallView | undefined, target: string, after: string): Verdict {
  const base = { rescue: false, retry: false, proof: 'NOTIFY (200' } as const;
  const answered = `${target} answered after ${after}`;
  const targetLeg = call?.legs.find((leg) => leg.role === 'target' && leg.number === card.target);
  const talkedMs =
    targetLeg?.answeredAt !== undefined && targetLeg.endedAt !== undefined
      ? targetLeg.endedAt - targetLeg.answeredAt
      : undefined;
  if (talkedMs !== undefined && talkedMs < AT_ONCE_MS && targetLeg?.endedBy === 'target') {
    return {
      ...base,
      tone: 'warn',
      headline: `${answered} and hung up ${formatSpan(talkedMs)} later.`,
      detail: `The call is over; ${card.caller} was not reconnected to you.`,
    };
  }
  if (!card.ended) {
    return {
      ...base,
      tone: 'ok',
      headline: `${answered}.`,
      detail: 'Your line is still up for a moment. The two are not disturbed.',
    };
  }
  const left = leftWords(card.ended);
  const both = `${card.caller} and ${target}`;
  const detail =
    talkedMs === undefined ? `${both} talk on without you.` : `${both} talked for ${formatSpan(talkedMs)}.`;
  return { ...base, tone: 'ok', headline: `${answered}. ${left}`, detail };
}

function leftWords({ by, auto }: SessionEnd): string {
  if (auto) return 'The console released your line.';
  return by === 'us' ? 'You left the call.' : 'Your line was released.';
}

function failure(card: TransferCard, target: string): Verdict {
  const status = card.status ?? 0;
  const refused = card.decidedBy === 'response';
  const headline = refused
    ? `The trunk refused the transfer (${status} ${card.reason ?? ''}).`
    : `${target} ${failureWords(status)}.`;
  const retry = mayRetry(status);
  return {
    tone: 'bad',
    headline: headline + stillHere(card),
    detail: card.warning ?? (retry ? '' : 'The same target is unlikely to go better a second time.'),
    rescue: !card.ended,
    retry,
    proof: refused ? `${status}` : `NOTIFY (${status}`,
  };
}

function lost(card: TransferCard, call: CallView | undefined, target: string, after: string): Verdict {
  const base = { tone: 'bad', rescue: false, retry: false } as const;
  const when = `${after} after REFER, before ${target} had answered.`;
  if (card.ended?.by === 'gateway') {
    return {
      ...base,
      tone: 'warn',
      headline: `The connection to the trunk was lost ${after} after REFER.`,
      detail: `From here nobody can say whether ${target} answered.`,
    };
  }
  if (card.ended?.by === 'us') {
    return {
      ...base,
      headline: `You hung up ${when}`,
      detail: `${card.caller} was dropped with you: until a NOTIFY 200 the call hangs on your line.`,
      proof: 'BYE',
    };
  }
  const hungUp = call?.legs.some((leg) => leg.role === 'caller' && leg.endedBy === 'caller');
  return {
    ...base,
    headline: hungUp ? `${card.caller} hung up ${when}` : `The call ended ${when}`,
    detail: 'Nothing was transferred.',
    proof: 'BYE',
  };
}
