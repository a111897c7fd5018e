/** One REFER that came to a line of ours, as our own SIP saw it: the question, what was done, how far it has come. */
import type { FollowStep, ReceivedRefer, SessionEnd } from '../phone/phone.ts';

/** What to do when the other side of a call asks to move it. */
export type ReferPolicy = 'ask' | 'follow' | 'decline';

export type FollowPhase =
  /** Waits for the operator. */
  | 'asked'
  /** The INVITE to the target is out. */
  | 'calling'
  | 'ringing'
  /** The target has answered; the old call is being released. */
  | 'answered'
  | 'moved'
  /** The new call came to nothing: the old one stays. */
  | 'failed'
  | 'declined'
  /** It could not be followed, whatever the operator wants. */
  | 'refused'
  /** The old call ended before the target had answered, and with it the attempt. */
  | 'left'
  /** The subscription ran out before there was anything to report. */
  | 'expired';

export type FollowCardStep =
  | FollowStep
  | { at: number; kind: 'refer'; uri: string }
  | { at: number; kind: 'session-ended'; end: SessionEnd };

export interface FollowCard {
  id: string;
  /** The line on which the REFER came. */
  lineId: string;
  /** The line that takes its place. */
  newLineId?: string;
  refer: ReceivedRefer;
  /** Who asks, and whom we are to call: names where somebody knows them. */
  asker: string;
  target: string;
  /** The setting that answered in the operator's place. */
  auto: 'follow' | 'decline' | undefined;
  /** Time of the REFER, epoch ms. */
  startedAt: number;
  phase: FollowPhase;
  /** The status that decided. */
  status?: number;
  reason?: string;
  /** Epoch ms. */
  decidedAt?: number;
  /** The operator gave the new call up. */
  givenUp?: boolean;
  /** The old line's end, once it ended. */
  ended?: SessionEnd;
  steps: readonly FollowCardStep[];
}

export type NewFollow = Pick<FollowCard, 'lineId' | 'refer' | 'asker' | 'target' | 'auto'>;

export function newFollow(follow: NewFollow): FollowCard {
  const { id, at, uri } = follow.refer;
  return { ...follow, id, startedAt: at, phase: 'asked', steps: [{ at, kind: 'refer', uri }] };
}

/** As long as this is true, it is not decided which call goes on. */
export function isOpen(card: FollowCard | undefined): boolean {
  return card !== undefined && ['asked', 'calling', 'ringing', 'answered'].includes(card.phase);
}

export function reduceFollow(card: FollowCard, step: FollowCardStep): FollowCard {
  const next = { ...card, steps: [...card.steps, step] };
  switch (step.kind) {
    case 'response':
      return onResponse(next, step);
    case 'invite':
      return { ...next, phase: 'calling', newLineId: step.newLineId };
    case 'status':
      return onStatus(next, step);
    case 'cancelled':
      return { ...next, phase: 'failed', givenUp: true, decidedAt: step.at };
    case 'notify':
      return onNotify(next, step);
    case 'given-up':
      return isOpen(card) ? { ...next, phase: 'left', decidedAt: step.at } : next;
    case 'session-ended':
      return onSessionEnded(next, step);
    case 'refer':
    case 'notify-refused':
      return next;
    default:
      return step satisfies never;
  }
}

function onResponse(card: FollowCard, { status, reason, at }: Extract<FollowStep, { kind: 'response' }>): FollowCard {
  if (status < 300) return card;
  const phase = status === 603 ? 'declined' : status === 487 ? 'left' : 'refused';
  return { ...card, phase, status, reason, decidedAt: at };
}

function onStatus(card: FollowCard, { status, reason, at }: Extract<FollowStep, { kind: 'status' }>): FollowCard {
  if (status < 200) return { ...card, phase: 'ringing' };
  return { ...card, phase: status < 300 ? 'answered' : 'failed', status, reason, decidedAt: at };
}

function onNotify(card: FollowCard, { status, reason, end, at }: Extract<FollowStep, { kind: 'notify' }>): FollowCard {
  if (end === 'timeout') return { ...card, phase: 'expired', decidedAt: at };
  // The REFER had been accepted on the operator's behalf before they said no.
  return card.phase === 'asked' && status === 603
    ? { ...card, phase: 'declined', status, reason, decidedAt: at }
    : card;
}

function onSessionEnded(card: FollowCard, { end, at }: Extract<FollowCardStep, { kind: 'session-ended' }>): FollowCard {
  const next = { ...card, ended: end };
  if (card.phase === 'answered') return { ...next, phase: 'moved' };
  return isOpen(card) ? { ...next, phase: 'left', decidedAt: at } : next;
}
