import type { SrtpSession } from 'werift';
import { sequenceStep } from '../rtp/serial.ts';

type Context = SrtpSession['localContext'];

/**
 * Counts how often sequence numbers have wrapped, which SRTP needs to know. RFC 3711 §3.3.1. werift 0.25.2 counts a wrap
 * only where the packets next to it arrive: two seconds lost there, and nothing more could be decrypted for good.
 */
const updateRolloverCount: Context['updateRolloverCount'] = (sequenceNumber, state) => {
  if (state.rolloverHasProcessed) {
    const index = state.rolloverCounter * 0x1_0000 + state.lastSequenceNumber;
    const next = index + sequenceStep(state.lastSequenceNumber, sequenceNumber);
    state.rolloverCounter = Math.max(0, Math.floor(next / 0x1_0000));
  }
  state.rolloverHasProcessed = true;
  state.lastSequenceNumber = sequenceNumber;
};

/** Puts the count above in place of the session's own, both ways. */
export function mendRollover({ localContext, remoteContext }: SrtpSession): void {
  localContext.updateRolloverCount = updateRolloverCount;
  remoteContext.updateRolloverCount = updateRolloverCount;
}
