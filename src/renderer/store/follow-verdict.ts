/** A REFER that came to us, in words: how it stands, and what each step means. Pure. */
import { formatSpan } from '../ui/format.ts';
import type { FollowCard, FollowCardStep } from './follow-card.ts';
import { failureWords } from './words.ts';

export interface FollowVerdict {
  tone: 'question' | 'pending' | 'ok' | 'warn' | 'bad';
  headline: string;
  detail: string;
  /** How the label of the message that proves it begins, on the old call's ladder. */
  proof: string;
}

/** @param newCallOver the new call was answered, and has ended since */
export function followVerdict(card: FollowCard, newCallOver = false): FollowVerdict {
  const { asker, target, status = 0, reason = '' } = card;
  const after = formatSpan((card.decidedAt ?? card.startedAt) - card.startedAt);
  const stays = card.ended ? 'That call has ended since.' : `You are still on the call with ${asker}.`;
  switch (card.phase) {
    case 'asked':
      return {
        tone: 'question',
        headline: `${asker} asks to move this call to ${target}.`,
        detail: `Follow: this console calls ${target}, and leaves this call once they have answered.`,
        proof: 'REFER',
      };
    case 'calling':
      return pending(`Calling ${target}.`, card);
    case 'ringing':
      return pending(`${target} is ringing.`, card);
    case 'answered':
      return {
        tone: 'ok',
        headline: `${target} answered after ${after}.`,
        detail: 'The old call is released once its other side knows.',
        proof: 'NOTIFY (200',
      };
    case 'moved':
      return {
        tone: 'ok',
        headline: `${target} answered after ${after}. ${card.ended?.by === 'us' ? 'The old call is released.' : `${asker} ended the old call.`}`,
        detail: newCallOver ? 'The new call has ended since.' : 'You are on the new call.',
        proof: 'NOTIFY (200',
      };
    case 'failed':
      return card.givenUp
        ? { tone: 'warn', headline: `You gave up calling ${target}. ${stays}`, detail: '', proof: 'NOTIFY (487' }
        : {
            tone: 'bad',
            headline: `${target} ${failureWords(status)}. ${stays}`,
            detail: '',
            proof: `NOTIFY (${status}`,
          };
    case 'declined':
      return {
        tone: 'warn',
        headline: `${card.auto ? 'Declined' : 'You declined'} to move to ${target} (603). ${stays}`,
        detail: card.auto ? 'This console is set to decline: see the settings menu.' : '',
        proof: card.steps.some(({ kind }) => kind === 'notify') ? 'NOTIFY (603' : '603',
      };
    case 'refused':
      return {
        tone: 'bad',
        headline: `A request to move this call was refused (${status} ${reason}). ${stays}`,
        detail: `Refer-To: ${card.refer.uri || 'missing'}`,
        proof: String(status),
      };
    case 'left':
      return left(card, after);
    case 'expired':
      return {
        tone: 'warn',
        headline: `Nothing was decided in ${after}: the request to move to ${target} has run out.`,
        detail: stays,
        proof: 'NOTIFY',
      };
    default:
      return card.phase satisfies never;
  }
}

function pending(headline: string, { asker }: FollowCard): FollowVerdict {
  return {
    tone: 'pending',
    headline,
    detail: `The call with ${asker} stays until they have answered.`,
    proof: 'REFER',
  };
}

function left({ asker, target, ended, newLineId }: FollowCard, after: string): FollowVerdict {
  const who =
    ended?.by === 'us' ? 'You hung up' : ended?.by === 'gateway' ? 'The connection was lost' : `${asker} hung up`;
  return {
    tone: 'bad',
    headline:
      newLineId === undefined
        ? `${who} before you had decided.`
        : `${who} ${after} after the request, before ${target} had answered.`,
    detail: newLineId === undefined ? 'Nobody was called.' : `The call to ${target} was given up.`,
    proof: 'BYE',
  };
}

export interface FollowStepWords {
  label: string;
  means: string;
  ours: boolean;
  failed: boolean;
}

/** One row of the card. */
export function followStepWords(step: FollowCardStep, card: FollowCard): FollowStepWords {
  switch (step.kind) {
    case 'refer':
      return theirs('REFER', card.refer.refused ? 'cannot be followed' : `asks to call ${card.target}`);
    case 'response': {
      const refused = step.status >= 300;
      return { ...ours(`${step.status} ${step.reason}`, refused ? 'refused' : 'will try'), failed: refused };
    }
    case 'invite':
      return ours('INVITE', `to ${card.target}`);
    case 'status':
      return { ...theirs(`${step.status} ${step.reason}`, statusMeans(step.status)), failed: step.status >= 300 };
    case 'cancelled':
      return ours('CANCEL', 'you gave up');
    case 'given-up':
      return ours('CANCEL', 'the old call is over');
    case 'notify':
      return ours(`NOTIFY ${step.status} ${step.reason}`.trim(), notifyMeans(step.end));
    case 'notify-refused':
      return { ...theirs(`${step.status} to NOTIFY`, 'the report was refused'), failed: true };
    case 'session-ended':
      return endWords(step.end.by, step.end.method, card);
    default:
      return step satisfies never;
  }
}

function ours(label: string, means: string): FollowStepWords {
  return { label, means, ours: true, failed: false };
}

function theirs(label: string, means: string): FollowStepWords {
  return { label, means, ours: false, failed: false };
}

function statusMeans(status: number): string {
  if (status < 200) return 'it rings there';
  return status < 300 ? 'answered' : 'the new call failed';
}

function notifyMeans(end: 'noresource' | 'timeout' | undefined): string {
  if (end === undefined) return 'reported';
  return end === 'timeout' ? 'reported, time is over' : 'reported, the last one';
}

function endWords(by: 'us' | 'them' | 'gateway', method: string, { phase }: FollowCard): FollowStepWords {
  const means = phase === 'moved' ? 'the old call is released' : 'the old call is over';
  if (by === 'gateway') return theirs('Connection lost', 'no word from the trunk');
  const label = method === 'BYE' ? 'BYE' : 'Session ended';
  return by === 'us' ? ours(label, means) : theirs(label, means);
}
