/**
 * What a running trunk offers to the program around it: its verbs. The nouns are those of `nouns/`.
 * Times are milliseconds since the Unix epoch unless a name says otherwise.
 */
import type { ApplicationNotice, TwimlSource, WebhookExchange } from '../../nouns/application.ts';
import type { CallView } from '../../nouns/call.ts';
import type { Behaviour, DirectoryEntry, TargetCheck } from '../../nouns/directory.ts';
import type { TrunkEvent } from '../../nouns/event.ts';
import type { Finding, Ladder } from '../../nouns/ladder.ts';
import type { CallQualityReport, QualitySums } from '../../nouns/quality.ts';
import type { CallRecord, RecordQuery, RecordPage } from '../../nouns/record.ts';
import type { ConfigureResult, TrunkSettings } from '../../nouns/settings.ts';
import type { SettingsStorage, SipAddresses, TrunkStatus } from '../../nouns/trunk.ts';
import type { RecordSlice, SliceQuery } from '../cdr/slice.ts';
import type { SettingsPatch } from '../config/settings.ts';
import type { CallDirection, CallStatus } from '../voice/call-facts.ts';

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
  status: CallStatus;
  direction: CallDirection;
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

export interface Trunk extends ApplicationApi {
  status(): TrunkStatus;
  /** Live calls. */
  calls(): CallView[];
  /** How many there are, without a picture of each. */
  callCount(): number;
  call(id: string): CallView | undefined;
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
  /**
   * Starts or stops the recording of a call by hand, where `recording.manual` allows it. M17.
   * @throws TrunkRefusal
   */
  recordCall(callId: string, on: boolean): void;
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
  /** How well a call is heard now, or was; undefined for a call of which nothing is known. M2. */
  quality(callId: string): CallQualityReport | undefined;
  /** Sums over all calls since the start. */
  qualitySums(): QualitySums;
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
