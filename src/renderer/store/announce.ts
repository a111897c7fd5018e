/** What is said aloud (aria-live) when something happens that the operator did not do. */
import type { ApplicationNotice } from '../../contract/model.ts';
import type { PhoneEvent, SessionStarted } from '../phone/phone.ts';
import { callOfSession } from './calls.ts';
import { isOpen, type FollowCard } from './follow-card.ts';
import { followVerdict } from './follow-verdict.ts';
import { deviceWords } from './phone.ts';
import { soundTrouble } from './sound.ts';
import type { ConsoleState } from './store.ts';
import { isPending } from './transfer-card.ts';
import { verdict } from './verdict.ts';
import { endWords, lineTitle, stepWords } from './words.ts';

export function announcement(before: ConsoleState, after: ConsoleState, event: PhoneEvent): string | undefined {
  switch (event.type) {
    case 'sessionStarted': {
      const { session } = event;
      if (!after.lines[session.id]) return refusedWords(after, session);
      return session.direction === 'in' ? `${lineTitle(session, after.directory)} is calling. F3 answers.` : undefined;
    }
    case 'sessionChanged':
      return lineAnnouncement(after, event);
    case 'sessionEnded': {
      const line = after.lines[event.id];
      const follow = after.follows[event.id];
      if (follow?.ended?.at === event.end.at && follow.phase !== before.follows[event.id]?.phase) {
        return followWords(follow);
      }
      // The card has already said what the end of the line means.
      if (!line || after.cards[event.id] || (line.movedFrom && line.answeredAt === undefined)) return undefined;
      return endWords(line, lineTitle(line, after.directory));
    }
    case 'referStepped': {
      const card = after.cards[event.id];
      if (card?.id !== event.transferId) return undefined;
      if (isPending(card)) {
        const { label, means } = stepWords(event.step, false);
        return `${elsewhere(after, event.id)}${label}: ${means}.`;
      }
      const { headline, detail } = verdict(card, callOfSession(after.calls, event.id));
      return `${elsewhere(after, event.id)}${headline} ${detail}`.trim();
    }
    case 'referReceived': {
      const card = after.follows[event.id];
      if (!card || card.auto) return undefined;
      const keys = isOpen(card) ? ' F follows, D declines.' : '';
      return `${followVerdict(card).headline}${keys}`;
    }
    case 'followStepped':
      return followAnnouncement(before, after, event);
    case 'registrationChanged':
      return registrationAnnouncement(before, after);
    case 'devicesChanged':
      return deviceWords(before, event);
    case 'audioChanged':
    case 'soundWayChanged':
      return undefined;
    case 'microphoneChanged':
      return microphoneAnnouncement(before, after);
    default:
      return event satisfies never;
  }
}

/** Names a line that the operator does not look at. */
function elsewhere({ lines, selectedLineId }: ConsoleState, id: string): string {
  return selectedLineId === id || !lines[id] ? '' : `Line ${lines[id].slot}: `;
}

function refusedWords(after: ConsoleState, session: SessionStarted): string | undefined {
  if (session.direction === 'out') return undefined;
  return `${lineTitle(session, after.directory)} called while all nine lines were in use, and heard busy (486).`;
}

/** What is wrong with the application of a call that this console has; of others the list tells. */
export function sayNotice({ calls, lines, say }: ConsoleState, notice: ApplicationNotice): void {
  const mine = calls[notice.callId]?.legs.some(({ sipCallId }) => lines[sipCallId] !== undefined);
  if (mine) say(`Application ${notice.severity}${notice.code === 0 ? '' : ` ${notice.code}`}: ${notice.text}`);
}

/** The verdict when it changes; the reports to the other side are for the eye alone. */
function followAnnouncement(
  before: ConsoleState,
  after: ConsoleState,
  { id, followId }: Extract<PhoneEvent, { type: 'followStepped' }>,
): string | undefined {
  const card = after.follows[id];
  return card?.id === followId && card.phase !== before.follows[id]?.phase ? followWords(card) : undefined;
}

function followWords(card: FollowCard): string {
  const { headline, detail } = followVerdict(card);
  return isOpen(card) ? headline : `${headline} ${detail}`.trim();
}

function lineAnnouncement(
  after: ConsoleState,
  { id, change }: Extract<PhoneEvent, { type: 'sessionChanged' }>,
): string | undefined {
  const line = after.lines[id];
  if (!line) return undefined;
  const title = lineTitle(line, after.directory);
  switch (change.to) {
    case 'established':
      return `Connected with ${title}.`;
    case 'ringing':
      return `${title} is ringing.`;
    case 'held':
      return change.on ? `${title} is on hold.` : `Talking with ${title}.`;
    case 'muted':
      return change.on ? 'Microphone muted.' : 'Microphone on.';
    case 'held-by-remote':
      return change.on ? `${title} has put you on hold.` : undefined;
    case 'hold-failed':
      return line.problem;
    case 'media': {
      const trouble = soundTrouble(line);
      return trouble && `No sound with ${title}: ${trouble.short}. ${trouble.fix}`;
    }
    case 'early-media':
    case 'answering':
      return undefined;
    default:
      return change satisfies never;
  }
}

function registrationAnnouncement(before: ConsoleState, after: ConsoleState): string | undefined {
  const [was, is] = [before.registration.state, after.registration.state];
  if (is === 'reconnecting' && was !== 'reconnecting' && was !== 'connecting') {
    return 'The connection to the trunk was lost. Trying again.';
  }
  return is === 'registered' && was !== 'registered' ? 'Line ready.' : undefined;
}

function microphoneAnnouncement(before: ConsoleState, after: ConsoleState): string | undefined {
  if (before.microphone.state === after.microphone.state) return undefined;
  if (after.microphone.state === 'missing') return 'No microphone was found.';
  return after.microphone.state === 'denied' ? 'The microphone is not allowed.' : undefined;
}
