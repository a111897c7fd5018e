/** A ladder to paste elsewhere: drawn with characters, and as a Mermaid sequence diagram. */
import type { Lifeline } from '../../../contract/model.ts';
import { formatElapsed } from './rows.ts';
import type { LadderRow } from './fold.ts';

const TIME_WIDTH = 10;
const MIN_COLUMN = 22;

/** @param start time that the times count from */
export function ladderAsText(lifelines: readonly Lifeline[], rows: readonly LadderRow[], start: number): string {
  const labels = rows.map(labelOf);
  const widest = Math.max(...labels.map((label) => label.length + 6), ...lifelines.map(nameWidth));
  const column = Math.max(MIN_COLUMN, widest);
  const xs = lifelines.map((_, index) => TIME_WIDTH + Math.floor(column / 2) + index * column);
  const heading = [lifelines.map((it) => it.label), lifelines.map((it) => it.number ?? '')].map((texts) =>
    write(xs, (cells) => texts.forEach((text, index) => put(cells, xs[index]! - (text.length >> 1), text))),
  );
  const lines = rows.map(({ message }, index) => {
    const from = xs[lifelines.findIndex((it) => it.id === message.from)];
    const to = xs[lifelines.findIndex((it) => it.id === message.to)];
    return write(xs, (cells) => {
      put(cells, 0, formatElapsed(message.at - start).padStart(TIME_WIDTH - 1));
      for (const x of xs) put(cells, x, '|');
      const label = labels[index]!;
      if (from === undefined || to === undefined) return put(cells, TIME_WIDTH, label);
      const [left, right] = from < to ? [from, to] : [to, from];
      put(cells, left + 1, (message.kind === 'provisional' ? '.' : '-').repeat(right - left - 1));
      put(cells, from < to ? right - 1 : left + 1, from < to ? '>' : '<');
      put(cells, Math.ceil((left + right - label.length) / 2) - 1, ` ${label} `);
    });
  });
  return [...heading, ...lines].join('\n') + '\n';
}

export function ladderAsMermaid(lifelines: readonly Lifeline[], rows: readonly LadderRow[]): string {
  const names = new Map(lifelines.map((lifeline, index) => [lifeline.id, `p${index}`]));
  const participants = lifelines.map(({ id, label, number }) => {
    const shown = number === undefined || number === label ? label : `${label}<br/>${number}`;
    return `  participant ${names.get(id)} as ${escapeMermaid(shown)}`;
  });
  const messages = rows.flatMap((row) => {
    const from = names.get(row.message.from);
    const to = names.get(row.message.to);
    if (from === undefined || to === undefined) return [];
    return [`  ${from}${mermaidArrows[row.message.kind]}${to}: ${escapeMermaid(labelOf(row))}`];
  });
  return ['sequenceDiagram', ...participants, ...messages].join('\n') + '\n';
}

const mermaidArrows = { request: '->>', provisional: '-->>', success: '->>', failure: '-x' } as const;

function labelOf({ message, repeats }: LadderRow): string {
  return repeats.length === 0 ? message.label : `${message.label} ×${repeats.length + 1}`;
}

/** `#` and `;` end or begin something in Mermaid. */
function escapeMermaid(text: string): string {
  return text.replace(/[#;]/g, (sign) => `#${sign.charCodeAt(0)};`);
}

function nameWidth(lifeline: Lifeline): number {
  return Math.max(lifeline.label.length, lifeline.number?.length ?? 0) + 2;
}

function write(xs: readonly number[], draw: (cells: string[]) => void): string {
  const cells: string[] = Array.from({ length: (xs.at(-1) ?? 0) + 1 }, () => ' ');
  draw(cells);
  return Array.from(cells, (cell) => cell ?? ' ')
    .join('')
    .trimEnd();
}

function put(cells: string[], at: number, text: string): void {
  Array.from(text).forEach((character, index) => {
    if (at + index >= 0) cells[at + index] = character;
  });
}
