import { Invitation, Inviter, SessionState } from 'sip.js';
import { handlerOf } from './media.ts';
import { end, type Line } from './line.ts';

/** Declines what rings (603), cancels what we dial, says BYE to what talks. RFC 3261 §9, §15, §21.6.2. */
export async function hangUp(line: Line): Promise<void> {
  const { session } = line;
  if (session.state === SessionState.Established) {
    // BYE goes first: the end has the last NOTIFY of a REFER sent, and who sent it is to hear of the hang-up before.
    const answered = session.bye();
    end(line, { by: 'us', method: 'BYE' });
    await answered;
  } else if (session instanceof Inviter) {
    end(line, { by: 'us', method: 'CANCEL' });
    await session.cancel();
  } else if (session instanceof Invitation) {
    end(line, { by: 'us', method: 'response', status: 603, reason: 'Decline' });
    await session.reject({ statusCode: 603 });
  }
}

/** Nobody here can take it: 486 to what rings. RFC 3261 §21.4.24. What we dial ourselves is given up. */
export async function refuse(line: Line): Promise<void> {
  const { session } = line;
  if (!(session instanceof Invitation)) return hangUp(line);
  end(line, { by: 'us', method: 'response', status: 486, reason: 'Busy Here' });
  await session.reject({ statusCode: 486 });
}

/** BYE to a session whose call a transfer has taken elsewhere. RFC 5589 §6.1. */
export function release(line: Line): void {
  end(line, { by: 'us', method: 'BYE', auto: true });
  // The other side may have said it first.
  line.session.bye().catch(() => undefined);
}

/** The trunk is gone and cannot answer a BYE: let go of the media and of the line at once. */
export function abandon(line: Line): void {
  end(line, { by: 'gateway', method: 'none' });
  handlerOf(line.session)?.close();
}
