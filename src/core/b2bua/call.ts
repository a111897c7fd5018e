/** A call: its legs, what they are to each other (`conversation`), and the transfers so far. Data and small changes only. */
import type { CallView, Identity } from '../../nouns/call.ts';
import type { Timer } from '../time/clock.ts';
import { audioPlan } from './audio-plan.ts';
import type { Bridge } from './bridge.ts';
import { Conversation } from './conversation.ts';
import { noPassedHeaders, type PassedHeaders } from './passed-headers.ts';
import { Leg, type LegFacts } from './leg.ts';
import type { RecordDraft } from './record-draft.ts';
import { transferSnapshot, type Transfer } from './transfer-state.ts';

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

export class Call {
  readonly facts: CallFacts;
  readonly legs: Leg[] = [];
  readonly transfers: Transfer[] = [];
  readonly conversation = new Conversation();
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

  constructor(facts: CallFacts, bridgeOf: (legs: readonly Leg[]) => Bridge) {
    this.facts = facts;
    this.#bridge = bridgeOf(this.legs);
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

  /** The other one, where two talk. */
  peerOf(leg: Leg): Leg | undefined {
    return this.conversation.peerOf(leg);
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
    this.#bridge.apply(this.live ? audioPlan(this.conversation) : new Map());
  }

  /** Somebody in it has been without sound, and still is or was at the end. */
  get silent(): boolean {
    return this.legs.some(({ mediaWatch }) => mediaWatch.view.state === 'failed');
  }

  /** There is something for diagnosis in it: no sound, no agreement on descriptions, or encryption that is not as wanted (M5). */
  get troubled(): boolean {
    return this.silent || this.legs.some((leg) => leg.sipStatus === 488 || leg.sipStatus === 606 || isExposed(leg));
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

function isExposed({ media }: Leg): boolean {
  const encryption = media?.encryption;
  return encryption?.fellBack === true || encryption?.failing === true;
}
