/** The trunk itself, and where its settings are kept. */
import { z } from 'zod';
import { TONE_COUNTRIES } from './tones.ts';

/** Provider profiles that the trunk can behave like. */
export const Provider = z.enum(['plivo', 'sinch', 'twilio']);
export type Provider = z.infer<typeof Provider>;

/** Listening addresses, e.g. `127.0.0.1:5060`. */
const SipAddresses = z.object({
  udp: z.string(),
  tcp: z.string().optional(),
  tls: z.string().optional(),
  ws: z.string(),
});
export type SipAddresses = z.infer<typeof SipAddresses>;

/** Whether the records file can be read and written. W4. */
const RecordsState = z.object({
  /** `works` is said only after it did not. */
  state: z.enum(['works', 'unreadable', 'unwritable']),
  /** Epoch milliseconds. */
  since: z.number(),
  /** What SQLite or the file system says. */
  why: z.string().optional(),
});
export type RecordsState = z.infer<typeof RecordsState>;

export const TrunkStatus = z.object({
  state: z.enum(['starting', 'running', 'stopping', 'stopped', 'failed']),
  /** Present when `failed`: one line for people. */
  problem: z.string().optional(),
  provider: Provider,
  domain: z.string(),
  /** Numbers that ring the console; the first is the caller ID of calls from it. */
  consoleNumbers: z.array(z.string()),
  sip: SipAddresses,
  ringSeconds: z.number(),
  /** Whose tones are heard (M15). */
  toneCountry: z.enum(TONE_COUNTRIES),
  /** Present once the records could not be read or written: how it stands now. */
  records: RecordsState.optional(),
});
export type TrunkStatus = z.infer<typeof TrunkStatus>;

/** Whether the settings will be there at the next start. */
export const SettingsStorage = z.object({
  file: z.string(),
  /** Chosen with --config: written only when somebody asks. */
  given: z.boolean(),
  /**
   * `unsaved`: it differs from a given file. `failed`: it could not be written. `conflict`: somebody else has changed
   * the file meanwhile, and it was left alone.
   */
  state: z.enum(['saved', 'unsaved', 'failed', 'conflict']),
  /** Present when `failed` or in `conflict`: a sentence for people. */
  problem: z.string().optional(),
  /** What was wrong with the file at the start, and what was done about it: a sentence a line. */
  notices: z.array(z.string()).readonly(),
});
export type SettingsStorage = z.infer<typeof SettingsStorage>;
