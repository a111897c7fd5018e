/**
 * What a running trunk offers to the program around it. Plain types, structurally equal to the contract's
 * but declared here: core imports nothing of the contract, and `main` fails to compile when the two part.
 * Times are milliseconds since the Unix epoch unless a name says otherwise.
 */
import type { CallSnapshot } from '../b2bua/snapshot.ts';
import type { CallRecord, RecordPage, RecordQuery } from '../cdr/record.ts';
import type { RecordSlice, SliceQuery } from '../cdr/slice.ts';
import type { Behaviour } from '../parties/party.ts';
import type { Finding } from '../trace/index.ts';
import type { Ladder, LadderMessage, Lifeline } from '../trace/ladder.ts';
import type { Settings, SettingsPatch } from './settings.ts';

/** A provider profile that the trunk can behave like. */
export type Provider = 'plivo' | 'sinch' | 'twilio';

/** Someone who can be called or who can call. */
export interface DirectoryEntry {
  number: string;
  name: string;
  /** `party` is simulated; `console` and `endpoint` are numbers of the trunk. */
  kind: 'party' | 'console' | 'endpoint';
  behaviour?: Behaviour;
  /** Delay before the behaviour shows, in milliseconds. */
  afterMs?: number;
  /** One sentence for people: what this number will do. */
  willDo: string;
  canCall: boolean;
}

/** Listening addresses, e.g. `127.0.0.1:5060`. */
export interface SipAddresses {
  udp: string;
  tcp?: string;
  tls?: string;
  ws: string;
}

export interface TrunkStatus {
  state: 'starting' | 'running' | 'stopping' | 'stopped' | 'failed';
  /** Present when `failed`: one line for people. */
  problem?: string;
  provider: Provider;
  domain: string;
  /** Numbers that ring the console; the first is the caller ID of calls from it. */
  consoleNumbers: string[];
  sip: SipAddresses;
  ringSeconds: number;
}

/** What the trunk would do with a number somebody typed. */
export interface TargetCheck {
  input: string;
  ok: boolean;
  /** E.164, when it could be understood as a number. */
  number?: string;
  name?: string;
  /** What would happen, or why it would be refused, in one sentence. */
  says: string;
  /** SIP status the trunk would answer to a REFER with this target. */
  status: number;
  /** Who the target would be shown, and the rule that says so (D7); for a call, and a target that would be taken. */
  callerId?: { number: string; name: string; rule: string };
  /** A corrected input that would work. */
  fix?: string;
  /** Id of the provider's rule that refuses it, e.g. `P14`. */
  rule?: string;
  /** The same under each of the other profiles. */
  others: OtherOpinion[];
}

/** What another provider would make of the same target. */
export interface OtherOpinion {
  provider: string;
  ok: boolean;
  status: number;
  /** A clause for people, e.g. `403, elsewhere.example is a foreign domain (P14)`. */
  says: string;
}

export interface TrunkSettings {
  settings: Settings;
  /** Profiles that can be chosen. */
  providers: string[];
  /** Keys that differ from what the trunk was started with and count only once it is started anew. */
  needsRestart: string[];
}

/** Paths of keys, e.g. `limits.ringSeconds`. */
export interface ConfigureResult {
  changed: string[];
  /** As in `TrunkSettings`, those of earlier changes included. */
  needsRestart: string[];
}

/** What changed, whole nouns: a listener needs no history to understand one. */
export type TrunkEvent =
  | { type: 'trunkChanged'; trunk: TrunkStatus }
  | { type: 'directoryChanged'; directory: DirectoryEntry[] }
  | { type: 'settingsChanged'; settings: Settings }
  /** `state: 'ended'` is the last of a call. */
  | { type: 'callChanged'; call: CallSnapshot }
  | { type: 'recordAdded'; record: CallRecord }
  /** A record that was added before has got its recording, or findings. */
  | { type: 'recordChanged'; record: CallRecord }
  /** All findings of a call in which something was found, or is found no more. */
  | { type: 'findingsChanged'; callId: string; findings: Finding[] }
  | { type: 'messageTraced'; callId: string; message: LadderMessage; lifelines: Lifeline[] };

export interface Trunk {
  status(): TrunkStatus;
  /** Live calls. */
  calls(): CallSnapshot[];
  call(id: string): CallSnapshot | undefined;
  directory(): DirectoryEntry[];
  /**
   * Returns the function that ends the subscription. Events that nobody listens for are not made.
   * @param types every one when left out
   */
  onEvent(listener: (event: TrunkEvent) => void, types?: readonly TrunkEvent['type'][]): () => void;
  /**
   * A simulated caller dials a number of the trunk, by default the console's first.
   * @throws TrunkRefusal
   */
  practiceCall(request: { caller: string; to?: string | undefined }): Promise<{ callId: string }>;
  /**
   * `to` is a number of the trunk: a simulated caller dials it. Otherwise the trunk dials out.
   * @throws TrunkRefusal
   */
  dial(request: { from: string; to: string }): Promise<{ callId: string }>;
  /**
   * Transfers without a REFER of the endpoint (P32), under the same rules. `to` is a number, a name or a SIP URI.
   * @throws TrunkRefusal
   */
  transfer(callId: string, to: string): Promise<void>;
  /** @throws TrunkRefusal */
  hangUp(callId: string): Promise<void>;
  /** @throws TrunkRefusal */
  setParty(number: string, behaviour: Behaviour, afterMs?: number): void;
  settings(): TrunkSettings;
  /**
   * Changes the configuration of the running trunk: it holds from the next call or request on, live calls go on as
   * they began. The refusal has one line a problem, each beginning with the path of its key.
   * @throws TrunkRefusal
   */
  configure(patch: SettingsPatch): ConfigureResult;
  /** @param callId whose transfer it would be; a call that has ended counts as none */
  checkTarget(input: string, callId?: string): TargetCheck;
  readonly records: {
    /** @throws BadCursor */
    list(query: RecordQuery): RecordPage;
    /** By number, as the providers' own lists have them. */
    slice(query: SliceQuery): RecordSlice;
    get(id: string): CallRecord | undefined;
  };
  /** Path of the WAVE file of a record that has a recording (P28); undefined when no record could have one. */
  recording(recordId: string): string | undefined;
  /** What diagnosis found in a live call or in one that ended; undefined when there is no trace of it. */
  findings(callId: string): Finding[] | undefined;
  /** All messages of a live call or of one that ended. */
  ladder(callId: string): Ladder | undefined;
  /** Listening addresses, e.g. `127.0.0.1:5060`. */
  readonly addresses: SipAddresses;
  /** BYE on every leg, records closed; in under 3 s. */
  stop(): Promise<void>;
}

/** A request that the trunk understood well enough to refuse. */
export class TrunkRefusal extends Error {
  override readonly name = 'TrunkRefusal';
  readonly code: 'bad-request' | 'not-found' | 'refused' | 'unavailable';

  constructor(code: TrunkRefusal['code'], message: string) {
    super(message);
    this.code = code;
  }
}
