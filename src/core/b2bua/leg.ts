/** One side of a call: a SIP session with the far end, and its media. */
import type { EndedBy, Identity, LegResult, LegRole, LegState, LegView, Loss } from '../../nouns/call.ts';
import type { KeyQueue } from '../media/key-queue.ts';
import { printReplaces } from '../message/index.ts';
import type { MediaSession } from '../media/session.ts';
import type { Session } from '../ua/session.ts';
import { Keys } from './keys.ts';
import { MediaWatch } from './media-watch.ts';
import type { PeerWatch } from './peer-watch.ts';

export interface LegFacts {
  readonly id: string;
  readonly role: LegRole;
  readonly identity: Identity;
  readonly direction: 'in' | 'out';
  /** Id of the leg whose application had this one placed. */
  readonly parent?: string | undefined;
  /** Id of the leg that could not be reached and in whose stead this one was placed. */
  readonly insteadOf?: string | undefined;
  /** Epoch milliseconds. */
  readonly startedAt: number;
}

export class Leg {
  readonly facts: LegFacts;
  state: LegState = 'trying';
  session: Session | undefined;
  media: MediaSession | undefined;
  answeredAt: number | undefined;
  endedAt: number | undefined;
  sipStatus: number | undefined;
  result: LegResult | undefined;
  endedBy: EndedBy | undefined;
  /** Value of Reason in the BYE that ended it. RFC 3326. */
  reason: string | undefined;
  /** Whether sound can pass. */
  readonly mediaWatch = new MediaWatch();
  /** Whether the far end is still there; made when it has answered. */
  peerWatch: PeerWatch | undefined;
  /** How it was noticed that the far end is gone. */
  lost: Loss | undefined;
  /** The console's connection is gone, and it may still take this leg back (W6). Epoch milliseconds. */
  orphan: { readonly since: number; readonly until: number } | undefined;
  /** The far end has answered, and its description is being taken: what it asks meanwhile has to wait. */
  settling: Promise<void> | undefined;

  constructor(facts: LegFacts) {
    this.facts = facts;
  }

  /** Answers a caller who waits for it; resolves when there is media. Undefined for a leg that we placed. */
  answer: (() => Promise<void>) | undefined;
  /** Keys that the far end presses. */
  readonly keys = new Keys();
  /** Keys that we press towards the far end because they came by INFO and not with the sound (W13). */
  pressing: KeyQueue | undefined;
  #whenOver: Set<() => void> | undefined;

  get id(): string {
    return this.facts.id;
  }

  get live(): boolean {
    return this.state !== 'ended';
  }

  /** Both ways of media have been agreed, so that this leg can be heard. */
  get speaks(): boolean {
    return this.state === 'answered' || this.state === 'early';
  }

  /** Sound can pass between the far end and us: only then can it hear, or be heard. */
  get connected(): boolean {
    return this.mediaWatch.view.state === 'connected';
  }

  /** The far end has put us on hold: it does not listen (RFC 3264 §8.4). */
  get held(): boolean {
    const direction = this.media?.remoteDirection;
    return this.speaks && (direction === 'sendonly' || direction === 'inactive');
  }

  /** Calls back once, when the leg is over, whoever ended it. @returns stops waiting */
  whenOver(act: () => void): () => void {
    this.#whenOver ??= new Set();
    this.#whenOver.add(act);
    return () => this.#whenOver?.delete(act);
  }

  /** Tells those who wait for its end. */
  over(): void {
    this.peerWatch?.stop();
    this.peerWatch = undefined;
    const acts = [...(this.#whenOver ?? [])];
    this.#whenOver = undefined;
    for (const act of acts) act();
  }

  snapshot(): LegView {
    const { media, facts } = this;
    return {
      id: facts.id,
      role: facts.role,
      number: facts.identity.number,
      name: facts.identity.name,
      direction: facts.direction,
      sipCallId: this.session?.callId ?? '',
      state: this.state,
      startedAt: facts.startedAt,
      held: this.held,
      ...(this.answeredAt === undefined ? {} : { answeredAt: this.answeredAt }),
      ...(this.endedAt === undefined ? {} : { endedAt: this.endedAt }),
      ...(media?.codec === undefined ? {} : { codec: media.codec }),
      ...(this.sipStatus === undefined ? {} : { sipStatus: this.sipStatus }),
      ...(this.result === undefined ? {} : { result: this.result }),
      ...(this.endedBy === undefined ? {} : { endedBy: this.endedBy }),
      ...(this.lost === undefined ? {} : { lost: this.lost }),
      ...(media === undefined ? {} : { media: this.mediaWatch.view }),
      ...(this.orphan && this.session ? { orphan: { ...this.orphan, replaces: replacesOf(this.session) } } : {}),
      ...(media?.codec === undefined ? {} : { encryption: media.encryption }),
      ...(media === undefined ? {} : { rtp: { received: media.stats.received, sent: media.stats.sent } }),
    };
  }
}

/** Value of the Replaces header that takes the place of this session, its tags seen from our side. RFC 3891 §3. */
function replacesOf({ callId, localTag, dialog }: Session): string {
  return printReplaces({ callId, toTag: localTag, fromTag: dialog?.remoteTag ?? '', earlyOnly: false });
}

/** What a final status of an INVITE means for the record. */
export function resultOf(status: number): LegResult {
  switch (status) {
    case 486:
    case 600:
      return 'busy';
    case 408:
    case 480:
      return 'no-answer';
    case 404:
    case 410:
    case 484:
    case 604:
      return 'not-found';
    case 487:
      return 'canceled';
    case 603:
      return 'declined';
    default:
      return 'failed';
  }
}

/** Whose doing it is when the far end of a leg ends the call. */
export function partyOf(role: LegRole): EndedBy {
  return role === 'console' ? 'endpoint' : role;
}
