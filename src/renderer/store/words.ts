/** States, in the words of the people who look at them. Pure; a state that SIP did not report has no words. */
import type { Behaviour, DirectoryEntry, LegResult } from '../../contract/model.ts';
import type { Microphone, ReferStep, SessionEnd } from '../phone/phone.ts';
import { formatNumber } from '../ui/number.ts';
import { nameOf } from './directory.ts';
import type { FollowPhase } from './follow-card.ts';
import type { Line } from './line-model.ts';
import { isUnheard } from './sound.ts';
import { type TransferCard, type TransferPhase, isPendingPhase } from './transfer-card.ts';

/** Letters of a name that a button has room for. */
const SHORT = 8;

/** Who is on the line: the directory's name, else the name SIP gave, else the number. */
export function lineTitle(line: Pick<Line, 'name' | 'number'>, directory: readonly DirectoryEntry[]): string {
  return nameOf(directory, line.number) ?? (line.name || formatNumber(line.number) || 'Unknown');
}

/** For a button: the first name, or the last four digits of the number. */
export function shortTitle(line: Pick<Line, 'name' | 'number'>, directory: readonly DirectoryEntry[]): string {
  const name = nameOf(directory, line.number) ?? line.name;
  const [first = ''] = name.trim().split(/\s+/);
  if (first === '') return line.number.slice(-4);
  const letters = Array.from(new Intl.Segmenter().segment(first), ({ segment }) => segment);
  return letters.length > SHORT ? `${letters.slice(0, SHORT - 1).join('')}…` : first;
}

export function stateWords(line: Line): string {
  switch (line.state) {
    case 'ringing':
      return 'Ringing';
    case 'dialing':
      return 'Calling';
    case 'ring-back':
      return 'Ringing there';
    case 'early-media':
      return 'Not answered, with sound';
    case 'answering':
      return 'Answering';
    case 'live':
      return liveWords(line);
    case 'ended':
      return line.end ? endedWord(line, line.end) : 'Ended';
    default:
      return line.state satisfies never;
  }
}

/** *Talking* is said only where media is connected (W28). */
function liveWords({ held, heldByRemote, media }: Line): string {
  if (media?.state === 'failed') return held ? 'On hold, no sound' : 'No sound';
  if (held) return 'On hold';
  if (heldByRemote) return 'Held by the other side';
  return media?.state === 'connected' ? 'Talking' : 'Connecting sound';
}

export interface LineCircumstances {
  transfer?: TransferPhase | undefined;
  follow?: FollowPhase | undefined;
  microphone?: Microphone;
}

/** The state of a line with what else is going on with it: for its row and for the header. */
export function lineWords(line: Line, { transfer, follow, microphone }: LineCircumstances): string {
  if (line.state === 'ended') {
    if (follow === 'moved') return 'Moved';
    return transfer === 'succeeded' ? 'Transferred' : stateWords(line);
  }
  const words = stateWords(line);
  if (line.state !== 'live') return words;
  if (follow === 'asked') return 'Asks to move';
  if (follow === 'calling' || follow === 'ringing') return 'Moving';
  if (!line.held && isPendingPhase(transfer)) return 'Transferring';
  return words === 'Talking' && isUnheard(line, microphone) ? 'No sound from you' : words;
}

/** One or two words for the row of a line that is over. */
function endedWord(line: Line, end: SessionEnd): string {
  if (end.by === 'gateway') return 'Connection lost';
  if (line.answeredAt !== undefined) return 'Ended';
  if (end.by === 'us') return line.direction === 'in' ? 'Declined' : 'Given up';
  if (end.method === 'CANCEL') return end.status === 200 ? 'Answered elsewhere' : 'Missed';
  if (end.status === 486 || end.status === 600) return 'Busy';
  if (end.status === 408 || end.status === 480) return 'No answer';
  return end.status === 603 ? 'Declined' : 'Failed';
}

const STATUS_SENTENCES: Readonly<Record<number, string>> = {
  400: 'could not be called',
  403: 'may not be called',
  404: 'does not exist',
  408: 'did not answer',
  410: 'does not exist any more',
  480: 'cannot be reached now',
  484: 'is not a whole number',
  486: 'is busy',
  487: 'was not called to the end',
  488: 'has no sound format in common with the trunk',
  503: 'cannot be called now: the trunk has no capacity',
  600: 'is busy everywhere',
  603: 'declined',
  604: 'does not exist',
};

/** `is busy (486)`: what a final failure says about the one who was called. */
export function failureWords(status: number): string {
  return `${STATUS_SENTENCES[status] ?? 'could not be reached'} (${status})`;
}

/** A later try with the same target could go another way. */
export function mayRetry(status: number): boolean {
  return [408, 480, 486, 487, 491, 600].includes(status) || (status >= 500 && status < 600);
}

type EndedLine = Pick<Line, 'direction' | 'end'> & { answeredAt?: number | undefined };

/** How a line ended, as a sentence. */
export function endWords(line: EndedLine, title: string): string {
  const end = line.end;
  if (!end) return '';
  if (end.by === 'gateway') return 'The call ended here when the connection to the trunk was lost.';
  if (end.by === 'us') return ourEnd(line, end, title);
  if (end.method === 'response') return `${title} ${failureWords(end.status ?? 0)}.`;
  if (end.method === 'CANCEL') return missedWords(end, title);
  if (line.answeredAt === undefined) return `The call with ${title} was not set up.`;
  return end.method === 'BYE' ? 'The other side ended the call.' : 'The call ended without a BYE.';
}

function ourEnd(line: EndedLine, end: SessionEnd, title: string): string {
  if (end.auto) return 'The call was transferred, and the console left it.';
  if (line.answeredAt !== undefined) return 'You hung up.';
  if (end.status === 486) return `${title} heard busy: all nine lines were in use.`;
  return line.direction === 'in' && end.method === 'response'
    ? `You declined ${title}.`
    : 'You gave up before an answer.';
}

function missedWords(end: SessionEnd, title: string): string {
  // RFC 3326: cause 200 in a CANCEL means that somebody else has answered.
  return end.status === 200 ? `Somebody else answered ${title}.` : `Missed: ${title} gave up before you answered.`;
}

/**
 * One row of the transfer card.
 * @param answered the target had answered before this step
 */
export function stepWords(step: ReferStep, answered: boolean): { label: string; means: string } {
  switch (step.kind) {
    case 'refer':
      return { label: 'REFER', means: 'sent to the trunk' };
    case 'response':
      return {
        label: `${step.status} ${step.reason}`.trim(),
        means: step.status < 300 ? 'the trunk will try' : 'the trunk refuses',
      };
    case 'notify':
      if (step.status === undefined) {
        return { label: 'NOTIFY', means: step.terminated ? `ended, ${step.why ?? 'no reason'}` : 'nothing said' };
      }
      return {
        label: `NOTIFY ${step.status} ${step.reason ?? ''}`.trim(),
        means: notifyMeans(step.status),
      };
    case 'session-ended':
      return endStepWords(step.end, answered);
    default:
      return step satisfies never;
  }
}

function notifyMeans(status: number): string {
  if (status === 100) return 'calling the target';
  if (status < 200) return 'the target rings';
  return status < 300 ? 'the target answered' : `the target ${STATUS_SENTENCES[status] ?? 'failed'}`;
}

function endStepWords(end: SessionEnd, answered: boolean): { label: string; means: string } {
  if (end.by === 'gateway') return { label: 'Connection lost', means: 'no word from the trunk' };
  if (end.method !== 'BYE') return { label: 'Session ended', means: 'without a BYE' };
  if (end.auto) return { label: 'BYE', means: 'the console leaves' };
  if (end.by === 'us') return { label: 'BYE', means: 'you hung up' };
  return { label: 'BYE', means: answered ? 'your line is released' : 'the call is over' };
}

const BADGES: Readonly<Record<number, string>> = {
  408: 'no answer',
  480: 'away',
  486: 'busy',
  600: 'busy',
  603: 'declined',
};

/** `→ rings 12 s`, `✕ busy`: a transfer in the row of its line; nothing once it has gone well. */
export function transferBadge(card: TransferCard, now: number): string | undefined {
  switch (card.phase) {
    case 'sent':
    case 'accepted':
      return `→ ${seconds(now - card.startedAt)}`;
    case 'ringing':
      return `→ rings ${seconds(now - card.startedAt)}`;
    case 'failed':
      return `✕ ${(card.decidedBy === 'notify' && BADGES[card.status ?? 0]) || card.status || 'failed'}`;
    case 'unknown':
      return '✕ unknown';
    case 'line-lost':
      return '✕ call over';
    case 'succeeded':
      return undefined;
    default:
      return card.phase satisfies never;
  }
}

function seconds(ms: number): string {
  return `${Math.max(0, Math.floor(ms / 1000))} s`;
}

/** How a call to somebody ended. */
export const RESULT_WORDS: Readonly<Record<LegResult, string>> = {
  answered: 'answered',
  transferred: 'answered, then transferred',
  busy: 'busy',
  'no-answer': 'no answer',
  declined: 'declined',
  canceled: 'given up before an answer',
  'not-found': 'not found',
  failed: 'failed',
  'peer-lost': 'gone without hanging up',
  interrupted: 'interrupted',
};

export function isGoodResult(result: LegResult): boolean {
  return result === 'answered' || result === 'transferred';
}

/** What a simulated phone does when it is called. */
export const BEHAVIOUR_WORDS: Readonly<Record<Behaviour, string>> = {
  answer: 'Answers',
  echo: 'Answers, echoes',
  busy: 'Is busy',
  'no-answer': 'Does not answer',
  decline: 'Declines',
  unknown: 'Is unknown',
  'answer-then-hang-up': 'Answers, hangs up',
  'hang-up-while-ringing': 'Gives up ringing',
  'transfer-on': 'Transfers on',
  'press-keys': 'Presses keys',
};

/** A provider as it writes itself. */
export function profileName(provider: string): string {
  return `${provider.charAt(0).toUpperCase()}${provider.slice(1)}`;
}
