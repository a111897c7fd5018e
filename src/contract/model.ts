/** The nouns that console and trunk speak about: those of the trunk, and what the console alone needs. */
import { z } from 'zod';
import { CallView } from '../nouns/call.ts';
import { DirectoryEntry } from '../nouns/directory.ts';
import { SettingsStorage, TrunkStatus } from '../nouns/trunk.ts';

export * from '../nouns/application.ts';
export * from '../nouns/call.ts';
export * from '../nouns/directory.ts';
export * from '../nouns/ladder.ts';
export * from '../nouns/quality.ts';
export * from '../nouns/record.ts';
export * from '../nouns/trunk.ts';

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

export const Snapshot = z.object({
  trunk: TrunkStatus,
  phone: PhoneSettings,
  directory: z.array(DirectoryEntry),
  calls: z.array(CallView),
  /** Left out by a trunk that has no configuration file. */
  storage: SettingsStorage.optional(),
});
export type Snapshot = z.infer<typeof Snapshot>;
