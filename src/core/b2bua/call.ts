/** A call: its legs, the pair among them that talks, and the transfers so far. Data and small changes only. */
import type { CallView, Identity, PacketCounts, TransferStep, TransferView } from '../../nouns/call.ts';
import type { Timer } from '../time/clock.ts';
import type { ReferReporter } from '../ua/incoming-refer.ts';
import { audioPlan } from './audio-plan.ts';
import type { Bridge } from './bridge.ts';
import type { LegEnd } from './leg-end.ts';
import { noPassedHeaders, type PassedHeaders } from './passed-headers.ts';
import { Leg, type LegFacts } from './leg.ts';
import type { RecordDraft } from './record-draft.ts';
import type { TransferState } from './transfer-machine.ts';

export interface CallFacts {
  readonly id: string;
  readonly sessionId: string;
  readonly direction: 'inbound' | 'outbound';
  /** Name of the trunk domain that it belongs to. */
  readonly domain: string;
  readonly from: Identity;
  readonly to: Identity;
  /** Epoch milliseconds. */
  readonly startedAt: number;
}

/** One transfer that was begun, and what became of it. */
export interface Transfer {
  readonly id: string;
  /** What asked for it: a REFER, or the control API (P32). */
  readonly by: 'refer' | 'api';
  readonly transferor: Leg;
  readonly transferee: Leg;
  target: Leg;
  readonly number: Identity;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly draft: RecordDraft;
  state: TransferState;
  reporter: ReferReporter | undefined;
  /** Rings the target. */
  hunt: { begin(): void; stop(end: LegEnd): void } | undefined;
  timer: Timer | undefined;
  status: number | undefined;
  readonly steps: TransferStep[];
  /** Packets of transferee and target when the target answered. */
  soundBefore?: { readonly transferee: PacketCounts; readonly target: PacketCounts };
}

export class Call {
  readonly facts: CallFacts;
  readonly legs: Leg[] = [];
  readonly transfers: Transfer[] = [];
  /** The two legs that talk, or will. */
  pair: Leg[] = [];
  state: 'ringing' | 'answered' | 'ended' = 'ringing';
  /** What the INVITE that began the call hands on. */
  passedHeaders: PassedHeaders = noPassedHeaders;
  answeredAt: number | undefined;
  endedAt: number | undefined;
  /** The record of the call as it began. */
  original: RecordDraft | undefined;
  /** Runs out when its turn has come (P25). */
  queueTimer: Timer | undefined;
  /** Who is being rung. */
  readonly hunts = new Set<{ leave(): void }>();
  readonly #bridge: Bridge;

  constructor(facts: CallFacts, bridge: Bridge) {
    this.facts = facts;
    this.#bridge = bridge;
  }

  get id(): string {
    return this.facts.id;
  }

  get live(): boolean {
    return this.state !== 'ended';
  }

  addLeg(facts: LegFacts): Leg {
    const leg = new Leg(facts);
    this.legs.push(leg);
    return leg;
  }

  /** The other one of the pair that talks. */
  peerOf(leg: Leg): Leg | undefined {
    return this.pair.includes(leg) ? this.pair.find((other) => other !== leg) : undefined;
  }

  /** The transfer whose target has not answered yet, if there is one. */
  get pendingTransfer(): Transfer | undefined {
    return this.transfers.find(({ state }) => state === 'calling' || state === 'ringing');
  }

  get drafts(): RecordDraft[] {
    return [...(this.original ? [this.original] : []), ...this.transfers.map(({ draft }) => draft)];
  }

  /** The record of the pair that talks now. */
  get currentDraft(): RecordDraft | undefined {
    const done = this.transfers.findLast(({ state }) => state === 'releasing' || state === 'succeeded');
    return done?.draft ?? this.original;
  }

  /** The record that stands for a leg: a transfer's own for its target, else the call's. */
  draftOf(leg: Leg): RecordDraft | undefined {
    return this.transfers.find(({ target }) => target === leg)?.draft ?? this.original;
  }

  /** Nobody is rung any more; the legs that ring are the caller's to end. */
  leaveHunts(): void {
    for (const hunt of this.hunts) hunt.leave();
  }

  /** Makes the sound follow the state of the legs. */
  arrangeAudio(): void {
    this.#bridge.apply(this.live ? audioPlan({ pair: this.pair, pending: this.pendingTransfer }) : new Map());
  }

  /** Somebody in it has been without sound, and still is or was at the end. */
  get silent(): boolean {
    return this.legs.some(({ mediaWatch }) => mediaWatch.view.state === 'failed');
  }

  /** Where the sound of a leg goes. */
  listenersOf(leg: Leg): Leg[] {
    return this.#bridge.listenersOf(leg);
  }

  snapshot(): CallView {
    const { facts } = this;
    return {
      id: facts.id,
      sessionId: facts.sessionId,
      direction: facts.direction,
      domain: facts.domain,
      from: facts.from,
      to: facts.to,
      state: this.state,
      startedAt: facts.startedAt,
      ...(this.answeredAt === undefined ? {} : { answeredAt: this.answeredAt }),
      ...(this.endedAt === undefined ? {} : { endedAt: this.endedAt }),
      legs: this.legs.map((leg) => leg.snapshot()),
      hears: this.#bridge.hears(),
      transfers: this.transfers.map(transferSnapshot),
    };
  }
}

function transferSnapshot(transfer: Transfer): TransferView {
  const { state } = transfer;
  return {
    id: transfer.id,
    by: transfer.by,
    transferorLegId: transfer.transferor.id,
    transfereeLegId: transfer.transferee.id,
    targetLegId: transfer.target.id,
    target: transfer.number,
    startedAt: transfer.startedAt,
    state: state === 'failed' ? 'failed' : state === 'calling' || state === 'ringing' ? 'pending' : 'succeeded',
    ...(transfer.status === undefined ? {} : { status: transfer.status }),
    steps: [...transfer.steps],
    callerId: { ...transfer.draft.from, rule: transfer.draft.callerIdRule },
    ...(transfer.soundBefore === undefined ? {} : { sound: soundSince(transfer, transfer.soundBefore) }),
  };
}

/** Packets of the two who talk after a transfer, so far. */
export function soundOf({ transferee, target }: Transfer): { transferee: PacketCounts; target: PacketCounts } {
  const counts = ({ media }: Leg): PacketCounts => ({
    received: media?.stats.received ?? 0,
    sent: media?.stats.sent ?? 0,
  });
  return { transferee: counts(transferee), target: counts(target) };
}

function soundSince(transfer: Transfer, before: ReturnType<typeof soundOf>): ReturnType<typeof soundOf> {
  const now = soundOf(transfer);
  const since = (who: 'transferee' | 'target'): PacketCounts => ({
    received: now[who].received - before[who].received,
    sent: now[who].sent - before[who].sent,
  });
  return { transferee: since('transferee'), target: since('target') };
}
