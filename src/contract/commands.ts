/**
 * Every command of the contract: one entry gives its name, what it takes and what it answers.
 * The Electron and HTTP adapters are generated from this table.
 */
import { z } from 'zod';
import { ConfigureResult, TrunkSettings } from './settings.ts';
import {
  ApplicationNotice,
  Behaviour,
  Finding,
  Ladder,
  RecordPage,
  RecordQuery,
  SettingsStorage,
  Snapshot,
  TargetCheck,
  TwimlSource,
  WebhookExchange,
} from './model.ts';

const Empty = z.strictObject({});
/** Answers of applications may have 64 kB each. */
const Last = z.strictObject({ limit: z.number().int().min(1).max(1000).default(100) });

export const commands = {
  /** The whole live picture; events keep it up to date. */
  snapshot: { request: Empty, reply: Snapshot },
  /** A simulated caller dials a number of the trunk (by default the console's first). */
  'practice.call': {
    request: z.strictObject({ caller: z.string(), to: z.string().optional() }),
    reply: z.object({ callId: z.string() }),
  },
  /** Changes what a simulated party does from its next call on. */
  'party.set': {
    request: z.strictObject({
      number: z.string(),
      behaviour: Behaviour,
      afterMs: z.number().int().min(0).max(600_000).optional(),
    }),
    reply: z.object({}),
  },
  /** The configuration of the running trunk, without passwords. */
  'settings.get': { request: Empty, reply: TrunkSettings },
  /**
   * Changes it. `patch` has keys of a configuration file: an object replaces the keys that it names, a list the whole
   * list, a credential without a password keeps its own. The trunk checks it and answers with one line a problem.
   */
  'settings.set': {
    request: z.strictObject({ patch: z.record(z.string(), z.unknown()) }),
    reply: ConfigureResult.extend({ storage: SettingsStorage.optional() }),
  },
  /**
   * Writes the settings into the configuration file: one that was chosen with --config is written only so. `overwrite`
   * writes also over what somebody else has written there meanwhile, of which a copy is kept.
   */
  'settings.save': {
    request: z.strictObject({ overwrite: z.boolean().default(false) }),
    reply: SettingsStorage,
  },
  /** Ends a call from the trunk's side. */
  'call.hangup': { request: z.strictObject({ callId: z.string() }), reply: z.object({}) },
  /** What would become of a call or of a transfer (`callId`) to what somebody typed, before it is sent. */
  'target.check': {
    request: z.strictObject({
      input: z.string(),
      callId: z.string().optional(),
      purpose: z.enum(['dial', 'transfer']).optional(),
    }),
    reply: TargetCheck,
  },
  /** Ended legs, newest first. `cursor` comes from the page before. */
  'records.list': { request: RecordQuery, reply: RecordPage },
  /** A part of a record's recording (P28), a WAVE file of `size` bytes; as many bytes as the trunk likes to give at once. */
  'recording.read': {
    request: z.strictObject({ recordId: z.string(), offset: z.int().min(0) }),
    reply: z.object({ size: z.number(), base64: z.string() }),
  },
  /** Deletes a record's recording; the record stays. */
  'recording.delete': { request: z.strictObject({ recordId: z.string() }), reply: z.object({}) },
  /** All SIP messages of a live or ended call. */
  'ladder.get': { request: z.strictObject({ callId: z.string() }), reply: Ladder },
  /** What diagnosis found in a live or ended call. */
  'findings.get': { request: z.strictObject({ callId: z.string() }), reply: z.object({ findings: z.array(Finding) }) },
  /** Runs a document on the leg of a live call to a SIP endpoint or the console, in place of what it was doing (T1). */
  'call.twiml': { request: z.strictObject({ callId: z.string(), source: TwimlSource }), reply: z.object({}) },
  /** The last requests to applications, newest first. */
  'webhooks.list': { request: Last, reply: z.object({ webhooks: z.array(WebhookExchange) }) },
  /** Makes a request once more, and answers when it is over: this may take a minute. */
  'webhook.replay': { request: z.strictObject({ id: z.string() }), reply: z.object({ webhook: WebhookExchange }) },
  /** What the authors of applications should know, newest first. */
  'notices.list': { request: Last, reply: z.object({ notices: z.array(ApplicationNotice) }) },
} as const;

export type Commands = typeof commands;
export type CommandName = keyof Commands;
export type RequestOf<N extends CommandName> = z.input<Commands[N]['request']>;
export type ReplyOf<N extends CommandName> = z.output<Commands[N]['reply']>;

/** A command that failed: `code` for programs, `message` for people. */
export const CommandError = z.object({
  code: z.enum(['bad-request', 'not-found', 'refused', 'unavailable', 'internal']),
  message: z.string(),
});
export type CommandError = z.infer<typeof CommandError>;
