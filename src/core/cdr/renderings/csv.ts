/** Records as CSV (RFC 4180), safe to open in a spreadsheet. */

import type { LegQuality } from '../../../nouns/quality.ts';
import type { CallRecord } from '../../../nouns/record.ts';
type Cell = string | number | boolean | null | undefined;

const times = ['startedAt', 'answeredAt', 'endedAt'] as const;

const columns: ReadonlyArray<readonly [name: string, cell: (record: CallRecord) => Cell]> = [
  ...(['id', 'callId', 'sessionId', 'kind', 'direction', 'from', 'fromName', 'to', 'toName'] as const).map(plain),
  ...times.map((name) => [name, (record: CallRecord) => isoTime(record[name])] as const),
  ...(['durationMs', 'result', 'endedBy', 'sipStatus', 'hangupCode', 'hangupName', 'hangupSource'] as const).map(plain),
  ...(['callerIdRule', 'fromCountry', 'toCountry', 'transport', 'referred', 'billable'] as const).map(plain),
  ...(['provider', 'trunkDomain'] as const).map(plain),
  // Of the worst leg.
  ['mos', ({ quality }) => worst(quality, Math.min, (leg) => leg.mos)],
  ['lossPercent', ({ quality }) => worst(quality, Math.max, lossOf)],
  ['jitterMs', ({ quality }) => worst(quality, Math.max, jitterOf)],
  ['roundTripMs', ({ quality }) => worst(quality, Math.max, (leg) => leg.roundTripMs)],
  ['findings', ({ findings }) => findings?.join(' ')],
];

/** Without it Excel reads UTF-8 as the code page of the system, and names turn into riddles. */
const BYTE_ORDER_MARK = '\uFEFF';

/** A byte order mark, a header line, then a line for each record; times in UTC. */
export function recordsCsv(records: readonly CallRecord[]): string {
  const lines = [columns.map(([name]) => name), ...records.map((record) => columns.map(([, cell]) => cell(record)))];
  return BYTE_ORDER_MARK + lines.map((line) => `${line.map(csvCell).join(',')}\r\n`).join('');
}

/** Signs that begin a formula, in every width in which a spreadsheet may know them. */
const SIGNS = '=+\\-@＝＋－＠﹦﹢﹣﹫−⁼⁺⁻₌₊₋';
/** Where a cell may begin: at its own start, and after what separates cells and lines where `,` does not (`;`, tab). */
const FORMULA_AHEAD = new RegExp(`(?<=^|[;\\t\\r\\n])(?=[\\s\\p{C}]*[${SIGNS}])`, 'gu');

/**
 * One cell. Text that a spreadsheet would take for a formula gets an apostrophe before it, for names come from
 * strangers: a sign, after blanks and characters that are not seen too, and any control character at the start. A number
 * in E.164 is left alone: `+` and digits are no formula that could do anything.
 */
export function csvCell(value: Cell): string {
  if (value === undefined || value === null) return '';
  const text = String(value);
  const safe = /^\+\d+$/.test(text) ? text : text.replaceAll(FORMULA_AHEAD, "'").replace(/^\p{Cc}/u, "'$&");
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

type Plain = Exclude<keyof CallRecord, 'recording' | 'findings' | 'quality'>;

const lossOf = ({ received, sent }: LegQuality): number => Math.max(received.lossPercent, sent?.lossPercent ?? 0);
const jitterOf = ({ received, sent }: LegQuality): number => Math.max(received.jitterMs, sent?.jitterMs ?? 0);

function worst(
  legs: CallRecord['quality'],
  pick: (...values: number[]) => number,
  of: (leg: LegQuality) => number | undefined,
): Cell {
  const values = (legs ?? []).map(of).filter((value) => value !== undefined);
  return values.length > 0 ? pick(...values) : undefined;
}

function plain(name: Plain): readonly [Plain, (record: CallRecord) => Cell] {
  return [name, (record) => record[name]];
}

function isoTime(at: number | null): string | undefined {
  return at === null ? undefined : new Date(at).toISOString();
}
