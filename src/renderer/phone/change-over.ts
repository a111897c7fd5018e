/** WebRTC came to nothing: asks the trunk, by a re-INVITE, to take the sound over the WebSocket instead (M19). */
import { SessionState, type Session } from 'sip.js';
import { handlerOf } from './media.ts';

const TRIES = 5;
/** Another re-INVITE may be under way: RFC 3261 §14.1. */
const AGAIN_MS = 400;

/** What is needed of a line. */
interface Changing {
  readonly session: Session;
  later(ms: number, run: () => void): void;
}

/** @param refused the trunk did not want it */
export function changeOver(line: Changing, refused: () => void): void {
  const handler = handlerOf(line.session);
  if (!handler?.mayChangeOver) return refused();
  handler.changeOver();
  attempt(line, TRIES, refused);
}

function attempt(line: Changing, left: number, refused: () => void): void {
  const { session } = line;
  if (session.state !== SessionState.Established) return;
  const again = (): void => {
    if (left > 1) line.later(AGAIN_MS, () => attempt(line, left - 1, refused));
    else refused();
  };
  session
    .invite({
      requestDelegate: {
        onReject: ({ message }) => (message.statusCode === 491 ? again() : refused()),
      },
    })
    .catch(again);
}
