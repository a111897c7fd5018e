import type { SessionDescriptionHandlerOptions } from 'sip.js';
import { applySending, change, type Line } from './line.ts';

/**
 * Holds or resumes with a re-INVITE (RFC 3264 §8.4). The option stays set on the session, so that a
 * re-INVITE of the other side during the hold is answered held as well.
 */
export async function hold(line: Line, on: boolean): Promise<void> {
  const { session } = line;
  if (line.held === on) return;
  // Silence first: the operator means "now", the answer may take a moment.
  if (on) setHeld(line, true);
  const options: SessionDescriptionHandlerOptions & { hold: boolean } = { hold: on };
  session.sessionDescriptionHandlerOptionsReInvite = options;
  const refusal = await reInvite(line);
  if (refusal) {
    session.sessionDescriptionHandlerOptionsReInvite = { hold: !on } as typeof options;
    setHeld(line, !on);
    change(line, { to: 'hold-failed', on, ...refusal });
    return;
  }
  setHeld(line, on);
  change(line, { to: 'held', on });
}

function setHeld(line: Line, on: boolean): void {
  line.held = on;
  applySending(line);
}

function reInvite({ session }: Line): Promise<{ status: number; reason: string } | undefined> {
  return new Promise((resolve) => {
    session
      .invite({
        requestDelegate: {
          onAccept: () => resolve(undefined),
          onReject: ({ message }) => resolve({ status: message.statusCode ?? 0, reason: message.reasonPhrase ?? '' }),
        },
      })
      // Another re-INVITE is under way (RFC 3261 §14.1), or the session has just ended.
      .catch(() => resolve({ status: 491, reason: 'Request Pending' }));
  });
}
