/** What the trunk tells the console unasked. Events are past tense and carry whole nouns, not patches. */
import { z } from 'zod';
import { CallRecord, CallView, DirectoryEntry, LadderMessage, Lifeline, TrunkStatus } from './model.ts';

export const ContractEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('trunkChanged'), trunk: TrunkStatus }),
  z.object({ type: z.literal('directoryChanged'), directory: z.array(DirectoryEntry) }),
  /** A call began or something about it changed; `state: 'ended'` is its last event. */
  z.object({ type: z.literal('callChanged'), call: CallView }),
  z.object({ type: z.literal('recordAdded'), record: CallRecord }),
  /** A SIP message of a live call; `lifelines` is the whole list as it now stands. */
  z.object({
    type: z.literal('messageTraced'),
    callId: z.string(),
    message: LadderMessage,
    lifelines: z.array(Lifeline),
  }),
]);
export type ContractEvent = z.infer<typeof ContractEvent>;
