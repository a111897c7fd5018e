/** What is said aloud (aria-live) when something happens that the operator did not do. */
import type { PhoneEvent } from '../phone/phone.ts';
import { callOfSession } from './calls.ts';
import type { ConsoleState } from './store.ts';
import { isPending } from './transfer-card.ts';
import { verdict } from './verdict.ts';
import { endWords, lineTitle, stepWords } from './words.ts';

export function announcement(before: ConsoleState, after: ConsoleState, event: PhoneEvent): string | undefined {
  switch (event.type) {
    case 'sessionStarted': {
      const { session } = event;
      return session.direction === 'in' ? `${lineTitle(session, after.directory)} is calling. F3 answers.` : undefined;
    }
    case 'sessionChanged':
      return lineAnnouncement(after, event);
    case 'sessionEnded': {
      const line = after.lines[event.id];
      // The card has already said what the end of the line means.
      if (!line || after.cards[event.id]) return undefined;
      return endWords(line, lineTitle(line, after.directory));
    }
    case 'referStepped': {
      const card = after.cards[event.id];
      if (card?.id !== event.transferId) return undefined;
      if (isPending(card)) {
        const { label, means } = stepWords(event.step, false);
        return `${label}: ${means}.`;
      }
      const { headline, detail } = verdict(card, callOfSession(after.calls, event.id));
      return `${headline} ${detail}`.trim();
    }
    case 'registrationChanged':
      return registrationAnnouncement(before, after);
    case 'microphoneChanged':
      return microphoneAnnouncement(before, after);
    default:
      return event satisfies never;
  }
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
