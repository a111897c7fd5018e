/** One blind transfer as the console's own SIP saw it, step by step, and how far it has come. */
import type { ReferStep, SessionEnd } from '../phone/phone.ts';

export type TransferPhase =
  /** REFER is out, nothing came back. */
  | 'sent'
  /** 202 or 100: the trunk is at work. Not a success. */
  | 'accepted'
  | 'ringing'
  /** A NOTIFY brought a 2xx: the target has answered. */
  | 'succeeded'
  /** REFER was refused, or a NOTIFY brought a final failure. The line is still ours. */
  | 'failed'
  /** The subscription ended without a final status: nobody can say what became of it. */
  | 'unknown'
  /** Our line ended before the target had answered. */
  | 'line-lost';

export interface TransferCards {
  /** The last transfer of each line, by line id. */
  cards: Readonly<Record<string, TransferCard>>;
}

export interface TransferCard {
  id: string;
  lineId: string;
  /** What was asked for: the operator's input, or E.164. */
  target: string;
  /** Name of the target, empty when nobody knows it. */
  targetName: string;
  /** Name or number of who was to be transferred. */
  caller: string;
  /** What the trunk foretold about this target, when it foretold a refusal. */
  warning?: string;
  /** Time of the REFER, epoch ms. */
  startedAt: number;
  phase: TransferPhase;
  /** The status that decided, or the last one heard. */
  status?: number;
  reason?: string;
  /** `response`: the trunk refused REFER itself. `notify`: the target's own answer. */
  decidedBy?: 'response' | 'notify' | 'session';
  /** Time of the step that decided, epoch ms. */
  decidedAt?: number;
  /** The line's end, once it ended. */
  ended?: SessionEnd;
  steps: readonly ReferStep[];
}

export type NewTransfer = Omit<TransferCard, 'phase' | 'steps'>;

export function newCard(transfer: NewTransfer): TransferCard {
  return { ...transfer, phase: 'sent', steps: [] };
}

/** As long as this is true, hanging up drops the caller (P9). */
export function isPending(card: TransferCard | undefined): boolean {
  return isPendingPhase(card?.phase);
}

export function isPendingPhase(phase: TransferPhase | undefined): boolean {
  return phase === 'sent' || phase === 'accepted' || phase === 'ringing';
}

/** The call is ours to move: no transfer of it is pending, and none has taken it away. */
export function mayRefer(card: TransferCard | undefined): boolean {
  return !isPending(card) && card?.phase !== 'succeeded';
}

/** Nothing more will come: it may be put away. After a success that is so once our line has ended. */
export function isSettled(card: TransferCard): boolean {
  return !isPending(card) && (card.phase !== 'succeeded' || card.ended !== undefined);
}

export function reduceCard(card: TransferCard, step: ReferStep): TransferCard {
  const next = { ...card, steps: [...card.steps, step] };
  switch (step.kind) {
    case 'refer':
      return { ...next, startedAt: step.at };
    case 'response':
      return onResponse(next, step);
    case 'notify':
      return onNotify(next, step);
    case 'session-ended':
      return onSessionEnded(next, step);
    default:
      return step satisfies never;
  }
}

function onResponse(card: TransferCard, step: Extract<ReferStep, { kind: 'response' }>): TransferCard {
  const { status, reason, at } = step;
  if (status >= 300) {
    return { ...card, phase: 'failed', status, reason, decidedBy: 'response', decidedAt: at };
  }
  // A NOTIFY may overtake the 202 (RFC 3515 §2.4.4).
  return card.phase === 'sent' ? { ...card, phase: 'accepted', status, reason } : card;
}

function onNotify(card: TransferCard, step: Extract<ReferStep, { kind: 'notify' }>): TransferCard {
  if (!isPending(card)) return card;
  const { status, at } = step;
  const reason = step.reason ?? '';
  if (status === undefined) {
    return step.terminated
      ? { ...card, phase: 'unknown', decidedBy: 'notify', decidedAt: at, reason: step.why ?? '' }
      : card;
  }
  if (status >= 300) {
    return { ...card, phase: 'failed', status, reason, decidedBy: 'notify', decidedAt: at };
  }
  if (status >= 200) {
    return { ...card, phase: 'succeeded', status, reason, decidedBy: 'notify', decidedAt: at };
  }
  // A provisional status decides nothing, even where the subscription is said to be terminated:
  // SIP.js marks every sipfrag NOTIFY so.
  const phase = status === 100 && card.phase !== 'ringing' ? 'accepted' : 'ringing';
  return { ...card, phase, status, reason };
}

function onSessionEnded(card: TransferCard, step: Extract<ReferStep, { kind: 'session-ended' }>): TransferCard {
  if (!isPending(card)) return { ...card, ended: step.end };
  return { ...card, phase: 'line-lost', ended: step.end, decidedBy: 'session', decidedAt: step.at };
}
