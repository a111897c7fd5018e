/**
 * The nouns that console and trunk speak about. Plain JSON data, validated at both ends.
 * Times are milliseconds since the Unix epoch unless a name says otherwise.
 */
import { z } from 'zod';

/** Provider profiles that the trunk can behave like. */
export const Provider = z.enum(['plivo', 'sinch', 'twilio']);

/** What a simulated phone does when it is called. */
export const Behaviour = z.enum([
  'answer',
  'echo',
  'busy',
  'no-answer',
  'decline',
  'unknown',
  'answer-then-hang-up',
  'hang-up-while-ringing',
  'transfer-on',
  'press-keys',
]);
export type Behaviour = z.infer<typeof Behaviour>;

/** Someone who can be called or who can call: a row of the directory. */
export const DirectoryEntry = z.object({
  number: z.string(),
  name: z.string(),
  /** `party` is simulated; the others are numbers of the trunk. */
  kind: z.enum(['party', 'console', 'endpoint', 'application']),
  behaviour: Behaviour.optional(),
  /** Delay before the behaviour shows, in milliseconds. */
  afterMs: z.number().optional(),
  /** One sentence for people: what this number will do. */
  willDo: z.string(),
  /** May be chosen as the caller of a practice call. */
  canCall: z.boolean(),
});
export type DirectoryEntry = z.infer<typeof DirectoryEntry>;

/** Who stands at the far end of a leg, as the ladder's lifelines name it. */
export const LegRole = z.enum(['caller', 'console', 'endpoint', 'target']);
export type LegRole = z.infer<typeof LegRole>;

export const LegState = z.enum(['trying', 'ringing', 'early', 'answered', 'ended']);

/** How a leg or a record came to its end. */
export const LegResult = z.enum([
  'answered',
  'transferred',
  'busy',
  'no-answer',
  'declined',
  'canceled',
  'not-found',
  'failed',
  'interrupted',
]);
export type LegResult = z.infer<typeof LegResult>;

export const EndedBy = z.enum(['caller', 'endpoint', 'target', 'trunk', 'unknown']);

/**
 * Whether sound can pass between the far end of a leg and the trunk. `failed` after 3 s without it: no RTP from a
 * telephone; no address of a browser, no way to it, no encryption; or a way that is gone. The leg is not ended for that.
 */
export const LegMedia = z.object({
  state: z.enum(['connecting', 'connected', 'failed']),
  /** Only of failed media. */
  why: z.enum(['no-packets', 'no-candidates', 'ice-failed', 'dtls-failed', 'lost']).optional(),
});

export const LegView = z.object({
  id: z.string(),
  role: LegRole,
  /** E.164 where the leg has a number, else the SIP user part. */
  number: z.string(),
  name: z.string(),
  /** Direction of the INVITE seen from the trunk. */
  direction: z.enum(['in', 'out']),
  sipCallId: z.string(),
  state: LegState,
  startedAt: z.number(),
  answeredAt: z.number().optional(),
  endedAt: z.number().optional(),
  held: z.boolean(),
  codec: z.string().optional(),
  /** Last final SIP status of the leg's INVITE, or of its end. */
  sipStatus: z.number().optional(),
  result: LegResult.optional(),
  endedBy: EndedBy.optional(),
  /** Absent while the leg has no media yet. */
  media: LegMedia.optional(),
  rtp: z.object({ received: z.number(), sent: z.number() }).optional(),
  /** The console's connection is gone: until then it may take the leg back, by INVITE with this Replaces (W6). */
  orphan: z.object({ since: z.number(), until: z.number(), replaces: z.string() }).optional(),
});
export type LegView = z.infer<typeof LegView>;

/** One thing that SIP reported about a transfer. */
export const TransferStep = z.object({
  /** Milliseconds since the REFER arrived at the trunk. */
  atMs: z.number(),
  kind: z.enum(['refer', 'response', 'notify', 'bye', 'cancel']),
  status: z.number().optional(),
  /** The line as on the wire, e.g. `SIP/2.0 180 Ringing`. */
  text: z.string(),
});
export type TransferStep = z.infer<typeof TransferStep>;

/** RTP packets, seen from the trunk. */
const PacketCounts = z.object({ received: z.number(), sent: z.number() });

export const TransferView = z.object({
  id: z.string(),
  /** A REFER, or the API (P32). */
  by: z.enum(['refer', 'api']).optional(),
  transferorLegId: z.string(),
  transfereeLegId: z.string().optional(),
  targetLegId: z.string().optional(),
  target: z.object({ number: z.string(), name: z.string() }),
  startedAt: z.number(),
  state: z.enum(['pending', 'succeeded', 'failed']),
  /** Final status of the target, once there is one. */
  status: z.number().optional(),
  steps: z.array(TransferStep),
  /** What the target is shown, and the rule that chose it (P20). */
  callerId: z.object({ number: z.string(), name: z.string(), rule: z.string() }).optional(),
  /** What the two who talk now have sent and been sent since the target answered. */
  sound: z.object({ transferee: PacketCounts, target: PacketCounts }).optional(),
});
export type TransferView = z.infer<typeof TransferView>;

export const CallView = z.object({
  id: z.string(),
  /** Shared by all records of the call (P26). */
  sessionId: z.string(),
  direction: z.enum(['inbound', 'outbound']),
  /** Name of the trunk domain whose rules it is under. */
  domain: z.string().optional(),
  from: z.object({ number: z.string(), name: z.string() }),
  to: z.object({ number: z.string(), name: z.string() }),
  state: z.enum(['ringing', 'answered', 'ended']),
  startedAt: z.number(),
  answeredAt: z.number().optional(),
  endedAt: z.number().optional(),
  legs: z.array(LegView),
  /**
   * Who hears whom, from the bridge: `listener` hears `speaker` (a leg id, or a sound the trunk plays). Without the legs
   * whose media is not connected.
   */
  hears: z.array(
    z.object({
      listener: z.string(),
      speaker: z.union([z.string(), z.enum(['hold-music', 'ring-back'])]),
    }),
  ),
  transfers: z.array(TransferView),
});
export type CallView = z.infer<typeof CallView>;

/** One ended call leg (P26). */
export const CallRecord = z.object({
  id: z.string(),
  callId: z.string(),
  sessionId: z.string(),
  kind: z.enum(['original', 'transfer', 'dial']),
  direction: z.enum(['inbound', 'outbound']),
  from: z.string(),
  fromName: z.string(),
  to: z.string(),
  toName: z.string(),
  startedAt: z.number(),
  answeredAt: z.number().nullable(),
  endedAt: z.number(),
  /** Answered time in milliseconds, 0 when never answered. */
  durationMs: z.number(),
  result: LegResult,
  endedBy: EndedBy,
  sipStatus: z.number().nullable(),
  provider: z.string(),
  /** Domain of the trunk that carried it. */
  trunkDomain: z.string(),
  /** S5: the leg came about by a REFER. */
  referred: z.boolean(),
  /** S4: the provider would charge for it. */
  billable: z.boolean(),
  /** Name of the rule that chose the caller ID (D7). */
  callerIdRule: z.string().nullable(),
  /** ISO 3166-1 codes; null for a number of no country, and for a SIP URI. */
  fromCountry: z.string().nullable(),
  toCountry: z.string().nullable(),
  /** SIP transport of the leg to the customer, or to the transfer target. */
  transport: z.string().nullable(),
  /** The provider's hangup code (P31), null where it has names only. */
  hangupCode: z.number().nullable(),
  hangupName: z.string().nullable(),
  /** Who ended it, in the provider's words. */
  hangupSource: z.string().nullable(),
  /** There is a recording of the leg (P28). */
  recording: z.object({ durationMs: z.number() }).optional(),
  /** Ids of what diagnosis found in the call, e.g. `D3`. */
  findings: z.array(z.string()).optional(),
});
export type CallRecord = z.infer<typeof CallRecord>;

export const Lifeline = z.object({
  /** `trunk`, or a leg id. */
  id: z.string(),
  role: z.enum(['caller', 'trunk', 'console', 'endpoint', 'target']),
  label: z.string(),
  number: z.string().optional(),
});
export type Lifeline = z.infer<typeof Lifeline>;

/** One SIP message as the trunk saw it, secrets redacted. */
export const LadderMessage = z.object({
  /** Rises by one with each message of the call. */
  seq: z.number(),
  at: z.number(),
  legId: z.string(),
  sipCallId: z.string(),
  /** Lifeline ids. */
  from: z.string(),
  to: z.string(),
  transport: z.string(),
  /** Where it came from or went to, `host:port`. */
  remote: z.string().optional(),
  kind: z.enum(['request', 'provisional', 'success', 'failure']),
  method: z.string(),
  status: z.number().optional(),
  /** What the arrow says: `REFER`, `180 Ringing`, `NOTIFY (100 Trying)`. */
  label: z.string(),
  cseq: z.string(),
  /** Seen before, byte for byte (RFC 3261 §17). */
  retransmission: z.boolean(),
  text: z.string(),
});
export type LadderMessage = z.infer<typeof LadderMessage>;

/** What diagnosis has to say about a transfer of a call. */
export const Finding = z.object({
  /** `D1` to `D7`, or a name such as `notify-refused`. */
  id: z.string(),
  /** `error`: the transfer did not do what it should; `warning`: something to know or to do; `info`: no fault. */
  severity: z.enum(['error', 'warning', 'info']),
  title: z.string(),
  /** What happened, with numbers and addresses. */
  text: z.string(),
  /** What to do about it. */
  fix: z.string().optional(),
  /** Of the transfer that it is about; a REFER that was refused began none. */
  transferId: z.string().optional(),
  /** `seq` of the messages that prove it; the one to look at comes first. */
  messageSeqs: z.array(z.number()),
});
export type Finding = z.infer<typeof Finding>;

export const Ladder = z.object({
  callId: z.string(),
  startedAt: z.number(),
  lifelines: z.array(Lifeline),
  messages: z.array(LadderMessage),
  /** Messages that were dropped because the trace is bounded. */
  dropped: z.number(),
  /** What diagnosis has to say about them. */
  findings: z.array(Finding).optional(),
});
export type Ladder = z.infer<typeof Ladder>;

/** A request that the trunk made to an application, and what came of it. Holds no secrets. */
export const WebhookExchange = z.object({
  id: z.string(),
  /** When it began. */
  at: z.number(),
  callId: z.string().optional(),
  callSid: z.string().optional(),
  why: z.enum(['voice-url', 'action', 'redirect', 'refer-url', 'number-url', 'play', 'api', 'replay']),
  method: z.enum(['GET', 'POST']),
  url: z.string(),
  /** In the order in which they were sent. */
  parameters: z.array(z.tuple([z.string(), z.string()]).readonly()).readonly(),
  /** It had an X-Twilio-Signature. */
  signed: z.boolean(),
  /** 1, or 2 when it was tried once more; 0 when it was not even tried. */
  attempts: z.number(),
  /** Where it was sent on to, in order. */
  redirects: z.array(z.string()).readonly(),
  /** How long it took. */
  ms: z.number(),
  response: z
    .object({
      status: z.number(),
      contentType: z.string().optional(),
      /** As text, the first 64 kB. */
      body: z.string(),
      truncated: z.boolean(),
    })
    .optional(),
  problem: z.object({ code: z.number(), text: z.string() }).optional(),
});
export type WebhookExchange = z.infer<typeof WebhookExchange>;

/** What was wrong with an application: Twilio's error or warning, with its code. */
export const ApplicationNotice = z.object({
  id: z.string(),
  at: z.number(),
  callId: z.string(),
  callSid: z.string(),
  code: z.number(),
  text: z.string(),
  /** Line of the document, from 1. */
  line: z.number().optional(),
  /** Of the document. */
  url: z.string().optional(),
  severity: z.enum(['error', 'warning']),
});
export type ApplicationNotice = z.infer<typeof ApplicationNotice>;

/** A TwiML document, or where it is to be had; a relative URL counts from the document that runs. */
export const TwimlSource = z.union([
  z.strictObject({ xml: z.string().min(1) }),
  z.strictObject({ url: z.string().min(1).max(4096), method: z.enum(['GET', 'POST']).optional() }),
]);
export type TwimlSource = z.infer<typeof TwimlSource>;

export const TrunkStatus = z.object({
  state: z.enum(['starting', 'running', 'stopping', 'stopped', 'failed']),
  /** Present when `failed`: one line for people. */
  problem: z.string().optional(),
  provider: Provider,
  domain: z.string(),
  /** Numbers that ring the console; the first is the caller ID of calls from it. */
  consoleNumbers: z.array(z.string()),
  /** Listening addresses, e.g. `127.0.0.1:5060`. */
  sip: z.object({ udp: z.string(), tcp: z.string().optional(), tls: z.string().optional(), ws: z.string() }),
  ringSeconds: z.number(),
  /** Present once the records could not be read or written: how it stands now. W4. */
  records: z
    .object({
      state: z.enum(['works', 'unreadable', 'unwritable']),
      /** Epoch milliseconds. */
      since: z.number(),
      why: z.string().optional(),
    })
    .optional(),
});
export type TrunkStatus = z.infer<typeof TrunkStatus>;

/** What the console needs to know before its phone can register. */
export const PhoneSettings = z.object({
  /** WebSocket URL of the trunk's SIP listener, token included. */
  url: z.string(),
  /** Address of record, e.g. `sip:console@demo.zt.patchcord.test`. */
  aor: z.string(),
  /** Instance id (RFC 5626) of the window that is the phone now; left out when none is. O14. */
  holder: z.string().optional(),
});
export type PhoneSettings = z.infer<typeof PhoneSettings>;

/** Whether the settings will be there at the next start. */
export const SettingsStorage = z.object({
  file: z.string(),
  /** Chosen with --config: written only when somebody asks. */
  given: z.boolean(),
  /** `unsaved`: a given file says something else. `conflict`: somebody else has changed the file meanwhile. */
  state: z.enum(['saved', 'unsaved', 'failed', 'conflict']),
  /** Present when `failed` or in `conflict`: a sentence for people. */
  problem: z.string().optional(),
  /** What was wrong with the file at the start, and what was done about it: a sentence a line. */
  notices: z.array(z.string()).readonly(),
});
export type SettingsStorage = z.infer<typeof SettingsStorage>;

export const Snapshot = z.object({
  trunk: TrunkStatus,
  phone: PhoneSettings,
  directory: z.array(DirectoryEntry),
  calls: z.array(CallView),
  /** Left out by a trunk that has no configuration file. */
  storage: SettingsStorage.optional(),
});
export type Snapshot = z.infer<typeof Snapshot>;

/** What the trunk would do with a number somebody typed. */
export const TargetCheck = z.object({
  input: z.string(),
  /** The trunk would take it. */
  ok: z.boolean(),
  /** It will ring, it will be refused or fail there, or there is nothing to send. */
  will: z.enum(['ring', 'fail', 'not-sent']),
  /** What to send: E.164, a short code or an address; none when nothing can be sent. */
  target: z.string().optional(),
  /** To be pressed after the answer; a comma waits two seconds. */
  keys: z.string().optional(),
  /** E.164, when it could be understood as a number. */
  number: z.string().optional(),
  name: z.string().optional(),
  /** What would happen, or why it would be refused, in one sentence. */
  says: z.string(),
  /** What the trunk itself would say, with the status and the rule. */
  detail: z.string().optional(),
  /** SIP status the trunk would answer to a REFER or an INVITE with this target. */
  status: z.number(),
  /** Who the target would be shown, and the rule that says so (D7); for a call, and a target that would be taken. */
  callerId: z.object({ number: z.string(), name: z.string(), rule: z.string() }).optional(),
  /** A corrected input that would work. */
  fix: z.string().optional(),
  /** Id of the provider's rule that refuses it, e.g. `P14`. */
  rule: z.string().optional(),
  /** The same under each of the other profiles. */
  others: z.array(z.object({ provider: z.string(), ok: z.boolean(), status: z.number(), says: z.string() })),
});
export type TargetCheck = z.infer<typeof TargetCheck>;
