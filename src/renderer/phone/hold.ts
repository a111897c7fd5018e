import type { SessionDescriptionHandlerOptions } from 'sip.js';
import { change, type Line } from './line.ts';

/**
 * Holds or resumes with a re-INVITE (RFC 3264 §8.4), and tells what came of it. The option stays set on the session, so
 * that a re-INVITE of the other side during the hold is answered held as well. That nothing is heard meanwhile is not
 * its business: see `applySending`.
 */
export async function hold(line: Line, on: boolean): Promise<void> {
  const { session } = line;
  const before = session.sessionDescriptionHandlerOptionsReInvite;
  const options: SessionDescriptionHandlerOptions & { hold: boolean } = { hold: on };
  session.sessionDescriptionHandlerOptionsReInvite = options;
  const refusal = await reInvite(line);
  if (refusal) session.sessionDescriptionHandlerOptionsReInvite = before;
  change(line, refusal ? { to: 'hold-failed', on, ...refusal } : { to: 'held', on });
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
