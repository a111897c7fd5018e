/** The switchboard: all live calls, and what call control needs from around it. Verbs live in files of their own. */
import type { Identity, LegRole } from '../../nouns/call.ts';
import type { Logger } from '../log/logger.ts';
import { guarded, ownerOf } from '../log/owner.ts';
import type { SipRequest, SipUri, Uri } from '../message/index.ts';
import { FrameClock } from '../media/frame-clock.ts';
import type { TrunkSounds } from '../media/graph.ts';
import type { CodecName } from '../codec/codec.ts';
import type { MediaFactory } from '../media/session.ts';
import { TurnoverMap } from '../collections/turnover-map.ts';
import type { Clock } from '../time/clock.ts';
import { ownedClock } from '../time/owned-clock.ts';
import type { ServerTransaction } from '../transaction/index.ts';
import type { Encryption } from '../sdp/sdes.ts';
import type { Hop, TransportName } from '../transport/index.ts';
import type { IncomingRefer } from '../ua/incoming-refer.ts';
import type { UserAgent } from '../ua/user-agent.ts';
import { Bridge } from './bridge.ts';
import { Call, type CallFacts } from './call.ts';
import { Capacity } from './capacity.ts';
import { countryOf } from './country.ts';
import type { EndWhy } from './hangup-cause.ts';
import type { Leg, LegFacts } from './leg.ts';
import type { Account, ProviderPolicy, TrunkDomain } from './policy.ts';
import type { RecordDraft, RecordEnd } from './record-draft.ts';

/** One place where a number can be reached. */
export interface Destination {
  readonly role: LegRole;
  readonly uri: string;
  readonly hop: Hop;
  readonly media: 'rtp' | 'webrtc';
  /** Rings at the same time as the one before it in the list (W25). */
  readonly together?: boolean;
  /** What they are registered as there (`Binding.aor`): later requests follow the registration. */
  readonly registered?: string;
}

/** Where a number leads. No destination: it is known, but nobody is there now. */
export interface Route {
  readonly identity: Identity;
  readonly direction: 'inbound' | 'outbound';
  /** Name of the trunk domain whose number it is; the caller's own decides where there is none. */
  readonly domain?: string | undefined;
  /** Tried in this order. */
  readonly destinations: readonly Destination[];
  /** The document that decides about the call, in place of destinations. */
  readonly application?: ApplicationEntry | undefined;
  /** A host name that is still to be looked up: gives the destinations. */
  readonly lookUp?: (() => Promise<readonly Destination[]>) | undefined;
  /** What a call amounts to when there is no destination; 480 without. */
  readonly failure?: { readonly status: number; readonly reason: string };
}

/** Where an application is asked for its first document. */
export interface ApplicationEntry {
  /** Absolute, http or https. */
  readonly url: string;
  readonly method: 'GET' | 'POST';
}

/** What happened, for records, traces and the console. */
export interface BoardEvents {
  callChanged(call: Call): void;
  /** Last event of a call. */
  callEnded(call: Call): void;
  /** A leg has its SIP dialog: messages with this Call-ID are its own. */
  legBound(call: Call, leg: Leg, sipCallId: string): void;
  /** The far end has taken a leg back with another session and other media (W6). */
  legMoved(call: Call, leg: Leg): void;
  /** The far end of a leg has pressed a key, by telephone-event or as a tone. */
  keyPressed(call: Call, leg: Leg, key: string): void;
  recordBegan(draft: RecordDraft): void;
  recordAnswered(draft: RecordDraft): void;
  recordEnded(draft: RecordDraft, end: RecordEnd): void;
}

/** How this switchboard transfers calls. */
export interface TransferControl {
  /** A REFER came on a leg: it is accepted or rejected before this returns. */
  refer(board: Board, call: Call, leg: Leg, refer: IncomingRefer): void;
  /** A leg has ended. @returns whether a transfer dealt with it; else the call is to end */
  legEnded(board: Board, call: Call, leg: Leg): boolean;
}

/** How this switchboard notices that a far end is gone (W5). */
export interface PeerControl {
  /** Looks whether an answered leg has somebody at its far end, now and until the leg is over. */
  follow(board: Board, call: Call, leg: Leg): void;
}

/** The applications that decide about calls, and run on their legs. */
export interface ApplicationControl {
  /** A call came to a number with an application. It rings; its media is ready, and `leg.answer` set. */
  begin(board: Board, call: Call, leg: Leg, entry: ApplicationEntry): void;
  /** A leg has ended. @returns whether the call goes on all the same */
  legEnded(board: Board, call: Call, leg: Leg): boolean;
  /** A REFER came on a leg. @returns whether an application deals with it */
  refer(board: Board, call: Call, leg: Leg, refer: IncomingRefer): boolean;
}

export interface BoardOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly media: MediaFactory;
  /** Whether sound is encrypted on legs whose descriptions go over that transport (M5); without it never. */
  readonly encryption?: (transport: TransportName) => Encryption;
  /** What legs speak, in the order of our offers; G.711 without it. */
  readonly codecs?: () => readonly CodecName[];
  readonly sounds: TrunkSounds;
  readonly events: BoardEvents;
  readonly transfers: TransferControl;
  readonly peers: PeerControl;
  /** Without it no number leads to an application. */
  readonly applications?: ApplicationControl;
  /** A fresh identifier, unique for ever. */
  readonly id: () => string;
  /** The trunk domain of that name; the main one for a name that is there no longer. */
  readonly domain: (name: string) => TrunkDomain;
  /** Name of the trunk domain through which whoever sent this INVITE calls out. */
  readonly domainOf: (request: SipRequest) => string;
  readonly capacity: Capacity;
  /** A profile by its name: of a leg that may have begun under another than its domain has now. */
  readonly policy: (provider: string) => ProviderPolicy;
  readonly ringSeconds: () => number;
  /** How long a primary URI may stay silent before the fallback is tried, in seconds (P29). */
  readonly fallbackSeconds: () => number;
  readonly route: (number: string) => Route | undefined;
  /**
   * Where a URI in a domain of the trunk leads; undefined for one elsewhere.
   * `hop`: what was found when it was looked up, which may be the trunk itself (W24).
   */
  readonly routeUri: (uri: SipUri, hop?: Hop) => readonly Destination[] | undefined;
  /** Whether the words of somebody else may lead a call to a URI that stands for these addresses (W16); without it anywhere. */
  readonly mayLead?: (uri: SipUri, addresses: readonly string[]) => boolean;
  /** Where a Contact in a 3xx may lead; without it nowhere. */
  readonly redirect?: (uri: Uri) => readonly Destination[];
  /** Name that the directory has for a number; may be empty. */
  readonly nameOf: (number: string) => string;
  /** Status to refuse a caller with, or who it is. */
  readonly admit: (transaction: ServerTransaction) => { role: LegRole } | { refuse: number; reason?: string };
  /** Number shown for calls from the console. */
  readonly consoleNumber: () => string | undefined;
}

/** *Chosen here.* */
const UNROUTABLE_PER_SECOND = 5;

export class Board {
  readonly options: BoardOptions;
  readonly calls = new TurnoverMap<string, Call>();
  /** How many calls to numbers that lead nowhere leave a record: who dials at random must not push out all the others. */
  readonly unroutable: Capacity;
  /** For the mixes of all calls. */
  readonly #frames: FrameClock;
  #ua: UserAgent | undefined;

  constructor(options: BoardOptions) {
    this.options = options;
    this.#frames = new FrameClock(options.clock);
    this.unroutable = new Capacity(options.clock, () => ({
      concurrentCalls: 1,
      callsPerSecond: UNROUTABLE_PER_SECOND,
    }));
  }

  /** The user agent delivers to the board and is used by it: it is set right after both exist. */
  attach(ua: UserAgent): void {
    this.#ua = ua;
  }

  get ua(): UserAgent {
    if (!this.#ua) throw new Error('the board has no user agent yet');
    return this.#ua;
  }

  /** The account that a call belongs to, as it stands now. */
  account({ domain }: Pick<CallFacts, 'domain'>): Account {
    const { options } = this;
    return { ...options.domain(domain).account, capacity: options.capacity.view() };
  }

  /** The profile that a call is under now. */
  policy({ domain }: Pick<CallFacts, 'domain'>): ProviderPolicy {
    return this.options.domain(domain).policy;
  }

  /** @param record what its record says of it; a call that is refused counts as no leg */
  open(
    facts: Omit<CallFacts, 'id' | 'sessionId' | 'startedAt'>,
    record: Pick<RecordDraft, 'callerIdRule' | 'counted'> & Partial<Pick<RecordDraft, 'billable'>>,
  ): Call {
    const { clock, sounds, id } = this.options;
    const callId = id();
    const owner = ownerOf(this.options.log, { call: callId }, 'something in the sound of a call failed');
    const media = { clock: ownedClock(clock, owner), sounds, owner, frames: this.#frames };
    const bridgeOf = (legs: readonly Leg[]) => new Bridge(media, legs);
    const call = new Call({ ...facts, id: callId, sessionId: id(), startedAt: clock.wall() }, bridgeOf);
    this.calls.set(call.id, call);
    call.original = this.beginRecord(call, {
      kind: 'original',
      from: facts.from,
      to: facts.to,
      referred: false,
      billable: true,
      ...record,
      far: facts.direction === 'inbound' ? 'customer' : 'carrier',
    });
    return call;
  }

  addLeg(call: Call, facts: Omit<LegFacts, 'id' | 'startedAt'>): Leg {
    return call.addLeg({ ...facts, id: this.options.id(), startedAt: this.options.clock.wall() });
  }

  /** Says that something about the call changed, after its sound has followed. */
  changed(call: Call): void {
    call.arrangeAudio();
    for (const leg of call.legs) leg.mediaWatch.follow(leg, this.options.clock, () => this.#mediaChanged(call));
    for (const leg of call.legs) if (leg.state === 'answered') this.options.peers.follow(this, call, leg);
    if (call.live) this.options.events.callChanged(call);
  }

  #mediaChanged(call: Call): void {
    const owner = ownerOf(this.options.log, { call: call.id }, 'a change of media could not be followed');
    guarded(() => this.changed(call), owner);
  }

  beginRecord(
    call: Call,
    facts: Pick<RecordDraft, 'kind' | 'from' | 'to' | 'referred' | 'billable' | 'counted' | 'callerIdRule' | 'far'>,
  ): RecordDraft {
    const { clock, id, events, capacity } = this.options;
    const { policy, account } = this.options.domain(call.facts.domain);
    const draft: RecordDraft = {
      ...facts,
      id: id(),
      callId: call.id,
      sessionId: call.facts.sessionId,
      direction: call.facts.direction,
      provider: policy.name,
      trunkDomain: account.domain,
      fromCountry: countryOf(facts.from.number),
      toCountry: countryOf(facts.to.number),
      startedAt: clock.wall(),
      transport: undefined,
      queuedUntil: undefined,
      answeredAt: undefined,
      end: undefined,
    };
    const waitMs = draft.counted ? capacity.take() : 0;
    if (waitMs > 0) draft.queuedUntil = clock.now() + waitMs;
    events.recordBegan(draft);
    return draft;
  }

  answerRecord(draft: RecordDraft | undefined): void {
    if (!draft || draft.answeredAt !== undefined) return;
    draft.answeredAt = this.options.clock.wall();
    this.options.events.recordAnswered(draft);
  }

  /** Closes a record; later ends of the same leg change nothing. */
  endRecord(
    draft: RecordDraft | undefined,
    { why, ...end }: Omit<RecordEnd, 'at' | 'hangup'> & { why?: EndWhy | undefined },
  ): void {
    if (!draft || draft.end) return;
    const { clock, policy, domain, capacity, events } = this.options;
    const facts = {
      result: end.result,
      endedBy: end.endedBy,
      status: end.sipStatus,
      answered: draft.answeredAt !== undefined,
      far: draft.far,
      why,
    };
    const hangup = policy(draft.provider).hangup(facts, domain(draft.trunkDomain).account);
    draft.end = { ...end, hangup, at: clock.wall() };
    if (draft.counted) capacity.giveBack((draft.queuedUntil ?? 0) > clock.now());
    events.recordEnded(draft, draft.end);
  }
}
