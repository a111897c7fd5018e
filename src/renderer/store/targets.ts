/** Whom one can call or transfer to: one list and one judgement for both fields. Pure. (O11) */
import type { DirectoryEntry, TargetCheck } from '../../contract/model.ts';
import { formatTimeOfDay } from '../ui/format.ts';
import { nameOf, searchDirectory, type DirectorySlice } from './directory.ts';
import { isOngoing, lineWith, type Line, type Lines } from './line-model.ts';
import { isGoodResult, lineTitle, RESULT_WORDS, stateWords } from './words.ts';

export interface TargetOption {
  /** Somebody on a line, somebody who was tried lately, or an entry of the directory. */
  kind: 'line' | 'tried' | 'person';
  key: string;
  name: string;
  number: string;
  /** What there is to know before one calls them. */
  note: string;
  lineId?: string;
  /** The note is no good news. */
  warns: boolean;
}

interface Known extends Pick<DirectorySlice, 'directory' | 'lastResults'> {
  lines: Lines;
}

/** Of those that were tried, so many stand above the directory while nothing is typed. */
const TRIED_SHOWN = 3;

/**
 * My live lines first, then whom I tried last and how that went, then the directory.
 * @param except the line that is to be transferred
 */
export function targetOptions(
  { directory, lastResults, lines }: Known,
  input: string,
  except?: string,
): readonly TargetOption[] {
  const mine = Object.values(lines)
    .filter((line) => isOngoing(line) && line.id !== except)
    .toSorted((a, b) => a.slot - b.slot)
    .map((line) => lineOption(line, directory));
  const taken = new Set([...mine.map(({ number }) => number), except === undefined ? '' : lines[except]?.number]);
  const people = directory.filter((entry) => entry.kind !== 'console' && !taken.has(entry.number));
  const fitting = searchDirectory(people, input);
  const tried = Object.entries(lastResults)
    .filter(([number]) => !taken.has(number))
    .toSorted(([, a], [, b]) => b.at - a.at)
    .slice(0, TRIED_SHOWN)
    .map(([number, last]): TargetOption => {
      const status = isGoodResult(last.result) || last.status === undefined ? '' : ` (${last.status})`;
      return {
        kind: 'tried',
        key: `tried ${number}`,
        number,
        name: nameOf(directory, number) ?? '',
        note: `${formatTimeOfDay(last.at)} ${RESULT_WORDS[last.result]}${status}`,
        warns: !isGoodResult(last.result),
      };
    })
    .filter((option) => matches(option, input));
  const listed = new Set(tried.map(({ number }) => number));
  return [
    ...mine.filter((option) => matches(option, input)),
    ...tried,
    ...fitting.filter(({ number }) => !listed.has(number)).map(personOption),
  ];
}

function lineOption(line: Line, directory: readonly DirectoryEntry[]): TargetOption {
  return {
    kind: 'line',
    key: `line ${line.id}`,
    lineId: line.id,
    number: line.number,
    name: lineTitle(line, directory),
    note: `on line ${line.slot}, ${stateWords(line).toLowerCase()}`,
    warns: false,
  };
}

function personOption({ number, name, willDo }: DirectoryEntry): TargetOption {
  return { kind: 'person', key: number, number, name, note: willDo, warns: false };
}

function matches({ name, number, note }: TargetOption, input: string): boolean {
  const entry = { number, name, willDo: note, kind: 'party', canCall: false } as const;
  return searchDirectory([entry], input).length > 0;
}

/** The one person whom the words typed can mean. */
export function onlyOption(options: readonly TargetOption[]): TargetOption | undefined {
  const [first, ...others] = options;
  return first && others.every(({ number }) => number === first.number) ? first : undefined;
}

export interface Judgement {
  /** Green rings, amber will be refused or fail there, red cannot be sent. */
  tone: 'ring' | 'fail' | 'not-sent';
  says: string;
  /** The line on which the target is already. */
  line?: Line;
  /** Enter does not send it: it takes another, explicit key. */
  held: boolean;
}

/** What becomes of it, in an agent's words: what the trunk foretells, and before that, what the own lines say. */
export function judgeTarget(
  check: TargetCheck,
  purpose: 'dial' | 'transfer',
  { lines, directory }: Pick<Known, 'lines' | 'directory'>,
  except?: string,
): Judgement {
  const line = check.target === undefined ? undefined : lineWith(lines, check.number ?? check.target);
  if (line) {
    const title = lineTitle(line, directory);
    return { tone: 'fail', says: onLineWords(line, title, purpose, except), line, held: purpose === 'transfer' };
  }
  return { tone: check.will, says: check.says, held: !check.ok };
}

function onLineWords(line: Line, title: string, purpose: 'dial' | 'transfer', except: string | undefined): string {
  if (line.id === except) return `${title} is whom you would transfer: nobody can be transferred to themselves.`;
  const where = `${title} is on line ${line.slot}${line.held ? ', on hold' : ''}`;
  if (purpose === 'dial') return `${where} already: ⏎ shows that line.`;
  return `${where}: joining two lines is not possible yet. A transfer would ring ${title} a second time.`;
}
