/**
 * What a running trunk offers to the program around it. Plain types, structurally equal to the contract's
 * but declared here: core imports nothing of the contract, and `main` fails to compile when the two part.
 * Times are milliseconds since the Unix epoch unless a name says otherwise.
 */
import type { CallSnapshot } from '../b2bua/snapshot.ts';
import type { RecordsState } from '../cdr/health.ts';
import type { CallRecord, RecordPage, RecordQuery } from '../cdr/record.ts';
import type { RecordSlice, SliceQuery } from '../cdr/slice.ts';
import type { Behaviour } from '../parties/party.ts';
import type { Finding } from '../trace/index.ts';
import type { Ladder, LadderMessage, Lifeline } from '../trace/ladder.ts';
import type { HttpMethod } from '../twiml/document.ts';
import type { WebhookExchange } from '../webhook/exchange.ts';
import type { SettingsStorage } from '../config/config-file.ts';
import type { Settings, SettingsPatch } from '../config/settings.ts';

/** A provider profile that the trunk can behave like. */
export type Provider = 'plivo' | 'sinch' | 'twilio';

/** Someone who can be called or who can call. */
export interface DirectoryEntry {
  number: string;
  name: string;
  /** `party` is simulated; the others are numbers of the trunk. */
  kind: 'party' | 'console' | 'endpoint' | 'application';
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
  /** Present once the records could not be read or written: how it stands now. W4. */
  records?: RecordsState;
}

/** What the trunk would do with a number somebody typed. */
export interface TargetCheck {
  input: string;
  /** The trunk would take it. */
  ok: boolean;
  /** It will ring, it will be refused or fail there, or there is nothing to send. */
  will: 'ring' | 'fail' | 'not-sent';
  /** What to send: E.164, a short code or an address; none when nothing can be sent. */
  target?: string;
  /** To be pressed after the answer; a comma waits two seconds. */
  keys?: string;
  /** E.164, when it could be understood as a number. */
  number?: string;
  name?: string;
  /** What would happen, or why it would be refused, in one sentence. */
  says: string;
  /** What the trunk itself would say, with the status and the rule. */
  detail?: string;
  /** SIP status the trunk would answer to a REFER or an INVITE with this target. */
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
  /** Whether they will be there at the next start; left out by a trunk that has no configuration file. */
  storage?: SettingsStorage;
}

/** Paths of keys, e.g. `limits.ringSeconds`. */
export interface ConfigureResult {
  changed: string[];
  /** As in `TrunkSettings`, those of earlier changes included. */
  needsRestart: string[];
}

/** Something that an application should know about its documents, or about the way to them. */
export interface ApplicationNotice {
  id: string;
  at: number;
  callId: string;
  callSid: string;
  /** Twilio's error code; 0 for what is none of theirs. */
  code: number;
  text: string;
  /** Line of the document, from 1. */
  line?: number;
  /** Where the document came from. */
  url?: string;
  /** `error`: the document could not go on. */
  severity: 'error' | 'warning';
}

/** A document, or where it is to be had. A relative URL counts from the document that runs. */
export type TwimlSource = { xml: string } | { url: string; method?: HttpMethod | undefined };

/** A leg as an application knows it. */
export interface CallResource {
  /** `CA` and 32 hexadecimal digits. */
  sid: string;
  /** Of the leg whose document made this one. */
  parentSid?: string;
  /** The call of the trunk that the leg is part of. */
  callId: string;
  from: string;
  to: string;
  status:
    | 'queued'
    | 'initiated'
    | 'ringing'
    | 'in-progress'
    | 'completed'
    | 'busy'
    | 'failed'
    | 'no-answer'
    | 'canceled';
  direction: 'inbound' | 'outbound-api' | 'outbound-dial';
  createdAt: number;
  answeredAt?: number;
  endedAt?: number;
  callerName?: string;
  forwardedFrom?: string;
}

/** Calls under the control of applications, in Twilio's terms. */
export interface ApplicationApi {
  /** As it is now configured. */
  readonly account: {
    readonly sid: string;
    /** Compares in constant time; nothing fits when there is no auth token. */
    isAuthToken(candidate: string): boolean;
    /** What X-Twilio-Signature has to be for this request; undefined when there is no auth token. */
    signature(url: string, form: readonly (readonly [name: string, value: string])[]): string | undefined;
  };
  /**
   * Runs a document on a live leg in place of what it was doing (T1). Of a call, that is its first leg to a SIP endpoint
   * or the console. Resolves when the document has begun, or the request for it.
   * @param id of a call, or a CallSid
   * @throws TrunkRefusal `bad-request` for a document that cannot run, with one line a problem
   */
  runTwiml(id: string, source: TwimlSource): Promise<void>;
  /**
   * Calls somebody and runs a document when they answer.
   * @param request.to a number, or a SIP URI
   * @throws TrunkRefusal
   */
  placeCall(request: { to: string; from: string; source: TwimlSource }): Promise<CallResource>;
  /**
   * `canceled` ends a leg that is not answered yet, `completed` any.
   * @throws TrunkRefusal
   */
  endCall(sid: string, status: 'canceled' | 'completed'): Promise<void>;
  /** Live legs, and the last thousand that have ended; newest first. */
  callResources(): CallResource[];
  callResource(sid: string): CallResource | undefined;
  /** The last requests to applications, newest first. */
  webhooks(limit?: number): WebhookExchange[];
  webhook(id: string): WebhookExchange | undefined;
  /**
   * Makes a request once more; nothing is done with the answer. Resolves when it is over.
   * @throws TrunkRefusal
   */
  replayWebhook(id: string): Promise<WebhookExchange>;
  /** Newest first. */
  notices(limit?: number): ApplicationNotice[];
}

/** What changed, whole nouns: a listener needs no history to understand one. */
export type TrunkEvent =
  | { type: 'trunkChanged'; trunk: TrunkStatus }
  | { type: 'phoneChanged'; holder?: string }
  | { type: 'directoryChanged'; directory: DirectoryEntry[] }
  | { type: 'settingsChanged'; settings: Settings }
  | { type: 'storageChanged'; storage: SettingsStorage }
  /** `state: 'ended'` is the last of a call. */
  | { type: 'callChanged'; call: CallSnapshot }
  | { type: 'recordAdded'; record: CallRecord }
  /** A record that was added before has got its recording, or findings, or its recording is deleted. */
  | { type: 'recordChanged'; record: CallRecord }
  /** All findings of a call in which something was found, or is found no more. */
  | { type: 'findingsChanged'; callId: string; findings: Finding[] }
  | { type: 'messageTraced'; callId: string; message: LadderMessage; lifelines: Lifeline[] }
  | { type: 'webhookFinished'; exchange: WebhookExchange }
  | { type: 'applicationNotice'; notice: ApplicationNotice };

export interface Trunk extends ApplicationApi {
  status(): TrunkStatus;
  /** Live calls. */
  calls(): CallSnapshot[];
  /** How many there are, without a picture of each. */
  callCount(): number;
  call(id: string): CallSnapshot | undefined;
  directory(): DirectoryEntry[];
  /** Instance id (RFC 5626 §4.1) of the console that calls ring at: the one that registered last. O14. */
  phoneHolder(): string | undefined;
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
  /** Whether the settings will be there at the next start. */
  storage(): SettingsStorage | undefined;
  /** The same, once nothing waits to be written any more. */
  settingsStored(): Promise<SettingsStorage | undefined>;
  /**
   * Writes the settings into the configuration file now, one that was chosen with --config too.
   * @param request.overwrite also over what somebody else has written there meanwhile
   * @throws TrunkRefusal when there is no such file; a disk that refuses is in the answer
   */
  saveSettings(request: { overwrite: boolean }): Promise<SettingsStorage>;
  /** @param callId whose transfer it would be; a call that has ended counts as none */
  checkTarget(input: string, callId?: string, purpose?: 'dial' | 'transfer'): TargetCheck;
  readonly records: {
    /** @throws BadCursor */
    list(query: RecordQuery): RecordPage;
    /** By number, as the providers' own lists have them. */
    slice(query: SliceQuery): RecordSlice;
    get(id: string): CallRecord | undefined;
  };
  /** Path of the WAVE file of a record that has a recording (P28); undefined when no record could have one. */
  recording(recordId: string): string | undefined;
  /**
   * Deletes the recording of a record; the record stays.
   * @throws TrunkRefusal when there is none, while it is being made, and when the disk refuses
   */
  deleteRecording(recordId: string): Promise<void>;
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
