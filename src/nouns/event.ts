/** What a running trunk tells unasked. Events are past tense and carry whole nouns: a listener needs no history. */
import { z } from 'zod';
import { ApplicationNotice, WebhookExchange } from './application.ts';
import { CallView } from './call.ts';
import { DirectoryEntry } from './directory.ts';
import { Finding, LadderMessage, Lifeline } from './ladder.ts';
import { CallQuality } from './quality.ts';
import { CallRecord } from './record.ts';
import { Settings } from './settings.ts';
import { SettingsStorage, TrunkStatus } from './trunk.ts';

export const TrunkEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('trunkChanged'), trunk: TrunkStatus }),
  /** Another window is the phone now, or none. O14. */
  z.object({ type: z.literal('phoneChanged'), holder: z.string().optional() }),
  z.object({ type: z.literal('directoryChanged'), directory: z.array(DirectoryEntry) }),
  z.object({ type: z.literal('settingsChanged'), settings: Settings }),
  /** The settings have been written, or could not be. */
  z.object({ type: z.literal('storageChanged'), storage: SettingsStorage }),
  /** A call began or something about it changed; `state: 'ended'` is its last event. */
  z.object({ type: z.literal('callChanged'), call: CallView }),
  z.object({ type: z.literal('recordAdded'), record: CallRecord }),
  /** A record that was added before has got its recording, or findings, or its recording is deleted. */
  z.object({ type: z.literal('recordChanged'), record: CallRecord }),
  /** All findings of a call in which something was found, or is found no more. */
  z.object({ type: z.literal('findingsChanged'), callId: z.string(), findings: z.array(Finding) }),
  /** An application was asked, and has answered or not. */
  z.object({ type: z.literal('webhookFinished'), exchange: WebhookExchange }),
  z.object({ type: z.literal('applicationNotice'), notice: ApplicationNotice }),
  /** How well live calls are heard, once a second: those of which something is to be heard, the newest hundred. */
  z.object({ type: z.literal('qualityChanged'), calls: z.array(CallQuality) }),
  /** A SIP message of a live call; `lifelines` is the whole list as it now stands. */
  z.object({
    type: z.literal('messageTraced'),
    callId: z.string(),
    message: LadderMessage,
    lifelines: z.array(Lifeline),
  }),
]);
export type TrunkEvent = z.infer<typeof TrunkEvent>;
